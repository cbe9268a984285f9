/** What several workloads need: pauses, garbage collection, waiting for many calls, a held worker. */
import type { Case, Contestant, Sample, Session, SessionSettings } from './workload.ts'

declare global {
  interface Window {
    /** There with `--js-flags=--expose-gc`. */
    gc?: () => void
  }
  interface Performance {
    /** Exact with `--enable-precise-memory-info`. */
    readonly memory?: { readonly usedJSHeapSize: number }
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function collectGarbage(): void {
  window.gc?.()
}

/** Bytes in use on the page's heap, after a collection. */
export function heapInUse(): number {
  collectGarbage()
  const { memory } = performance
  if (!memory) throw new Error('performance.memory is not there')
  return memory.usedJSHeapSize
}

/** Resolves when `count` calls have settled, without the promises and arrays of Promise.all. */
export function countdown(count: number): { readonly done: Promise<void>; readonly settled: () => void } {
  let rest = count
  let finish: () => void = () => {}
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  const settled = () => {
    if (--rest === 0) finish()
  }
  return { done, settled }
}

/** Time, in ms, of `count` calls that are made in one turn, until all of them have settled. */
export async function atOnce(count: number, call: (index: number) => PromiseLike<unknown>): Promise<number> {
  const { done, settled } = countdown(count)
  const start = performance.now()
  for (let index = 0; index < count; index++) call(index).then(settled)
  await done
  return performance.now() - start
}

/** Takes a worker until it is released, so that calls after this one wait. */
export function holdWorker(session: Session): { readonly release: () => PromiseLike<number> } {
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const held = session.hold(flag)
  return {
    release: () => {
      Atomics.store(flag, 0, 1)
      Atomics.notify(flag, 0)
      return held
    },
  }
}

/** A case for each contestant: one session through all rounds, its workers started before the first. */
export function casesOf(
  contestants: readonly Contestant[],
  settings: SessionSettings,
  measure: (session: Session, contestant: Contestant) => Promise<Sample>,
): Case[] {
  return contestants.map((contestant) => ({
    id: contestant.id,
    label: contestant.label,
    open: async () => {
      const session = contestant.open(settings)
      await Promise.all(Array.from({ length: settings.workers * 2 }, () => session.sleep(20)))
      return {
        sample: async () => {
          const sample = await measure(session, contestant)
          await session.settle?.()
          return sample
        },
        close: session.close,
      }
    },
  }))
}

/** What the scenes of the fault matrix are made of. */
import { callback, type Task, type TaskConfig } from 'atelier-react/core'
import { type Bench, type MakeWorker, read, start } from './bench.ts'
import type { Phase } from './fault-table.ts'
import type { features } from '../fixtures/lacks.ts'
import type { FaultApi, HandlerFault } from './faults.worker.ts'

export interface Scene {
  /** Without it, the browser has no such fault. */
  needs?: keyof typeof features
  config?(phase: Phase): Partial<TaskConfig<FaultApi>>
  make?(phase: Phase): MakeWorker
  /** Has the fault happen; gives the result of the call under test. */
  play(bench: Bench, phase: Phase): Promise<{ result: PromiseLike<unknown> }>
}

/** What is not looked at may fail. */
export const ignore = (...promises: PromiseLike<unknown>[]): void => {
  for (const promise of promises) promise.then(null, () => {})
}
export const go = ({ workers }: Bench): void => workers[0]?.postMessage('go')

interface HandlerScene {
  config?: Partial<TaskConfig<FaultApi>>
  options?: Parameters<Task<FaultApi>['with']>[0]
  /** The callback that the handler is given. */
  ask?(bench: Bench): unknown
  /** Called before there is a call. */
  before?(bench: Bench): void
  /** Called when the handler has started, or has sent its third item. */
  meanwhile?(bench: Bench, call: { readonly callId: string; abort(): void }): void
}

/** The fault is what a handler does: the call under test runs it, or waits behind one that does. */
export function handler(
  fault: HandlerFault,
  { config, options, ask, before, meanwhile }: HandlerScene = {},
): Scene {
  return {
    config: () => ({ ...config }),
    async play(bench, phase) {
      const task = options ? bench.task.with(options) : bench.task
      before?.(bench)
      const asked = ask && callback(() => ask(bench))
      if (phase === 'streaming') {
        const { stream, third, result } = read(task, fault, asked)
        ignore(result)
        await third
        meanwhile?.(bench, stream)
        return { result }
      }
      const { call, started } = start(task, fault, asked)
      // Not a short one, whose reply would travel with that of the call before it.
      const behind = phase === 'queued' ? bench.task.run('value') : undefined
      ignore(call, ...(behind ? [behind] : []))
      await started
      meanwhile?.(bench, call)
      return { result: behind ?? call }
    },
  }
}

/** A call that runs, or streams, until `go`. */
export async function underWay({ task }: Bench, phase: Phase): Promise<{ result: PromiseLike<unknown> }> {
  if (phase === 'streaming') {
    const { third, result } = read(task, 'go')
    ignore(result)
    await third
    return { result }
  }
  const { call, started } = start(task, 'go')
  ignore(call)
  await started
  return { result: call }
}

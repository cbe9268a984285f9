/** A task whose workers a test speaks for, message by message: what their news mean for the calls that they hold. */
import { createTestRuntime } from 'atelier-react/testing'
import type { TaskConfig } from '../../../src/types/task.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { shown, watch } from './lab.ts'
import { SilentWorker } from './silent-worker.ts'

export type SpokenApi = { work(...args: unknown[]): unknown; letters(): Generator<string> }

/** Lets what was said and called come to its end; no time passes. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A task whose workers a test speaks for. */
export function speakFor(config: Partial<TaskConfig<SpokenApi>> = {}) {
  const runtime = createTestRuntime()
  const workers: SilentWorker[] = []
  const task = runtime.defineTask<SpokenApi>({
    type: 'parallel',
    maxWorkers: 1,
    taskId: 'lab',
    maxQueueDepth: 99,
    worker: () => {
      const worker = new SilentWorker()
      workers.push(worker)
      return worker as unknown as Worker
    },
    ...config,
  })
  const ready = (worker = workers.at(-1)): void =>
    worker?.says(wire.READY, wire.PROTOCOL, ['work', 'letters'], performance.timeOrigin, false)
  const start = async (): Promise<void> => {
    task.control.start()
    await settled()
    for (const worker of workers) ready(worker)
    await settled()
  }
  /** Answers calls by their ids, as if they had just run so long. */
  const answer = (
    worker: SilentWorker | undefined,
    ids: readonly number[],
    status = wire.RESULT,
    value: unknown = 'ok',
    us = 0,
  ): void =>
    worker?.says(
      wire.REPLIES,
      performance.now(),
      ids.flatMap((id) => [id, status, us, 0]),
      ids.map(() => value),
    )
  const sent = (worker: SilentWorker | undefined): number[] =>
    (worker?.posted ?? [])
      .filter(([kind]) => kind === wire.CALLS)
      .flatMap(([, rows]) => (rows as number[]).filter((_, at) => at % wire.CALL_STRIDE === 0))
  /** The worker claims a call in the memory that it shares with the page: no message tells of that. */
  const claim = (worker: SilentWorker | undefined, id: number): void => {
    const posted = worker?.posted ?? []
    const words = posted.find(([kind]) => kind === wire.OPEN)?.[3] as Int32Array
    const rows = posted.filter(([kind]) => kind === wire.CALLS).flatMap(([, row]) => row as number[])
    const at = rows.findIndex((each, index) => index % wire.CALL_STRIDE === 0 && each === id)
    const token = rows[at + wire.CALL_STRIDE - 1] as number
    Atomics.store(words, token % wire.CLAIM_WORDS, -token)
  }
  /** The messages of one kind that a worker was sent. */
  const posted = (worker: SilentWorker | undefined, kind: number): unknown[][] =>
    (worker?.posted ?? []).filter(([each]) => each === kind)
  return { runtime, task, workers, ready, start, answer, sent, claim, posted, clock: runtime.clock }
}

/** How a call stands, in a word. */
export const fate = (call: PromiseLike<unknown>) => {
  const watched = watch(call)
  return () => shown(watched())
}

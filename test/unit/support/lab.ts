/** A runtime on a clock that tests move, over workers whose messages tests deliver. */
import type { Clock } from '../../../src/lib/clock.ts'
import { createTestRuntime, type TestClock } from 'atelier-react/testing'
import type { Task } from '../../../src/types/control.ts'
import type { RuntimeConfig, TaskRuntime } from '../../../src/types/runtime.ts'
import type { TaskConfig, TaskHandlers } from '../../../src/types/task.ts'
import type { TaskWorkerLifecycle } from '../../../src/worker/lifecycle.ts'
import { type HandlersOf, StepWorker } from './step-worker.ts'

/** Lets every promise reaction run; no message moves meanwhile. */
export const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface Lab<Api> {
  readonly clock: TestClock
  readonly runtime: TaskRuntime
  readonly task: Task<Api>
  /** Every worker that was made, in order. */
  readonly workers: StepWorker[]
  /** Delivers messages, and runs promise reactions, until nothing is under way. */
  settle(): Promise<void>
}

export interface LabOptions {
  readonly lifecycle?: TaskWorkerLifecycle
  readonly runtime?: RuntimeConfig
}

/** One task over workers whose handlers `handlersOf` makes. */
export function makeLab<Api extends TaskHandlers>(
  handlersOf: HandlersOf<Api>,
  config: Partial<TaskConfig<Api>> = {},
  { lifecycle, runtime: runtimeConfig }: LabOptions = {},
): Lab<Api> {
  const runtime = createTestRuntime(runtimeConfig)
  const workers: StepWorker[] = []
  const task = runtime.defineTask<Api>({
    type: 'parallel',
    maxWorkers: 1,
    taskId: 'lab',
    worker: () => {
      const worker = new StepWorker(handlersOf, lifecycle)
      workers.push(worker)
      return worker.asWorker
    },
    ...config,
  })
  return { clock: runtime.clock, runtime, task, workers, settle: () => deliverAll(workers) }
}

/** Delivers every message of the workers, in turns, until none is left. */
export async function deliverAll(workers: readonly StepWorker[]): Promise<void> {
  for (let isBusy = true; isBusy; ) {
    await drain()
    isBusy = false
    for (const worker of workers) {
      if (worker.deliverToWorker()) isBusy = true
      if (worker.deliverToPage()) isBusy = true
    }
  }
}

/** Makes `performance.now()`, which workers and pages read alike, the clock's; returns what undoes it. */
export function ruleTime(clock: Pick<Clock, 'now'>): () => void {
  performance.now = () => clock.now()
  return () => {
    Reflect.deleteProperty(performance, 'now')
  }
}

/** How a promise settled, or `open`. */
export type Fate =
  | { readonly status: 'open' }
  | { readonly status: 'fulfilled'; readonly value: unknown }
  | { readonly status: 'rejected'; readonly reason: Error & { readonly code?: string } }

/** Watches a promise; the function tells how it stands. */
export function watch(promise: PromiseLike<unknown>): () => Fate {
  let fate: Fate = { status: 'open' }
  promise.then(
    (value) => {
      fate = { status: 'fulfilled', value }
    },
    (reason: Error) => {
      fate = { status: 'rejected', reason }
    },
  )
  return () => fate
}

/** A settled call in a word: its value, its error's code, or the error. */
export function shown(fate: Fate): unknown {
  if (fate.status === 'fulfilled') return fate.value
  return fate.status === 'open' ? 'open' : (fate.reason.code ?? fate.reason)
}

/** A task over the leak worker, on a runtime that is disposed after the test. */
import {
  createTaskRuntime,
  type RuntimeConfig,
  type Task,
  type TaskConfig,
  type TaskRuntime,
} from 'atelier-react/core'
import { onTestFinished } from 'vitest'
import { isMeasuredByPage } from './footprint.ts'
import type { LeakApi } from './leaks.worker.ts'

export function leakTask(
  config: Partial<TaskConfig<LeakApi>> = {},
  runtimeConfig: RuntimeConfig = {},
): { runtime: TaskRuntime; task: Task<LeakApi> } {
  const runtime = createTaskRuntime(runtimeConfig)
  onTestFinished(() => runtime.dispose())
  const task = runtime.defineTask<LeakApi>({
    type: 'parallel',
    taskId: 'leaks',
    maxWorkers: 1,
    maxQueueDepth: 10_000,
    worker: () => new Worker(new URL('./leaks.worker.ts', import.meta.url), { type: 'module' }),
    ...config,
  })
  return { runtime, task }
}

/** As many uses as are needed to see a leak. The driver's measurements have no noise that many uses would have to drown. */
export function uses(count: number): number {
  return isMeasuredByPage ? count : count / 10
}

/** As text, for the name of a test. */
export const inWords = (count: number): string => uses(count).toLocaleString('en')

/** Calls `fn` for 0 up to `count`, so many at once; each may fail. */
export async function inChunks(
  count: number,
  size: number,
  fn: (n: number) => PromiseLike<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    await Promise.allSettled(Array.from({ length: Math.min(size, count - from) }, (_, n) => fn(from + n)))
  }
}

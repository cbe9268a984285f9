/** Tasks for hooks: defined at render, without starting anything. */
import type { Task, TaskOptions, TaskRuntime } from '../src/index.ts'

/** Whether this is a task of some runtime, and not the options of one. */
export function isTask<Api>(task: TaskOptions<Api> | Task<Api>): task is Task<Api> {
  // A task's other names may all be methods of the worker; this one is reserved.
  return typeof (task as Partial<Task<Api>>).getState === 'function'
}

const lazyTwins = new WeakMap<object, TaskOptions<unknown>>()

/**
 * The task of these options in this runtime: one per runtime and options object. A render may be thrown away, so an
 * eager task does not start here but in the effect of whoever mounts, with {@link startEager}.
 */
export function defineCold<Api>(runtime: TaskRuntime, options: TaskOptions<Api>): Task<Api> {
  if (options.init !== 'eager') return runtime.defineTask(options)
  let twin = lazyTwins.get(options) as TaskOptions<Api> | undefined
  if (!twin) {
    twin = { ...options, init: 'lazy' }
    lazyTwins.set(options, twin)
  }
  return runtime.defineTask(twin)
}

const started = new WeakSet<object>()

/** Starts the workers of an eager task, once. */
export function startEager<Api>(task: Task<Api>, options: TaskOptions<Api>): void {
  if (options.init !== 'eager' || started.has(task)) return
  started.add(task)
  task.startWorkers()
}

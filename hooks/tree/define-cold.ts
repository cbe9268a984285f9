/** Tasks for hooks: defined at render, without starting anything. */
import type { Task, TaskOptions, TaskRuntime } from '../../src/index.ts'
import { homes, identityOf } from '../../src/lib/task-identity.ts'
import type { SnapshotSource } from '../state/frame-store.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

/** Whether this is a task of some runtime, and not the options of one. */
export function isTask<Api>(task: TaskOptions<Api> | Task<Api>): task is Task<Api> {
  return identityOf(task) !== undefined
}

/** What tells a task apart. */
export function taskIdentity<Api>(task: Task<Api>): object {
  return identityOf(task) ?? task
}

/** Finds a task's runtime; undefined for a task of another copy of the package. */
export function homeOf<Api>(task: Task<Api>): SnapshotSource | undefined {
  return homes.get(taskIdentity(task)) as SnapshotSource | undefined
}

/** What keeps a component from making another task at each render. */
export const DEFINE_ONCE = 'Define it once, at module scope: const task = taskOptions({ … })'

/** The task of these options in this runtime. An eager one starts with {@link startEager}: a render may be thrown away. */
export function defineCold<Api>(runtime: TaskRuntime, options: TaskOptions<Api>): Task<Api> {
  try {
    return runtime.defineTask(options, { start: false })
  } catch (error) {
    // Another component, or this one mounted twice, has made other options with the same name.
    if (error instanceof TypeError && error.message.includes('is already defined'))
      error.message += `. If its options are written inside a component: ${DEFINE_ONCE}`
    throw error
  }
}

const started: WeakSet<object> = /* @__PURE__ */ oneInstance('started', () => new WeakSet())

/** Starts the workers of an eager task, once, in the effect of the first mount. */
export function startEager<Api>(task: Task<Api>, options: TaskOptions<Api>): void {
  if (options.init !== 'eager' || started.has(task)) return
  started.add(task)
  if (task.control.getSnapshot().status === 'idle') task.control.start()
}

/** Defines tasks for hooks at render, without starting anything. */
import type { Task, TaskOptions, TaskRuntime } from '../../src/index.ts'
import { homes, identityOf } from '../../src/lib/task-identity.ts'
import type { SnapshotSource } from '../state/frame-store.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

/** Whether this is a task of some runtime, as opposed to the options of one. */
export function isTask<Api>(task: TaskOptions<Api> | Task<Api>): task is Task<Api> {
  return identityOf(task) !== undefined
}

/** What identifies a task. */
export function taskIdentity<Api>(task: Task<Api>): object {
  return identityOf(task) ?? task
}

/** Finds a task's runtime. Undefined for a task of another copy of the package. */
export function homeOf<Api>(task: Task<Api>): SnapshotSource | undefined {
  return homes.get(taskIdentity(task)) as SnapshotSource | undefined
}

/** How to keep a component from creating a new task at each render. */
export const DEFINE_ONCE = 'Define it once, at module scope: const task = taskOptions({ … })'

/** The task of these options in this runtime. An eager one starts in {@link startEager}: React may discard a render. */
export function defineCold<Api>(runtime: TaskRuntime, options: TaskOptions<Api>): Task<Api> {
  try {
    return runtime.defineTask(options, { start: false })
  } catch (error) {
    // Another component, or a second instance of this one, created other options with the same name.
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

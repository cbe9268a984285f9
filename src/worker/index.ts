/** `atelier-react/worker`: what a worker file imports. It imports nothing that runs on the page. */
export { createTaskWorker } from './create-task-worker.ts'
export type { SetupContext, TaskWorkerLifecycle } from './lifecycle.ts'
export type { TaskHandlers } from '../types/task.ts'
export {
  taskContext,
  type SpanAttributes,
  type SpanOptions,
  type TaskContext,
} from './task-context.ts'
export { transfer } from './post-clonable.ts'

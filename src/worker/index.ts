/** `atelier-react/worker`: what a worker file imports. It imports nothing that runs on the page. */
export { createTaskWorker } from './create-task-worker.ts'
export type { ReservedName, ServedHandlers } from '../types/handlers.ts'
export type { SetupContext, TaskWorkerLifecycle } from './lifecycle.ts'
export type { CallbackFunction } from '../types/callback.ts'
export { emit } from './emit.ts'
export type { Callback, Emit, EmitArgs, EmitOptions, TaskApi, TaskExtra } from '../types/conversation.ts'
export type { TaskHandlers } from '../types/task.ts'
export {
  taskContext,
  type SpanAttributes,
  type SpanOptions,
  type TaskContext,
} from './task-context.ts'
export { codec } from '../wire/codec.ts'
export type { Codec, CodecClass, CodecConfig, ErrorClass } from '../types/codec.ts'
export { transfer } from '../wire/transfer.ts'

/** `atelier-react/in-process`: workers without a thread, for production where there is no `Worker`. It knows no React. */

export {
  createInProcessWorker,
  type InProcessWorkerOptions,
  withInProcessFallback,
} from './create-in-process-worker.ts'
export type { FunctionsOf } from '../src/types/handlers.ts'
export type { HandlerSource } from './in-process-worker.ts'

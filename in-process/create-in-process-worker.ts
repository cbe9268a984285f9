/** Workers without a thread, for environments that have no `Worker`. */
import { toText } from '../src/lib/words.ts'
import { markInProcess } from '../src/channel/in-process-mark.ts'
import type { WorkerFactory } from '../src/channel/worker-handle.ts'
import { callable, checkOptions, object } from '../src/lib/validate.ts'
import type { FunctionsOf } from '../src/types/handlers.ts'
import type { TaskHandlers } from '../src/types/task.ts'
import type { TaskWorkerLifecycle } from '../src/worker/lifecycle.ts'
import { type InProcessSettings, InProcessWorker } from './in-process-worker.ts'

/** Options of {@link createInProcessWorker}. */
export interface InProcessWorkerOptions<Handlers extends object = TaskHandlers> extends TaskWorkerLifecycle {
  /** The handlers of the worker file, or a function that loads them when the worker starts. */
  readonly handlers: Handlers | (() => Handlers | Promise<Handlers>)
}

/**
 * A Worker whose handlers run on the page's own thread, or in Node. Arguments and results are cloned and transferred as
 * with a real one, and cancellation, progress, streams and errors are the same. What there is not is a second thread: a
 * handler that computes blocks the page, and `terminate()` does not stop it. Spans of its calls have the attribute
 * `atelier.worker.in_process`.
 *
 * @throws TypeError for a bad option, or when a handler is not a function or has a reserved name. Handlers that cannot
 * be loaded are a `WorkerStartError` for the callers.
 *
 * @example worker: () => createInProcessWorker({ handlers: async () => (await import('./prices')).handlers })
 */
export function createInProcessWorker<Handlers extends FunctionsOf<Handlers>>(
  options: InProcessWorkerOptions<Handlers>,
): Worker {
  const { handlers } = checkOptions('createInProcessWorker(options)', options, {
    handlers: () => true,
    setup: callable,
    checkpoint: callable,
    teardown: callable,
    codecs: () => true,
    errors: () => true,
  })
  if (typeof handlers !== 'function')
    object('handlers', handlers, 'an object of functions, or a function that loads it')
  return markInProcess(new InProcessWorker(options as InProcessSettings))
}

/**
 * A `worker` option that falls back to {@link createInProcessWorker} where there is no `Worker`: in Node, jsdom, some
 * embedded browsers. Where there is one it is used, and a worker that does not start is an error as always.
 *
 * @param worker the factory as it would stand there alone; keep its `new Worker(new URL(…))` literal
 *
 * @example
 * worker: withInProcessFallback(
 *   () => new Worker(new URL('./prices.worker.ts', import.meta.url), { type: 'module' }),
 *   { handlers: async () => (await import('./prices')).handlers },
 * )
 */
export function withInProcessFallback<Handlers extends FunctionsOf<Handlers>>(
  worker: WorkerFactory,
  options: InProcessWorkerOptions<Handlers>,
): WorkerFactory {
  callable('worker', worker, 'a function that returns a new Worker')
  const factory: WorkerFactory = (info) =>
    typeof globalThis.Worker === 'function' ? worker(info) : createInProcessWorker(options)
  // Errors of workers that did not start show the factory's own text.
  factory.toString = () => toText(worker)
  return factory
}

/** A Worker for tests, whose messages may take their time and whose handlers may crash or hang. */
import type { Clock } from '../src/lib/clock.ts'
import type { FunctionsOf } from '../src/types/handlers.ts'
import type { TaskHandlers } from '../src/types/task.ts'
import { callable, checkOptions, fail, milliseconds, object } from '../src/lib/validate.ts'
import { methodsOf } from '../src/worker/handler-names.ts'
import type { TaskWorkerLifecycle } from '../src/worker/lifecycle.ts'
import { InProcessWorker } from '../in-process/in-process-worker.ts'

/** Which calls a fault is for: methods by name, or whatever a function says. */
export type FaultTrigger =
  | string
  | readonly string[]
  | ((method: string, args: readonly unknown[]) => boolean)

/** Options of {@link createFakeWorker}. */
export interface FakeWorkerOptions<Handlers extends object = TaskHandlers> extends TaskWorkerLifecycle {
  /** The handlers of the worker file. */
  readonly handlers: Handlers
  /** Milliseconds that a message takes, either way. @default 0 */
  readonly latencyMs?: number | undefined
  /** What the latency passes on: the clock of a test runtime. @default the system's */
  readonly clock?: Pick<Clock, 'setTimeout' | 'clearTimeout'> | undefined
  /** Calls that kill the worker when their handler would start. @default none */
  readonly crashOn?: FaultTrigger | undefined
  /** Calls whose handler never ends, and is deaf to an abort. @default none */
  readonly hangOn?: FaultTrigger | undefined
}

/**
 * A Worker for tests in Node or jsdom. Arguments and results are cloned and transferred as a real one would, over a
 * MessageChannel. What it cannot do is run beside the page, or be killed in the middle of a synchronous loop: a handler
 * that runs on after `terminate()` is not heard any more.
 *
 * @throws TypeError or RangeError for a bad option; TypeError when a handler is not a function or has a reserved name, as
 * `createTaskWorker` does.
 *
 * @example
 * const resize = taskOptions<ResizeApi>({ type: 'parallel', worker: () => createFakeWorker({ handlers }) })
 */
export function createFakeWorker<Handlers extends FunctionsOf<Handlers>>(
  given: FakeWorkerOptions<Handlers>,
): Worker {
  const options = given as FakeWorkerOptions<object> as FakeWorkerOptions
  const { crashOn, hangOn } = checkFakeWorker(options)
  const worker: InProcessWorker = new InProcessWorker({
    ...options,
    around: (method, args, run) => {
      if (!matches(crashOn, method, args)) return matches(hangOn, method, args) ? forever() : run()
      // Looked up now: the page has put its own in its place.
      worker.terminate()
      return forever()
    },
  })
  return worker
}

/** Checks the options without making a worker, which would run its `setup`. Returns them as they were read. */
export function checkFakeWorker(given: FakeWorkerOptions): FakeWorkerOptions {
  const options = checkOptions('createFakeWorker(options)', given, {
    handlers: (option, value) => object(option, value, 'an object of functions'),
    latencyMs: milliseconds,
    clock: (option, value) => object(option, value, 'a clock'),
    crashOn: checkTrigger,
    hangOn: checkTrigger,
    setup: callable,
    checkpoint: callable,
    teardown: callable,
    codecs: () => true,
    errors: () => true,
  })
  object('handlers', options.handlers, 'an object of functions')
  methodsOf(options.handlers)
  return options
}

function forever(): Promise<never> {
  return new Promise(() => {})
}

function checkTrigger(name: string, trigger: unknown): void {
  const isList = Array.isArray(trigger) && trigger.every((method) => typeof method === 'string')
  if (isList || ['string', 'function'].includes(typeof trigger)) return
  fail(name, trigger, "a method's name, an array of names, or a function")
}

function matches(trigger: FaultTrigger | undefined, method: string, args: readonly unknown[]): boolean {
  if (trigger === undefined) return false
  if (typeof trigger === 'function') return trigger(method, args)
  return typeof trigger === 'string' ? trigger === method : trigger.includes(method)
}

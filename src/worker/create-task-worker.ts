/** Turns the calling file into a worker of a task: checks the handlers and the scope, and serves them. */
import { ANNOUNCE, CLOSE, CLOSED, HELLO, HOST, SERVE, UNCAUGHT } from '../wire/protocol.ts'
import { registerErrorClass } from '../wire/error-classes.ts'
import type { Emit } from '../types/conversation.ts'
import type { ServedHandlers } from '../types/handlers.ts'
import type { TaskHandlers } from '../types/task.ts'
import { methodsOf } from './handler-names.ts'
import { Harness, type WorkerScope } from './harness.ts'
import { Checkpoints, type TaskWorkerLifecycle } from './lifecycle.ts'
import { postError } from './progress-report.ts'
import { RunSlots } from './run-slots.ts'
import { ServedPages } from './served-pages.ts'
import { macrotask, serves } from './task-context.ts'
import { WorkerStart } from './worker-start.ts'

const LIFECYCLE: readonly string[] = ['setup', 'checkpoint', 'teardown', 'codecs', 'errors']

/** On a scope that is served. In the global registry, because a bundle may contain this module twice. */
const SERVED = Symbol.for('atelier.task-worker')

/** Fails a start that looked successful. Other copies of this module read it. @foreign */
interface Served {
  mistake: TypeError | undefined
}

/**
 * Serves `handlers` to the page: an object of functions, or an instance of a class, whose methods run on the instance. Call it once,
 * at the top level of a worker file; the API's type for the page is `typeof handlers`. Handlers receive exactly the arguments that the
 * caller passed.
 *
 * @throws TypeError if there are no handlers, if one is not a function or has a reserved name, for an invalid option, if it is
 * called a second time, and outside a worker.
 */
export function createTaskWorker<Handlers extends ServedHandlers<Handlers>, SetupData = unknown>(
  handlers: Handlers,
  lifecycle: TaskWorkerLifecycle<SetupData> = {},
): Handlers {
  const methods = methodsOf(handlers)
  checkLifecycle(lifecycle)
  if (methods.length === 0)
    throw new TypeError('createTaskWorker(handlers) got no methods: there is nothing that a page could call')
  const scope = workerScope()
  const earlier = scope[SERVED]
  if (earlier) {
    earlier.mistake = new TypeError(
      'createTaskWorker() was called a second time in one worker. Call it once, with all handlers: ' +
        'createTaskWorker({ ...these, ...those }).',
    )
    throw earlier.mistake
  }
  const served: Served = { mistake: undefined }
  scope[SERVED] = served
  for (const each of lifecycle.errors ?? []) registerErrorClass(each)
  serveHandlers(scope, handlers as TaskHandlers, lifecycle, async () => {
    // The rest of the script runs first: it may contain a second call.
    await Promise.resolve()
    if (served.mistake) throw served.mistake
  })
  return handlers
}

/**
 * {@link createTaskWorker} on a given scope, for tests and in-process workers. `whole` is awaited before the
 * worker is ready, and may still fail it. Returns a function that reports the worker's end, for one that shares its realm with others.
 */
export function serveHandlers(
  scope: WorkerScope,
  handlers: TaskHandlers,
  lifecycle: TaskWorkerLifecycle,
  whole?: () => Promise<void>,
): () => void {
  const methods = methodsOf(handlers)
  checkLifecycle(lifecycle)
  const close = announceClose(scope)
  const { codecs } = lifecycle
  const coded = codecs?.[0]?.['~use']?.(codecs)
  const served = coded?.around(handlers, methods) ?? handlers
  const slots = new RunSlots()
  const checkpoints = new Checkpoints(lifecycle)
  const harness = new Harness(scope, served, methods, lifecycle, close, slots, checkpoints)
  const emit: Emit = (event, payload, options) => {
    for (const each of pages.harnesses ?? [harness]) each.events.emit(event, payload, options)
  }
  const takes = (data: unknown): boolean => start.state === 'waiting' && start.takes(data)
  const pages = new ServedPages({
    navigator: scope.navigator,
    makeHarness: (port) => {
      const forPage = new Harness(port, served, methods, lifecycle, () => {}, slots, checkpoints)
      forPage.events.toAll = emit
      return forPage
    },
    tellOwner: (message) => scope.postMessage(message),
    takes,
  })
  const start = new WorkerStart(
    {
      navigator: scope.navigator,
      postMessage: (message) => {
        scope.postMessage(message)
        pages.tell(message as readonly unknown[])
      },
    },
    lifecycle,
  )
  const end = serves(emit)
  scope.addEventListener('message', ({ data }) => {
    if (takes(data)) return
    const isOfPages = Array.isArray(data) && [HELLO, SERVE, ANNOUNCE, HOST].includes(data[0])
    if (!isOfPages || !pages.takes(data)) harness.receive(data)
  })
  scope.addEventListener('connect', ({ ports }) => pages.meet(ports?.[0]))
  scope.addEventListener('messageerror', harness.unreadable)
  scope.addEventListener('unhandledrejection', (event) => {
    // Later, because a listener that is added after this one may handle it.
    void macrotask().then(() => {
      if (event.defaultPrevented !== true) postError(scope, UNCAUGHT, event.reason)
    })
  })
  void start.run(methods, whole, coded?.names).then((state) => {
    if (state === 'stopped') harness.receive([CLOSE])
    else if (state === 'failed' && start.wasStopped) {
      scope.postMessage([CLOSED])
      close()
    }
  })
  return end
}

/** The global scope, if it is a worker's. A page is left untouched. */
function workerScope(): WorkerScope & { [SERVED]?: Served } {
  const scope = globalThis as unknown as WorkerScope & { [SERVED]?: Served; WorkerGlobalScope?: unknown }
  const { WorkerGlobalScope: Scope } = scope
  // Libraries that need a page define `document` and `window` in workers, too.
  const isWorker = typeof Scope === 'function' ? scope instanceof Scope : !('document' in scope)
  if (isWorker && 'onconnect' in scope) {
    // In a SharedWorker all pages are equal: each talks through its port.
    scope.postMessage = () => {}
    return scope
  }
  if (isWorker && typeof scope.postMessage === 'function' && typeof scope.addEventListener === 'function')
    return scope
  throw new TypeError(
    'createTaskWorker() ran outside a worker: something imports a value from this worker file. Import its types ' +
      'with "import type", and move values that both sides need into a file without createTaskWorker().',
  )
}

/** `self.close()` fires no event on the page, so it is announced. Returns the scope's original, for the orderly end. */
function announceClose(scope: WorkerScope): () => void {
  const close = scope.close?.bind(scope)
  if (!close) return () => {}
  scope.close = () => {
    scope.postMessage([CLOSED])
    close()
  }
  return close
}

function checkLifecycle(lifecycle: object): void {
  for (const [name, value] of Object.entries(lifecycle)) {
    if (!LIFECYCLE.includes(name))
      throw new TypeError(
        `createTaskWorker: unknown option "${name}"; the options are ${LIFECYCLE.join(', ')}`,
      )
    const isList = name === 'codecs' || name === 'errors'
    if (value !== undefined && !(isList ? Array.isArray(value) : typeof value === 'function'))
      throw new TypeError(
        `createTaskWorker: "${name}" must be ${isList ? 'an array' : 'a function'}, got ${typeof value}`,
      )
  }
}

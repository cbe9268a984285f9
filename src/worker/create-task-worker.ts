/** Makes the file it is called in a worker of a task: checks the handlers, shakes hands, holds the life lock. */
import { encodeThrown } from '../wire/error-codec.ts'
import { CLOSED, FAILED, LOCKED, READY } from '../wire/protocol.ts'
import type { TaskHandlers } from '../types/task.ts'
import { Harness, type TaskWorkerLifecycle, type WorkerScope } from './harness.ts'

/** Names that mean something on a task proxy, or that would be hostile on any object. */
const RESERVED = new Set([
  'then',
  'with',
  'getState',
  'map',
  'startWorkers',
  'stopWorkers',
  'dispose',
  'taskId',
  'taskName',
  'toJSON',
  'toString',
  'valueOf',
  'constructor',
  'prototype',
  '__proto__',
])

/**
 * Serves `handlers` to the page. Call it once, at the top level of a worker file; the API's type for the page is
 * `typeof handlers`. Handlers see exactly the arguments that the caller gave.
 *
 * @throws TypeError at once when a handler is not a function or has a reserved name, or for a bad option.
 */
export function createTaskWorker<Handlers extends TaskHandlers>(
  handlers: Handlers,
  lifecycle: TaskWorkerLifecycle = {},
): Handlers {
  serveHandlers(globalThis as unknown as WorkerScope, handlers, lifecycle)
  return handlers
}

/** {@link createTaskWorker} on a scope of one's own: what tests and in-process workers use. */
export function serveHandlers(
  scope: WorkerScope,
  handlers: TaskHandlers,
  lifecycle: TaskWorkerLifecycle,
): void {
  const methods = methodsOf(handlers)
  checkLifecycle(lifecycle)
  const close = announceClose(scope)
  const harness = new Harness(scope, handlers, methods, lifecycle, close)
  scope.addEventListener('message', (event) => harness.receive(event.data))
  scope.addEventListener('messageerror', harness.unreadable)
  void start(scope, methods, lifecycle)
}

/** `self.close()` fires no event on the page: it is announced. Returns the scope's own, for the orderly end. */
function announceClose(scope: WorkerScope): () => void {
  const close = scope.close?.bind(scope)
  if (!close) return () => {}
  scope.close = () => {
    scope.postMessage([CLOSED])
    close()
  }
  return close
}

async function start(scope: WorkerScope, methods: string[], lifecycle: TaskWorkerLifecycle): Promise<void> {
  try {
    const setUp: unknown = lifecycle.setup?.()
    // Without a promise there is nothing to wait for: ready goes out in the same turn.
    if (setUp instanceof Promise) await setUp
  } catch (error) {
    scope.postMessage([FAILED, encodeThrown(error)])
    return
  }
  scope.postMessage([READY, methods, performance.timeOrigin, lifecycle.teardown !== undefined])
  holdLifeLock(scope)
}

/**
 * A lock held for the worker's whole life: when the page is granted it, the worker is dead, though no event was
 * fired. The page asks only after LOCKED, so that it never gets the lock first.
 */
function holdLifeLock(scope: WorkerScope): void {
  const locks = scope.navigator?.locks
  if (!locks) return
  const name = `atelier:${crypto.randomUUID()}`
  locks
    .request(name, () => {
      scope.postMessage([LOCKED, name])
      return new Promise(() => {})
    })
    // An opaque origin has the API and is refused: the heartbeat remains.
    .catch(() => {})
}

function checkLifecycle(lifecycle: TaskWorkerLifecycle): void {
  for (const [name, value] of Object.entries(lifecycle)) {
    if (name !== 'setup' && name !== 'teardown')
      throw new TypeError(`createTaskWorker: unknown option "${name}": there are setup and teardown`)
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(`createTaskWorker: "${name}" must be a function, got ${typeof value}`)
  }
}

function methodsOf(handlers: TaskHandlers): string[] {
  if (typeof handlers !== 'object' || handlers === null) {
    throw new TypeError(`createTaskWorker(handlers) takes an object of functions, got ${String(handlers)}`)
  }
  const methods = Object.keys(handlers)
  for (const name of methods) {
    if (RESERVED.has(name)) {
      throw new TypeError(
        `createTaskWorker: "${name}" is reserved and cannot be a method; rename the handler`,
      )
    }
    if (typeof handlers[name] !== 'function') {
      throw new TypeError(
        `createTaskWorker: handler "${name}" must be a function, got ${typeof handlers[name]}`,
      )
    }
  }
  return methods
}

/**
 * A Worker in the same thread whose messages wait until a test delivers them, one by one. What crosses is cloned as the
 * real wire clones it, and the real harness serves the handlers.
 */
import type { TaskHandlers } from '../../../src/types/task.ts'
import { serveHandlers } from '../../../src/worker/create-task-worker.ts'
import type { TaskWorkerLifecycle } from '../../../src/worker/lifecycle.ts'

type Listener = (event: never) => void

/** What a worker's `self` is to its handlers. */
export interface StepScope {
  close(): void
  postMessage(message: unknown, transfer?: Transferable[]): void
}

/** Stands among the messages of {@link StepWorker.toPage} for an `error` event. */
export const ERROR_EVENT = Symbol('error event')
/** Stands among the messages, either way, for one that cannot be read. */
export const MESSAGE_ERROR = Symbol('message error')

/** Makes the handlers of one worker; `scope` is its `self`. */
export type HandlersOf<Api extends TaskHandlers> = (scope: StepScope, worker: StepWorker) => Api

export class StepWorker {
  /** Messages under way. */
  readonly toPage: unknown[] = []
  readonly toWorker: unknown[] = []
  isAlive = true
  /** The worker's `self`. */
  readonly scope: StepScope
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly inside = new Map<string, (event: { readonly data: unknown }) => void>()

  constructor(handlersOf: HandlersOf<TaskHandlers>, lifecycle: TaskWorkerLifecycle = {}) {
    const scope = {
      postMessage: (message: unknown, transfer: Transferable[] = []) => {
        const copy: unknown = structuredClone(message, { transfer })
        if (this.isAlive) this.toPage.push(copy)
      },
      addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) => {
        this.inside.set(type, listener)
      },
      close: () => this.die(),
    }
    this.scope = scope
    serveHandlers(scope, handlersOf(scope, this), lifecycle)
  }

  /** As the page sees it. */
  get asWorker(): Worker {
    return this as unknown as Worker
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    const copy: unknown = structuredClone(message, { transfer })
    if (this.isAlive) this.toWorker.push(copy)
  }

  addEventListener(type: string, listener: Listener): void {
    const all = this.listeners.get(type) ?? new Set()
    this.listeners.set(type, all.add(listener))
  }

  removeEventListener(type: string, listener: Listener): void {
    this.listeners.get(type)?.delete(listener)
  }

  terminate(): void {
    this.die()
    this.toPage.length = 0
  }

  /** The worker is gone, without an event; what it had sent still arrives. */
  die(): void {
    this.isAlive = false
    this.toWorker.length = 0
  }

  /** One message arrives at the worker; false when none is under way. */
  deliverToWorker(): boolean {
    if (!this.isAlive || this.toWorker.length === 0) return false
    const data = this.toWorker.shift()
    this.inside.get(data === MESSAGE_ERROR ? 'messageerror' : 'message')?.({ data })
    return true
  }

  /** One message arrives at the page; false when none is under way. */
  deliverToPage(): boolean {
    if (this.toPage.length === 0) return false
    const data = this.toPage.shift()
    if (data === ERROR_EVENT) this.fail('the script did not load')
    else if (data === MESSAGE_ERROR) this.emit('messageerror', { data: null })
    else this.emit('message', { data })
    return true
  }

  /** An `error` event, as an uncaught exception or a script that does not load causes. */
  fail(message: string): void {
    this.emit('error', { message, filename: '', lineno: 0, error: undefined, preventDefault: () => {} })
  }

  /** What listeners throw is thrown here. */
  emit(type: string, event: object): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event as never)
  }
}

/** A Worker without a thread: its handlers run on the page's own, behind a MessageChannel that clones and transfers as a real one does. */
import { messageOf } from '../src/lib/words.ts'
import { type Clock, systemClock } from '../src/lib/clock.ts'
import { noteWorker, noteWorkerEnd } from '../src/channel/live-workers.ts'
import type { TaskHandlers } from '../src/types/task.ts'
import { methodsOf } from '../src/worker/handler-names.ts'
import { serveHandlers } from '../src/worker/create-task-worker.ts'
import type { TaskWorkerLifecycle } from '../src/worker/lifecycle.ts'
import { createChannel } from './create-channel.ts'
import { closeMessageCount, openMessageCount } from './messages-under-way.ts'

/** The handlers of a worker file, or a function that loads them when the worker starts. */
export type HandlerSource = TaskHandlers | (() => TaskHandlers | Promise<TaskHandlers>)

/** How an in-process worker differs from the plain one. */
export interface InProcessSettings extends TaskWorkerLifecycle {
  readonly handlers: HandlerSource
  /** Milliseconds that a message takes, either way. */
  readonly latencyMs?: number | undefined
  /** What the latency passes on. */
  readonly clock?: Pick<Clock, 'setTimeout' | 'clearTimeout'> | undefined
  /** Wraps each handler. */
  readonly around?: ((method: string, args: readonly unknown[], run: () => unknown) => unknown) | undefined
}

type Deliver = (event: { readonly data: unknown }) => void

// Of the same realm as EventTarget, also when a test environment is being taken down around a worker that speaks.
const Message = MessageEvent

/** What a handler returns when its outcome must be ignored: it never settles. */
const NEVER = new Promise<never>(() => {})

export class InProcessWorker extends EventTarget implements Worker {
  onmessage: Worker['onmessage'] = null
  onmessageerror: Worker['onmessageerror'] = null
  onerror: Worker['onerror'] = null
  private readonly page: MessagePort
  private readonly inside: MessagePort
  private readonly settings: InProcessSettings
  private readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>
  private readonly timers = new Set<unknown>()
  private readonly count = openMessageCount()
  private isAlive = true
  private unserve: () => void = () => {}

  constructor(settings: InProcessSettings) {
    super()
    this.settings = settings
    this.clock = settings.clock ?? systemClock
    const { port1, port2 } = createChannel()
    this.page = port1
    this.inside = port2
    for (const type of ['message', 'messageerror', 'error'] as const) {
      this.addEventListener(type, (event) =>
        this[`on${type}`]?.call(this, event as MessageEvent & ErrorEvent),
      )
    }
    this.receive(port1, 'message', ({ data }) => this.dispatchEvent(new Message('message', { data })))
    this.receive(port1, 'messageerror', () => this.dispatchEvent(new Message('messageerror')))
    const { handlers } = settings
    if (typeof handlers === 'function') void this.load(handlers)
    else this.serve(handlers)
    noteWorker(this, undefined, 0)
    port1.start()
  }

  postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
    const transfer = Array.isArray(options) ? options : (options?.transfer ?? [])
    // Once it is dead, a real worker swallows what it is sent: it still has to be clonable.
    if (this.isAlive) this.send(this.page, message, transfer)
    else swallow(message, transfer)
  }

  terminate(): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.unserve()
    for (const timer of this.timers) this.clock.clearTimeout(timer)
    this.timers.clear()
    this.page.close()
    this.inside.close()
    closeMessageCount(this.count)
    noteWorkerEnd(this)
  }

  /** Its script could not be loaded, or did not run to its end. */
  private async load(source: () => TaskHandlers | Promise<TaskHandlers>): Promise<void> {
    try {
      // Also a source that is synchronous: a real script never runs within the constructor.
      const handlers = await Promise.resolve().then(source)
      if (this.isAlive) this.serve(handlers)
    } catch (error) {
      const facts = { message: messageOf(error), error, filename: '', lineno: 0, colno: 0 }
      if (this.isAlive) this.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), facts))
    }
  }

  private serve(handlers: TaskHandlers): void {
    const { inside, settings } = this
    const scope = {
      postMessage: (message: unknown, transfer: Transferable[] = []) => {
        if (this.isAlive) this.send(inside, message, transfer)
        else swallow(message, transfer)
      },
      addEventListener: (type: string, listener: Deliver) => this.receive(inside, type, listener),
      // Looked up when it happens: code that watches for the worker's end has replaced `terminate`.
      close: () => this.terminate(),
    }
    this.unserve = serveHandlers(scope, this.guarded(handlers), {
      codecs: settings.codecs,
      errors: settings.errors,
      ...(settings.setup && { setup: (data, context) => settings.setup?.(data, context) }),
      ...(settings.checkpoint && { checkpoint: () => settings.checkpoint?.() }),
      ...(settings.teardown && { teardown: () => settings.teardown?.() }),
    })
    inside.start()
  }

  private send(port: MessagePort, message: unknown, transfer: Transferable[]): void {
    post(port, message, transfer)
    this.count.underWay++
  }

  private receive(port: MessagePort, type: string, deliver: Deliver): void {
    port.addEventListener(type, (event) => {
      if (!this.isAlive) return
      this.count.underWay--
      const { data } = event as MessageEvent<unknown>
      this.later(() => deliver({ data }))
    })
  }

  private later(deliver: () => void): void {
    const { latencyMs = 0 } = this.settings
    if (latencyMs === 0) {
      deliver()
      return
    }
    const timer = this.clock.setTimeout(() => {
      this.timers.delete(timer)
      deliver()
    }, latencyMs)
    this.timers.add(timer)
  }

  /** The handlers, none of which starts once the worker is gone: a batch may have held more calls. */
  private guarded(handlers: TaskHandlers): TaskHandlers {
    const { around } = this.settings
    const guarded = methodsOf(handlers).map((method) => {
      const handler = handlers[method] as TaskHandlers[string]
      const run = (...args: never[]): unknown => {
        if (!this.isAlive) return NEVER
        const apply = (): unknown => Reflect.apply(handler, handlers, args)
        return around ? around(method, args, apply) : apply()
      }
      return [method, run]
    })
    return Object.fromEntries(guarded) as TaskHandlers
  }
}

/** Posts as a browser does. Node transfers a detached buffer as an empty one, and has another error for what needs a transfer. */
function post(port: MessagePort, message: unknown, transfer: Transferable[]): void {
  if (transfer.some(isDetached)) {
    throw new DOMException('An ArrayBuffer is detached and could not be cloned.', 'DataCloneError')
  }
  try {
    port.postMessage(message, transfer)
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST')
      throw error
    throw new DOMException((error as Error).message, 'DataCloneError')
  }
}

/** For a port that is closed: a worker that is dead still refuses what cannot be cloned, and takes what is transferred. */
function swallow(message: unknown, transfer: Transferable[]): void {
  const { port1 } = createChannel()
  port1.close()
  post(port1, message, transfer)
}

function isDetached(item: Transferable): boolean {
  if (!(item instanceof ArrayBuffer) || item.byteLength > 0) return false
  try {
    return new Uint8Array(item).length < 0
  } catch {
    // A view of a detached buffer cannot be created.
    return true
  }
}

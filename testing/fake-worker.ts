/** A Worker that runs its handlers in the same process: real messages, real clones, no thread. */
import { serveHandlers, type TaskWorkerLifecycle } from '../src/worker/create-task-worker.ts'
import type { TaskHandlers } from '../src/task-types.ts'

/** Which calls a fault is for: methods by name, or whatever a function says. */
export type FaultTrigger =
  | string
  | readonly string[]
  | ((method: string, args: readonly unknown[]) => boolean)

/** Options of {@link createFakeWorker}. */
export interface FakeWorkerOptions extends TaskWorkerLifecycle {
  /** The handlers of the worker file. */
  readonly handlers: TaskHandlers
  /** Milliseconds that a message takes, either way. @default 0 */
  readonly latency?: number | undefined
  /** Calls that kill the worker when their handler would start. @default none */
  readonly crashOn?: FaultTrigger | undefined
  /** Calls whose handler never ends, and is deaf to an abort. @default none */
  readonly hangOn?: FaultTrigger | undefined
}

/**
 * A Worker for tests in Node or jsdom. Arguments and results are cloned and transferred as a real one would, over a
 * MessageChannel. What it cannot do is run beside the page, or be killed in the middle of a synchronous loop: a handler that runs on
 * after `terminate()` is not heard any more.
 *
 * @throws TypeError when a handler is not a function or has a reserved name, as `createTaskWorker` does.
 *
 * @example
 * const resize = taskOptions<ResizeApi>({ type: 'parallel', worker: () => createFakeWorker({ handlers }) })
 */
export function createFakeWorker(options: FakeWorkerOptions): Worker {
  return new FakeWorker(options)
}

// Of the same realm as EventTarget, also when a test environment is being taken down around a worker that speaks.
const Message = MessageEvent

class FakeWorker extends EventTarget implements Worker {
  onmessage: Worker['onmessage'] = null
  onmessageerror: Worker['onmessageerror'] = null
  onerror: Worker['onerror'] = null
  private readonly page: MessagePort
  private readonly inside: MessagePort
  private readonly latency: number
  private readonly timers = new Set<ReturnType<typeof setTimeout>>()
  private isAlive = true

  constructor(options: FakeWorkerOptions) {
    super()
    const { port1, port2 } = new MessageChannel()
    this.page = port1
    this.inside = port2
    this.latency = options.latency ?? 0
    for (const type of ['message', 'messageerror', 'error'] as const) {
      this.addEventListener(type, (event) =>
        this[`on${type}`]?.call(this, event as MessageEvent & ErrorEvent),
      )
    }
    port1.onmessage = ({ data }) => this.later(() => this.dispatchEvent(new Message('message', { data })))
    port1.onmessageerror = () => this.dispatchEvent(new Message('messageerror'))
    this.serve(options)
  }

  postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
    const transfer = Array.isArray(options) ? options : (options?.transfer ?? [])
    // Once it is dead, a real worker swallows what it is sent: it still has to be clonable.
    if (this.isAlive) this.page.postMessage(message, transfer)
    else structuredClone(message, { transfer })
  }

  terminate(): void {
    this.isAlive = false
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    this.page.close()
    this.inside.close()
  }

  private serve({ handlers, crashOn, hangOn, ...lifecycle }: FakeWorkerOptions): void {
    const { inside } = this
    const scope = {
      postMessage: (message: unknown, transfer: Transferable[] = []) => {
        if (this.isAlive) inside.postMessage(message, transfer)
      },
      addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) => {
        inside.addEventListener(type, (event) => {
          const data: unknown = (event as MessageEvent).data
          this.later(() => listener({ data }))
        })
      },
      // Looked up when it happens: whoever watches the worker for its end has put his own `terminate` there.
      close: () => this.terminate(),
    }
    const faulty = withFaults(handlers, {
      crash: (method, args) => {
        if (!matches(crashOn, method, args)) return false
        this.terminate()
        return true
      },
      hang: (method, args) => matches(hangOn, method, args),
    })
    serveHandlers(scope, faulty, lifecycle)
    inside.start()
  }

  private later(deliver: () => void): void {
    if (this.latency === 0) {
      if (this.isAlive) deliver()
      return
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      deliver()
    }, this.latency)
    this.timers.add(timer)
  }
}

interface Faults {
  crash(method: string, args: readonly unknown[]): boolean
  hang(method: string, args: readonly unknown[]): boolean
}

function withFaults(handlers: TaskHandlers, faults: Faults): TaskHandlers {
  if (typeof handlers !== 'object' || handlers === null) return handlers
  const wrapped = Object.entries(handlers).map(([method, handler]) => {
    // What is no function is for serveHandlers to complain of.
    if (typeof handler !== 'function') return [method, handler]
    const faulty = (...args: never[]): unknown =>
      faults.crash(method, args) || faults.hang(method, args)
        ? new Promise(() => {})
        : Reflect.apply(handler, handlers, args)
    return [method, faulty]
  })
  return Object.fromEntries(wrapped) as TaskHandlers
}

function matches(trigger: FaultTrigger | undefined, method: string, args: readonly unknown[]): boolean {
  if (trigger === undefined) return false
  if (typeof trigger === 'function') return trigger(method, args)
  return typeof trigger === 'string' ? trigger === method : trigger.includes(method)
}

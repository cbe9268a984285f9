/** The worker that this page runs for all pages, from winning the lock to releasing it. */
import {
  ANNOUNCE,
  CLOSE,
  CLOSED,
  FAILED,
  HELLO,
  HOST,
  LOADED,
  LOCKED,
  PAGES,
  READY,
  SERVE,
  UNCAUGHT,
} from '../wire/protocol.ts'
import type { LineFailure, SharedTask } from './shared-line.ts'

/** What the page receives from the engine that it hosts. */
export interface EngineEvents {
  error(event: Event): void
  /** A message without a port: why the start failed, an uncaught error, the worker's end. */
  said(message: readonly unknown[]): void
  /** Whether the page itself no longer needs it. */
  isUnused(): boolean
  ended(): void
}

/** How long a teardown may take, in ms. */
const TEARDOWN_MS = 1_000

export class Engine {
  /** Fulfilled when the lock may pass to another page. */
  readonly over: Promise<void>
  readonly hasBroker: boolean
  isOver = false
  private pages = 0
  private readonly events: EngineEvents
  private readonly worker: Worker
  private finish: () => void = () => {}
  private isLoaded = false
  private readonly task: SharedTask
  private readonly epoch: number
  /** A lock that only this page holds, so that it can find itself among the holders. */
  private readonly mark: string
  private readonly early: [unknown, Transferable[]][] = []

  /** @throws what the factory throws */
  constructor(task: SharedTask, broker: SharedWorker | undefined, epoch: number, events: EngineEvents) {
    this.over = new Promise((resolve) => {
      this.finish = resolve
    })
    this.events = events
    const made = task.make()
    if (!('terminate' in made))
      throw new TypeError(
        'it returned a SharedWorker, which is one engine for all pages: leave out the option shared',
      )
    this.worker = made
    this.task = task
    this.epoch = epoch
    this.mark = `${task.base}:${crypto.randomUUID()}`
    navigator.locks.request(this.mark, () => this.over).catch(() => {})
    this.hasBroker = broker !== undefined
    made.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!Array.isArray(data)) return
      if (data[0] === LOADED || data[0] === READY) this.open(broker)
      else if (data[0] === LOCKED) this.watch(data[1])
      else if (data[0] === HOST) this.meetAgain()
      else if (data[0] === HELLO) this.goOnFrom(data[1]).catch(() => {})
      else if (data[0] === UNCAUGHT || data[0] === FAILED) events.said(data)
      else if (data[0] === PAGES) {
        this.pages = data[1] as number
        this.closeIfUnused()
      } else if (data[0] === CLOSED) {
        this.end()
        events.said(data)
      }
    })
    made.addEventListener('error', (event) => events.error(event))
  }

  /** Passes a port of this page to the worker. */
  readonly post = (message: unknown, transfer: Transferable[]): void => {
    if (this.isLoaded) this.worker.postMessage(message, transfer)
    // A script that waits at its top level receives nothing yet.
    else this.early.push([message, transfer])
  }

  /** When neither this page nor another uses it, ends the worker after its teardown. */
  closeIfUnused(): void {
    if (this.isOver || this.pages > 0 || !this.events.isUnused()) return
    this.events.ended()
    this.worker.postMessage([CLOSE])
    setTimeout(() => this.end(), TEARDOWN_MS)
  }

  /** Ends the worker at once. */
  end(): void {
    if (this.isOver) return
    this.isOver = true
    this.worker.terminate()
    this.events.ended()
    this.finish()
  }

  /** The broker ended, with the page that had created it. A new one exists. */
  private meetAgain(): void {
    try {
      this.serve(brokerOf(this.task))
    } catch {
      // Calls travel without a broker.
    }
  }

  private serve(broker: SharedWorker | undefined): void {
    const port = broker?.port
    this.worker.postMessage([SERVE, this.task.base, this.epoch, port !== undefined])
    if (port)
      port.onmessage = () => {
        port.onmessage = null
        this.worker.postMessage([HOST, port], [port])
      }
  }

  private open(broker: SharedWorker | undefined): void {
    if (this.isLoaded) return
    this.isLoaded = true
    this.serve(broker)
    for (const [message, transfer] of this.early) this.worker.postMessage(message, transfer)
  }

  /**
   * A page knows another engine and its epoch. That engine may have taken over while this page slept; then this page does not have
   * the lock. If it has the lock, the other engine was earlier, and this one continues counting from its epoch.
   */
  private async goOnFrom(epoch: unknown): Promise<void> {
    const { held = [] } = await navigator.locks.query()
    const [holder, self] = [this.task.base, this.mark].map((lock) => held.find(({ name }) => name === lock))
    if (holder !== undefined && holder.clientId === self?.clientId && !this.isOver)
      this.worker.postMessage([ANNOUNCE, epoch])
  }

  /** No event reports that the browser has ended the worker, but its lock does. */
  private watch(name: unknown): void {
    navigator.locks
      .request(name as string, () => {
        this.end()
      })
      .catch(() => {})
  }
}

/** Thrown on the way to an engine, with more than an error can say. */
export class LineFault extends Error {
  readonly failure: LineFailure

  constructor(failure: LineFailure) {
    super(failure.seen)
    this.failure = failure
  }
}

/** The broker, if the task has one and the browser has SharedWorker. @throws LineFault */
export function brokerOf({ broker }: SharedTask): SharedWorker | undefined {
  if (broker === undefined || typeof SharedWorker !== 'function') return undefined
  try {
    const made: unknown = broker()
    if (made instanceof SharedWorker) return made
    throw new TypeError('it did not return a SharedWorker')
  } catch (cause) {
    throw new LineFault({ code: 'start-failed', seen: 'shared.broker failed', cause, stage: 'broker' })
  }
}

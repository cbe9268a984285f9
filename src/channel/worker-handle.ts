/** One Worker object: made by the user's factory, listened to once, ended at once or after its teardown. */
import { type Clock, noteMail } from '../lib/clock.ts'
import { runListener } from '../lib/run-listener.ts'
import { noteWorker, noteWorkerEnd, noteWorkerEnding } from './live-workers.ts'
import { addressOf } from './script-report.ts'
import { askFactory, watchSilence } from './silent-start.ts'
import { readStartError, type SeenFailure } from './start-error.ts'
import { CHECKPOINTED, CLOSE, CLOSED } from '../wire/protocol.ts'
import type { StartStage } from '../errors/start-advice.ts'
import { advice } from '../lib/warn.ts'
import { toText } from '../lib/words.ts'
import { oneInstance } from '../lib/one-instance.ts'

/** What happens on the wire. */
export interface WireEvents {
  onMessage(data: unknown): void
  /** A message arrived that could not be read here. */
  onMessageError(): void
  /** An error that nothing in the worker caught, once it is ready. */
  onError(event: ErrorEvent): void
  /** The `terminate` method of the worker was called by other code. No event reports that. */
  onTerminated(): void
  /** It does not start: the factory threw, or gave something else; or an error came before it was ready. */
  onUnstarted(failure: SeenFailure): void
  /** It is not ready. */
  readonly isStarting: boolean
  /** Its script has run, and its `setup` is running. */
  readonly startup: { readonly isSettingUp: boolean }
  /** What it saves while it ends is still received. */
  readonly checkpoints: { answer(message: readonly unknown[]): void }
}

/** Makes one worker. */
export type WorkerFactory = (info: { index: number; name: string }) => Worker

/** How long a teardown may take, in ms. */
const TEARDOWN_MS = 1_000

/** Workers that a channel listens to. If a factory returned one twice, their calls would mix. */
const taken: WeakSet<Worker> = /* @__PURE__ */ oneInstance('workers', () => new WeakSet())

export class WorkerWire {
  private worker: Worker | null = null
  private readonly events: WireEvents
  private readonly clock: Clock
  private terminate: () => void = () => {}
  /** What waits for its end; `null` once it has ended. */
  private onEnd: (() => void)[] | null = []

  constructor(events: WireEvents, clock: Clock) {
    this.events = events
    this.clock = clock
  }

  readonly post = (message: unknown, transfer?: readonly Transferable[]): void => {
    // An empty list is not free: the browser reads it item by item.
    if (transfer === undefined || transfer.length === 0) this.worker?.postMessage(message)
    else this.worker?.postMessage(message, transfer as Transferable[])
  }

  /** Ignores the worker from now on. */
  silence(): void {
    this.worker?.removeEventListener('message', this.onMessage)
    this.worker?.removeEventListener('messageerror', this.onMessageError)
    this.worker?.removeEventListener('error', this.onError)
  }

  /** Ends the worker: at once, or when its teardown is done. */
  end(afterTeardown: boolean): void {
    const { worker } = this
    if (!afterTeardown || worker === null) {
      this.over()
      return
    }
    noteWorkerEnding(worker)
    const over = (): void => {
      this.clock.clearTimeout(timer)
      worker.removeEventListener('message', onMessage)
      this.over()
    }
    const timer = this.clock.setTimeout(over, TEARDOWN_MS)
    const onMessage = ({ data }: MessageEvent<unknown>): void => {
      if (!Array.isArray(data)) return
      if (data[0] === CHECKPOINTED) this.events.checkpoints.answer(data)
      else if (data[0] === CLOSED) over()
    }
    worker.addEventListener('message', onMessage)
    runListener(this.post, [CLOSE])
  }

  /** Fulfilled when the worker is gone. */
  get ended(): Promise<void> {
    return new Promise((resolve) => (this.onEnd === null ? resolve() : this.onEnd.push(resolve)))
  }

  /** The address of its script, if it is known. */
  get address(): string | undefined {
    return addressOf(this.worker)
  }

  private over(): void {
    this.terminate()
    for (const resolve of this.onEnd ?? []) resolve()
    this.onEnd = null
  }

  /** Calls the factory for the worker. Its exceptions are reported, not thrown. */
  make(factory: WorkerFactory, info: { index: number; name: string }): void {
    let stage: StartStage = 'factory'
    try {
      const made: unknown = askFactory(() => factory(info))
      stage = 'returned'
      if (!isWorker(made)) throw new TypeError(`it did not return a Worker${advice(`, but ${toText(made)}`)}`)
      if (taken.has(made))
        throw new TypeError('it returned a Worker that is already in use: create a new one at each call')
      taken.add(made)
      this.wire(made)
      this.worker = made
      watchSilence(made, this.clock, this.events)
      noteWorker(made, info.name, info.index)
    } catch (error) {
      this.events.onUnstarted({
        code: 'start-failed',
        seen: 'the worker factory failed',
        cause: error,
        stage,
      })
    }
  }

  private wire(worker: Worker): void {
    const terminate = worker.terminate.bind(worker)
    this.terminate = () => {
      // A stand-in for a Worker may throw. Its calls must proceed all the same.
      runListener(terminate)
      noteWorkerEnd(worker)
    }
    worker.terminate = () => {
      this.terminate()
      this.events.onTerminated()
    }
    worker.addEventListener('message', this.onMessage)
    worker.addEventListener('messageerror', this.onMessageError)
    worker.addEventListener('error', this.onError)
  }

  private readonly onMessage = (event: MessageEvent<unknown>): void => {
    noteMail()
    this.events.onMessage(event.data)
  }
  private readonly onMessageError = (): void => this.events.onMessageError()
  private readonly onError = (event: ErrorEvent): void => {
    if (this.events.isStarting)
      readStartError(event, this.worker, (failure) => this.events.onUnstarted(failure))
    else this.events.onError(event)
  }
}

function isWorker(value: unknown): value is Worker {
  if (typeof value !== 'object' || value === null) return false
  return ['postMessage', 'terminate', 'addEventListener', 'removeEventListener'].every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'function',
  )
}

/** Notices the death of a worker that fires no event, by the lock that each worker holds for life; `signal` stops waiting. */
export function watchLifeLock(name: unknown, signal: AbortSignal, onDeath: () => void): void {
  const locks = globalThis.navigator?.locks
  if (!locks || signal.aborted || typeof name !== 'string') return
  locks
    .request(name, { signal }, () => {
      if (!signal.aborted) onDeath()
    })
    // Aborted with the channel, or refused to an opaque origin.
    .catch(() => {})
}

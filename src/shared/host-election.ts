/**
 * This page among the pages that share an engine. It requests the engine's lock and greets the page that holds it. It is a guest until the
 * lock is granted, and then the host. A line lives with one engine at most: for the next one, the pool makes another line.
 */
import { ANNOUNCE } from '../wire/protocol.ts'
import { holdLine } from './connection.ts'
import { brokerOf, Engine, LineFault } from './engine.ts'
import type { LineFailure, SharedLine, SharedTask } from './shared-line.ts'
import { warnOfBroker, warnOfVersions } from './warnings.ts'
import { LEFT, SeatLine } from './seat-line.ts'

const seats = new WeakMap<SharedTask, Seat>()

/** Connects lines to the engine of their task. */
export async function attach(line: SharedLine, task: SharedTask): Promise<void> {
  const seen = whatIsMissing()
  if (seen !== undefined) {
    line.fail({ code: 'shared-unavailable', seen, cause: undefined })
    return
  }
  let seat = seats.get(task)
  try {
    seat ??= new Seat(task)
    seats.set(task, seat)
    const hold = await holdLine(`${task.base}:${crypto.randomUUID()}`)
    if (line.isOver) hold.release()
    else seat.take(new SeatLine(line, seat, hold))
  } catch (cause) {
    line.fail(failureOf(cause, { code: 'shared-unavailable', seen: 'the browser refused it', cause }))
  }
}

function failureOf(cause: unknown, other: LineFailure): LineFailure {
  return cause instanceof LineFault ? cause.failure : other
}

function whatIsMissing(): string | undefined {
  if (globalThis.navigator?.locks === undefined) {
    const why = globalThis.isSecureContext === false ? ', because the context is not secure' : ''
    return `there is no navigator.locks${why}`
  }
  return typeof BroadcastChannel === 'function' ? undefined : 'there is no BroadcastChannel'
}

export class Seat {
  readonly task: SharedTask
  /** Of the newest known engine. */
  epoch = 0
  engineId = ''
  engine: Engine | null = null
  /** The channel on which engines announce themselves. */
  readonly rendezvous: BroadcastChannel
  broker: SharedWorker | undefined
  private line: SeatLine | null = null
  private request: AbortController | null = null
  /** The page is hidden for good, or frozen, so it cannot serve other pages. */
  isAsleep = false

  constructor(task: SharedTask) {
    this.task = task
    // User code runs first, so that an exception leaves nothing behind.
    this.broker = brokerOf(task)
    this.rendezvous = new BroadcastChannel(task.base)
    this.rendezvous.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Any script can post on a channel.
      if (!Array.isArray(data) || data[0] !== ANNOUNCE || typeof data[1] !== 'number') return
      if (this.heardOf(data[1], String(data[2]))) this.line?.announced(this.engineId)
      else this.line?.greetAgain()
    }
    warnOfVersions(task)
    this.broker?.addEventListener('error', () => {
      this.broker = undefined
      warnOfBroker(task, 'did not load')
      this.line?.greetAgain()
    })
    this.broker?.port.start()
    if (typeof document === 'undefined') return
    globalThis.addEventListener('pagehide', () => this.sleep())
    globalThis.addEventListener('pageshow', () => this.wake())
    document.addEventListener('freeze', () => this.sleep())
    document.addEventListener('resume', () => this.wake())
  }

  /** A line needs an engine. */
  take(line: SeatLine): void {
    this.line = line
    if (this.engine !== null) line.join(this.engine)
    else {
      line.greet()
      this.stand()
    }
  }

  /** An engine of this epoch lives. Returns whether no newer one is known. */
  heardOf(epoch: number, engineId: string): boolean {
    if (epoch < this.epoch) return false
    this.epoch = epoch
    this.engineId = engineId
    return true
  }

  /** A line has ended: its task no longer needs it, its engine is gone, or the engine is silent and has to be replaced. */
  leave(line: SeatLine, why: 'closed' | 'lost' | 'silent'): void {
    if (this.line === line) this.line = null
    if (why === 'closed') {
      this.request?.abort()
      this.request = null
      this.engine?.closeIfUnused()
    } else if (why === 'silent') {
      if (line.isHost) this.end('')
      // A sleeping page receives nothing, so it cannot judge silence.
      else if (!this.isAsleep)
        void navigator.locks.request(this.task.base, { steal: true }, () => {}).catch(() => {})
    }
  }

  private stand(): void {
    if (this.request !== null || this.isAsleep) return
    const request = new AbortController()
    this.request = request
    const { base } = this.task
    navigator.locks
      .request(base, { signal: request.signal }, () => {
        const isOurs = this.request === request
        if (isOurs) this.request = null
        return isOurs && this.line !== null ? this.host(this.line) : undefined
      })
      .catch((cause: unknown) => {
        if (request.signal.aborted) return
        if (this.engine !== null) {
          this.end('another page took over from this one, which gave no sign of life')
          if (this.line !== null) this.stand()
        } else this.line?.fail({ code: 'shared-unavailable', seen: 'the browser refused a Web Lock', cause })
      })
  }

  /** The lock is ours. It is held until the returned promise is fulfilled. */
  private host(line: SeatLine): Promise<void> | undefined {
    try {
      const broker = brokerOf(this.task)
      const isUnused = (): boolean => this.line === null
      // It may have ended the task, and so may the factory.
      if (isUnused()) return undefined
      const engine: Engine = new Engine(this.task, broker, ++this.epoch, {
        error: (event) => this.line?.error(event),
        said: (message) => this.line?.hostSaid(message),
        isUnused,
        ended: () => {
          if (this.engine === engine) this.engine = null
        },
      })
      this.engine = engine
      if (isUnused()) engine.closeIfUnused()
      else if (line.isReady) void line.lose(LEFT)
      else line.join(engine)
      return engine.over
    } catch (cause) {
      const seen = 'the worker factory failed'
      line.fail(failureOf(cause, { code: 'start-failed', seen, cause, stage: 'factory' }))
      return undefined
    }
  }

  private end(why: string): void {
    this.engine?.end()
    void this.line?.lose(why)
  }

  private sleep(): void {
    this.isAsleep = true
    this.request?.abort()
    this.request = null
    if (this.engine !== null) this.end('was handed over: its page was hidden, or frozen')
  }

  private wake(): void {
    if (!this.isAsleep) return
    this.isAsleep = false
    if (this.line === null) return
    this.line.greetAgain()
    this.stand()
  }
}

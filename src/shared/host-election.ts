/**
 * This page among those that share an engine. It asks for the lock of the engine and greets the page that has it: as a guest, until the
 * lock is granted, and then as the host. A line lives with one engine at most: for the next one the pool makes another.
 */
import { ANNOUNCE } from '../wire/protocol.ts'
import { holdLine } from './connection.ts'
import { brokerOf, Engine, LineFault } from './engine.ts'
import type { LineFailure, SharedLine, SharedTask } from './shared-line.ts'
import { warnOfBroker, warnOfVersions } from './warnings.ts'
import { LEFT, SeatLine } from './seat-line.ts'

const seats = new WeakMap<SharedTask, Seat>()

/** Brings a line to the engine of its task. */
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
  /** Of the newest engine that was heard of. */
  epoch = 0
  engineId = ''
  engine: Engine | null = null
  /** Where engines announce themselves. */
  readonly rendezvous: BroadcastChannel
  broker: SharedWorker | undefined
  private line: SeatLine | null = null
  private request: AbortController | null = null
  /** The page is hidden for good, or frozen: it could serve nobody. */
  isAsleep = false

  constructor(task: SharedTask) {
    this.task = task
    // The user's code comes first: what it throws leaves nothing behind.
    this.broker = brokerOf(task)
    this.rendezvous = new BroadcastChannel(task.base)
    this.rendezvous.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Anybody may speak on a channel.
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

  /** A line wants an engine. */
  take(line: SeatLine): void {
    this.line = line
    if (this.engine !== null) line.join(this.engine)
    else {
      line.greet()
      this.stand()
    }
  }

  /** An engine of this epoch lives; whether none is known that is newer. */
  heardOf(epoch: number, engineId: string): boolean {
    if (epoch < this.epoch) return false
    this.epoch = epoch
    this.engineId = engineId
    return true
  }

  /** A line has ended: its task wants none, its engine went, or gave no sign of life and is to be replaced. */
  leave(line: SeatLine, why: 'closed' | 'lost' | 'silent'): void {
    if (this.line === line) this.line = null
    if (why === 'closed') {
      this.request?.abort()
      this.request = null
      this.engine?.closeIfUnused()
    } else if (why === 'silent') {
      if (line.isHost) this.end('')
      // A page that sleeps hears nothing, and knows of no silence.
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

  /** The lock is ours: it is held until what this returns is fulfilled. */
  private host(line: SeatLine): Promise<void> | undefined {
    try {
      const broker = brokerOf(this.task)
      const isUnused = (): boolean => this.line === null
      // It may have ended the task, as the factory may.
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

/** One line between the pool of this page and an engine: its messages, whether the engine lives, and what is known of it. */
import type { Rows } from '../wire/batchable.ts'
import type { SharedSnapshot } from '../types/snapshot.ts'
import {
  CALL_STRIDE,
  CALLS,
  CLOSE,
  CLOSED,
  FAILED,
  HOST_LOST,
  LOCKED,
  PAGES,
  READY,
  REPLIES,
  REPLY_STRIDE,
  SETTING_UP,
  SHARED,
  STARTED,
} from '../wire/protocol.ts'
import { warnOfBroker } from './warnings.ts'
import { Connection, type Hold } from './connection.ts'
import type { Engine } from './engine.ts'
import type { LineFailure, SharedLine, SharedTask } from './shared-line.ts'

/** If a timer is this late, in ms, the page was blocked or slept. */
const BLOCKED_MS = 50

/** How long the last messages of an engine may take, in ms. The news of its end travels another way, and may be faster. */
const LAST_WORDS_MS = 30

/** Why an engine is gone, together with its page. */
export const LEFT = 'went with the page that hosted it'

function lastWords(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      // On a page that was blocked, a timer overtakes messages; a message waits behind them.
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    }, LAST_WORDS_MS)
  })
}

/** The page, as far as its line needs it. */
interface Seat {
  readonly task: SharedTask
  readonly rendezvous: BroadcastChannel
  readonly broker: SharedWorker | undefined
  readonly epoch: number
  readonly engineId: string
  readonly engine: Engine | null
  readonly isAsleep: boolean
  heardOf(epoch: number, engineId: string): boolean
  leave(line: SeatLine, why: 'closed' | 'lost' | 'silent'): void
}

export class SeatLine {
  isReady = false
  isHost = false
  private pages = 0
  private epoch = 0
  private engineId = ''
  /** The lock that its engine holds for this page. */
  private lock = ''
  private isClosed = false
  /** It already knows that it cannot get an engine. */
  private isLost = false
  /** Fulfilled when the last messages of its engine have arrived. */
  private lastWords: Promise<void> | undefined
  /** Calls that were posted and have no reply. */
  private openCalls = 0
  private heardAt = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly line: SharedLine
  private readonly seat: Seat
  private readonly connection: Connection
  private readonly over = new AbortController()

  constructor(line: SharedLine, seat: Seat, hold: Hold) {
    this.line = line
    this.seat = seat
    this.connection = new Connection(hold, this.heard, () => line.unread())
    line.onPost = (message, transfer) => this.post(message, transfer)
    line.onEnd = () => this.end()
    // From here on, its end is requested by a message.
    line.say([SETTING_UP])
    this.tell()
  }

  /** Greets any living engine. */
  greet(): void {
    this.lock = ''
    // A sleeping page would not receive the answer.
    if (this.seat.isAsleep) return
    const { task, rendezvous, broker, epoch, engineId } = this.seat
    this.connection.greet({ base: task.base, rendezvous, broker: broker?.port, epoch, engineId })
  }

  greetAgain(): void {
    if (!this.isReady && !this.isHost) this.greet()
  }

  /** This page hosts the engine. */
  join(engine: Engine): void {
    this.isHost = true
    // The end of the previous engine is not the end of this one.
    this.lock = ''
    this.connection.join(engine.post)
    this.tell()
  }

  /** An engine has begun to serve. */
  announced(engineId: string): void {
    if (this.isHost) return
    if (!this.isReady) this.greet()
    else if (this.engineId !== engineId) void this.lose('was replaced by another page')
  }

  /** Its engine is gone, but its last messages may still be in transit. A line that was not ready waits for the next engine. */
  async lose(why: string): Promise<void> {
    if (this.isReady) {
      this.isLost = true
      if (!this.isHost) await (this.lastWords ??= lastWords())
      this.line.say([HOST_LOST, why])
    } else {
      this.isHost = false
      this.greet()
      this.tell()
    }
  }

  fail(failure: LineFailure): void {
    this.isLost = true
    this.line.fail(failure)
  }

  error(event: Event): void {
    if (!this.isHost) return
    event.preventDefault()
    const { message, filename, lineno, error } = event as ErrorEvent
    this.line.dispatchEvent(new ErrorEvent('error', { message, filename, lineno, error, cancelable: true }))
  }

  /** A message of this page's engine that came without a port. */
  hostSaid(message: readonly unknown[]): void {
    if (this.isHost) this.line.say(message)
  }

  private post(message: unknown, transfer: Transferable[] | undefined): void {
    const [kind, rows] = message as readonly [kind: unknown, rows: Rows]
    if (kind === CALLS) {
      this.openCalls += rows.length / CALL_STRIDE
      this.watch()
    }
    this.connection.post(message, transfer)
    if (kind !== CLOSE) return
    this.isClosed = true
    this.line.say([CLOSED])
  }

  private readonly heard = (data: unknown): void => {
    this.heardAt = performance.now()
    if (Array.isArray(data)) {
      switch (data[0]) {
        case PAGES:
          this.pages = data[1] as number
          this.epoch = data[2] as number
          this.engineId = data[3] as string
          this.seat.heardOf(this.epoch, this.engineId)
          this.tell()
          return
        case READY:
          this.isReady = true
          // If a page ends its line on this message, the page lacks something, such as a codec. The engine serves others.
          this.isLost = !this.isHost
          break
        case REPLIES:
          // Repeats isRows: importing it would split the chunk of workers.
          if (Array.isArray(data[2]) || ArrayBuffer.isView(data[2])) this.settled(data[2] as Rows)
          break
        case LOCKED:
          this.watchLock(data[1] as string)
          // Otherwise its channel would take the end of an engine that is not ready for a failed start.
          if (!this.isReady) return
          break
        case FAILED:
          this.isLost ||= !this.isHost
          break
      }
    }
    this.line.say(data)
    if (!Array.isArray(data) || data[0] !== READY || this.line.isOver) return
    this.isLost = false
    this.tell()
    const { broker, task } = this.seat
    if (broker !== undefined && !this.isHost && !this.connection.hasPort)
      warnOfBroker(task, 'did not answer within a second')
    if (this.lock !== '') this.line.say([LOCKED, this.lock])
  }

  private settled(rows: Rows): void {
    for (let at = 1; at < rows.length; at += REPLY_STRIDE)
      if ((rows[at] as number) < STARTED) this.openCalls--
  }

  /** The engine holds this lock for this page. If the page gets it, the engine is gone. */
  private watchLock(name: string): void {
    this.lock = name
    const { signal } = this.over
    navigator.locks
      .request(name, { signal }, async () => {
        // The page may have left it for the next engine. Its channel waits for this lock, too, and knows less about the engine.
        if (signal.aborted || this.lock !== name) return
        if (!this.isHost) await this.lose(LEFT)
        else if (!this.isReady) this.workerDied()
      })
      .catch(() => {})
  }

  /** During setup. Later, its channel knows by itself. */
  private workerDied(): void {
    this.seat.engine?.end()
    this.fail({
      code: 'start-failed',
      seen: 'the worker died without an event',
      cause: undefined,
      stage: 'end',
    })
  }

  /** A page that sleeps does not answer, and no lock shows it. */
  private watch(): void {
    const { heartbeatMs } = this.seat.task
    if (heartbeatMs === undefined || this.isHost || this.timer !== undefined) return
    const since = performance.now()
    this.timer = setTimeout(() => {
      this.timer = undefined
      if (this.openCalls <= 0 || this.line.isOver) return
      const now = performance.now()
      const isLate = now > since + heartbeatMs + BLOCKED_MS
      if (isLate || this.heardAt > since) this.watch()
      else {
        this.isLost = true
        this.seat.leave(this, 'silent')
        this.line.say([HOST_LOST, `gave no sign of life for ${heartbeatMs} ms (heartbeatMs)`])
      }
    }, heartbeatMs)
  }

  private tell(): void {
    const role = this.isHost ? 'host' : this.isReady ? 'guest' : 'electing'
    if (this.isHost || this.isReady) this.seat.task.host = this.isHost ? 'self' : 'other'
    const isPort = this.isHost ? this.seat.engine?.hasBroker === true : this.connection.hasPort
    const { pages, epoch } = this
    const state: SharedSnapshot = { role, transport: isPort ? 'port' : 'broadcast', pages, epoch }
    this.line.say([SHARED, Object.freeze(state)])
  }

  private end(): void {
    clearTimeout(this.timer)
    this.over.abort()
    this.connection.end()
    this.seat.leave(this, this.isClosed ? 'closed' : this.isLost ? 'lost' : 'silent')
  }
}

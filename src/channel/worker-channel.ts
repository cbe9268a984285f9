/** One worker and its calls: handshake, batches out, replies in, death. */
import { type BatchEvents, CallBatch } from './call-writer.ts'
import type { Call, CallPlace } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import { shareCancelFlags } from './cancel-flags.ts'
import { postCancel } from './cancel-message.ts'
import { ChannelOutbox } from './channel-outbox.ts'
import { ChannelAudit, type LostMessage } from './lost-calls.ts'
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import type { Clock } from '../lib/clock.ts'
import type { StartFailure } from '../errors/failures.ts'
import { watchLifeLock } from './life-lock.ts'
import * as wire from '../wire/protocol.ts'
import { type Reply, ReplyReader } from './reply-reader.ts'
import { type WireEvents, type WorkerFactory, WorkerWire } from './worker-handle.ts'

/** Who decides what the channel's news mean. */
export interface ChannelOwner {
  turn(fn: () => void): void
  channelReady(channel: WorkerChannel): void
  channelFailed(channel: WorkerChannel, failure: StartFailure): void
  channelDied(channel: WorkerChannel, seen: string): void
  /** An uncaught error in a worker that lives on. */
  channelError(channel: WorkerChannel, error: unknown): void
  replied(channel: WorkerChannel, call: Call, reply: Reply): void
  /** An argument cannot be cloned; `path` says which. The call was not sent. */
  unsendable(channel: WorkerChannel, call: Call, code: LostMessage, path: string, cause: unknown): void
  /** It holds what has no clone, and was not sent ahead of time: that would be gone with the worker. */
  keptBack(channel: WorkerChannel, call: Call): void
  /** A message that could not be read took the call with it, or an item of its stream. */
  lost(channel: WorkerChannel, call: Call, code: LostMessage, isStream: boolean): void
  progressed(call: Call, value: unknown): void
  streamed(call: Call, items: readonly unknown[]): void
  /** A message has been worked through. `latencyMs`: how long it lay before the page read it. */
  turnEnded(channel: WorkerChannel, latencyMs: number): void
}

/** What all channels of a task have in common. */
export interface ChannelSettings {
  readonly worker: WorkerFactory
  readonly name: string
  /** Progress is a sign of life and is sent though no caller asks for it. */
  readonly wantsProgress: boolean
  /** Calls with transferred arguments are handed ahead, too. */
  readonly transferAhead: boolean
  readonly clock: Clock
}

export class WorkerChannel implements CallPlace, WireEvents, BatchEvents {
  readonly index: number
  /** Handlers that may run at once. */
  readonly slots: number
  /** What its worker holds, by wire id, in the order of sending. */
  readonly held: Map<number, Call> = new Map()
  /** Of those, the ones that were handed ahead and are presumed not to have started. */
  readonly ahead: LinkedList<Call> = new LinkedList()
  /** Slots taken. */
  running = 0
  state: 'starting' | 'ready' | 'closed' = 'starting'
  /** Since when nothing is asked of it. */
  idleSince = 0
  /** When it last replied, or was ready. */
  repliedAt = 0
  /** It was asked to give back what has not started, and has not answered. */
  wasAskedBack = false
  methods: readonly string[] = []
  private readonly settings: ChannelSettings
  private readonly owner: ChannelOwner
  private readonly wire: WorkerWire
  private readonly batch: CallBatch
  private readonly audit: ChannelAudit
  private readonly outbox = new ChannelOutbox(() => this.flush())
  private readonly closing = new AbortController()
  private readonly cancelFlags = shareCancelFlags()
  private hasTeardown = false
  private readonly replies = new ReplyReader(this.held, (call, reply) =>
    this.owner.replied(this, call, reply),
  )

  constructor(index: number, slots: number, settings: ChannelSettings, owner: ChannelOwner) {
    this.index = index
    this.slots = slots
    this.settings = settings
    this.owner = owner
    this.wire = new WorkerWire(settings.worker, { index, name: settings.name }, this, settings.clock)
    this.audit = new ChannelAudit(this.held, this.wire.post)
    this.batch = new CallBatch(this.wire.post, settings.wantsProgress, this)
  }

  get isFull(): boolean {
    return this.running >= this.slots
  }

  /** Gives the worker a call: posted at the end of this turn, together with others, or when it is ready. */
  send(call: Call): void {
    call.place = this
    call.workerIndex = this.index
    this.held.set(call.runId, call)
    this.outbox.add(call)
    if (this.state !== 'starting') this.outbox.sendSoon()
  }

  /** A call is from now on what another one was here. */
  replace(call: Call, heir: Call): void {
    this.held.set(heir.runId, heir)
    this.outbox.replace(call, heir)
    if (call.list === this.ahead) this.ahead.replace(call, heir)
  }

  /** Takes back what was not posted yet; false when it was. */
  withdraw(call: Call): boolean {
    if (!this.outbox.remove(call)) return false
    this.held.delete(call.runId)
    return true
  }

  /** Asks the worker to stop a call; its reply frees the slot. */
  cancel(call: Call, reason: unknown): void {
    this.cancelFlags?.raise(call.runId)
    postCancel(this.wire.post, call.runId, reason)
  }

  /** Asks for calls that have not started; those that can be given back are replied as such. */
  takeBack(calls: readonly Call[]): void {
    this.wire.post([wire.TAKE_BACK, ...calls.map((call) => call.runId)])
  }

  /** Tells the producer of a stream how much room there is. */
  grant(call: Call, items: number): void {
    this.wire.post([wire.CREDIT, call.runId, items])
  }

  /** Ends the worker: at once, or after its teardown where it has one and `isOrderly` is set. */
  close(isOrderly: boolean): void {
    if (this.state === 'closed') return
    const hasTeardown = this.state === 'ready' && this.hasTeardown
    this.silence()
    this.wire.end(isOrderly && hasTeardown)
  }

  /** The worker did not answer in time. */
  startTimedOut(ms: number): void {
    this.fail('start-timeout', `no answer within ${ms} ms (startTimeoutMs)`)
  }

  /** @see WireEvents */
  onMessage(data: unknown): void {
    // Without the memory for a copy, the browser delivers null.
    if (data === null) this.audit.ask('clone-result')
    if (!Array.isArray(data) || this.state === 'closed') return
    switch (data[0]) {
      case wire.REPLIES:
        this.owner.turn(() => this.receiveReplies(data))
        break
      case wire.PROGRESS:
      case wire.ITEMS:
      case wire.BEAT:
        readCallNews(data, this.held, this.owner, this.settings.clock)
        break
      case wire.UNREADABLE:
        this.audit.ask('clone-args')
        break
      case wire.AUDITED:
        this.owner.turn(() => this.audit.answer(data, this.lost))
        break
      case wire.READY:
        if (this.state === 'starting' && Array.isArray(data[1])) this.open(data[1], data[2], data[3] === true)
        break
      case wire.LOCKED:
        watchLifeLock(data[1], this.closing.signal, () => this.die('died without an event'))
        break
      case wire.CLOSED:
        this.die('closed itself')
        break
      case wire.FAILED:
        this.fail('start-failed', 'its setup threw', decodeThrown(data[1] as Encoded))
        break
    }
  }

  /** @see WireEvents */
  onMessageError(): void {
    this.audit.ask('clone-result')
  }

  /** @see WireEvents */
  onError(event: ErrorEvent): void {
    const seen = event.message || 'an error event without a message (the script did not load)'
    if (this.state !== 'starting') {
      this.owner.channelError(this, event.error ?? new Error(seen))
      return
    }
    event.preventDefault()
    const where = event.filename ? ` at ${event.filename}:${event.lineno}` : ''
    this.fail('start-failed', `${seen}${where}`, event.error ?? undefined, event.filename)
  }

  /** @see WireEvents */
  onTerminated(): void {
    this.die('was terminated by the page')
  }

  onUnmade(seen: string, cause: unknown): void {
    this.fail('start-failed', seen, cause)
  }

  /** @see BatchEvents */
  unsent(call: Call, path: string, cause: unknown): void {
    this.held.delete(call.runId)
    this.owner.unsendable(this, call, 'clone-args', path, cause)
  }

  /** @see BatchEvents */
  keepsBack(call: Call): boolean {
    if (this.settings.transferAhead || call.list !== this.ahead) return false
    call.holdsUnclonable = true
    this.owner.keptBack(this, call)
    return true
  }

  /** Posts what was given to the worker in this turn. */
  flush(): void {
    if (this.state !== 'ready' || this.outbox.isEmpty) return
    const calls = this.outbox.takeAll()
    this.owner.turn(() => {
      let hasAnswered = false
      let keepsRest = false
      for (const call of calls) {
        // What comes after one that was kept back must not overtake it.
        if (keepsRest && call.list === this.ahead) this.owner.keptBack(this, call)
        if (call.place !== this) continue
        if (this.batch.add(call)) {
          keepsRest ||= call.holdsUnclonable && call.place !== this
          continue
        }
        this.replies.answer(call, wire.NO_METHOD, undefined)
        hasAnswered = true
      }
      this.batch.flush()
      if (hasAnswered) this.owner.turnEnded(this, 0)
    })
  }

  private open(methods: readonly string[], timeOrigin: unknown, hasTeardown: boolean): void {
    this.state = 'ready'
    this.methods = methods
    this.batch.setMethods(methods)
    this.hasTeardown = hasTeardown
    this.replies.setTimeOrigin(timeOrigin)
    this.wire.post([wire.OPEN, this.slots, this.cancelFlags?.flags ?? null])
    this.owner.turn(() => this.owner.channelReady(this))
    this.flush()
  }

  private readonly lost = (call: Call, code: LostMessage, isStream: boolean): void =>
    this.owner.lost(this, call, code, isStream)

  private receiveReplies(data: readonly unknown[]): void {
    this.repliedAt = this.settings.clock.now()
    this.wasAskedBack = false
    const latencyMs = this.replies.read(data, this.isOpen)
    if (this.isOpen()) this.owner.turnEnded(this, latencyMs)
  }

  private readonly isOpen = (): boolean => this.state !== 'closed'

  private fail(code: StartFailure['code'], what: string, cause?: unknown, url?: string): void {
    if (this.state !== 'starting') return
    const seen = cause === undefined || what.includes(String(cause)) ? what : `${what}: ${String(cause)}`
    this.silence()
    this.wire.end(false)
    const script = url || `as made by ${String(this.settings.worker).replace(/\s+/g, ' ').slice(0, 200)}`
    this.owner.turn(() => this.owner.channelFailed(this, { code, seen, script, cause }))
  }

  private die(seen: string): void {
    if (this.state === 'starting') this.fail('start-failed', `the worker ${seen}`)
    if (this.state === 'closed') return
    this.silence()
    this.wire.end(false)
    this.owner.turn(() => this.owner.channelDied(this, seen))
  }

  private silence(): void {
    this.state = 'closed'
    this.closing.abort()
    this.wire.silence()
  }
}

/** Reads what a worker tells of a call that goes on: progress, items of a stream, signs of life. */
function readCallNews(
  message: readonly unknown[],
  held: ReadonlyMap<number, Call>,
  owner: Pick<ChannelOwner, 'progressed' | 'streamed'>,
  clock: Clock,
): void {
  const call = held.get(message[1] as number)
  if (!call) return
  call.beatAt = clock.now()
  if (message[0] === wire.PROGRESS) owner.progressed(call, message[2])
  else if (message[0] === wire.ITEMS) {
    call.itemsReceived += message.length - 2
    owner.streamed(call, message.slice(2))
  }
}

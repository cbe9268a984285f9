/** One worker and its calls: handshake, batches out, replies in, death. */
import type { Call } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import { afterMail } from '../lib/clock.ts'
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import * as wire from '../wire/protocol.ts'
import { type BatchEvents, CallBatch } from './call-writer.ts'
import { readNews } from './call-news.ts'
import { CheckpointRequests } from './checkpoint-requests.ts'
import { CancelFlags, postCancel } from './abort-message.ts'
import type { ChannelOwner, ChannelSettings } from './channel-owner.ts'
import { EnginePlace } from './engine-place.ts'
import { HeldCalls } from './held-calls.ts'
import { ChannelAudit } from './unreadable-messages.ts'
import { ReplyReader } from './reply-reader.ts'
import { ResultStreams } from './result-streams.ts'
import { type SeenFailure, uncaughtOf } from './start-error.ts'
import { watchLifeLock, type WireEvents, WorkerWire } from './worker-handle.ts'
import { WorkerStartup } from './worker-startup.ts'

export class WorkerChannel extends HeldCalls implements WireEvents, BatchEvents {
  /** It is to be started though no call waits for it. */
  readonly isWanted: boolean
  state: 'starting' | 'ready' | 'closed' = 'starting'
  /** When the factory was asked for its worker; below 0 before. */
  madeAt = -1
  /** Since when nothing is asked of it. */
  idleSince = 0
  /** When it last replied, or was ready. */
  repliedAt = 0
  /** Calls were taken back from it since others had nothing to do, and it has not replied since. */
  isStuck = false
  methods: readonly string[] = []
  readonly engine: EnginePlace = new EnginePlace({
    changed: () => this.owner.turnEnded(this, 0),
    lost: (seen) => this.die(seen),
    failed: (failure) => this.fail(failure),
  })
  private readonly settings: ChannelSettings
  private readonly owner: ChannelOwner<WorkerChannel>
  readonly wire: WorkerWire
  private readonly batch: CallBatch
  private readonly audit: ChannelAudit
  readonly startup: WorkerStartup
  readonly checkpoints: CheckpointRequests
  private readonly closing = new AbortController()
  private readonly cancelFlags: CancelFlags
  private readonly streams = new ResultStreams(() => this.owner.turn(() => this.owner.turnEnded(this, 0)))
  private readonly replies = new ReplyReader(this.held, (call, reply) => {
    if (reply.hasStreams) reply.value = this.streams.adopt(call, reply.value)
    this.owner.replied(this, call, reply)
  })

  constructor(
    index: number,
    slots: number,
    isWanted: boolean,
    settings: ChannelSettings,
    owner: ChannelOwner<WorkerChannel>,
  ) {
    super(index, slots, settings.shared === undefined)
    this.isWanted = isWanted
    this.settings = settings
    this.owner = owner
    this.cancelFlags = new CancelFlags(slots, settings.shared === undefined)
    this.wire = new WorkerWire(this, settings.clock)
    this.audit = new ChannelAudit(this.held, this.wire.post)
    this.batch = new CallBatch(this.wire.post, settings.wantsProgress, this)
    this.checkpoints = new CheckpointRequests(this.wire.post)
    this.startup = new WorkerStartup(settings.setupData, {
      post: this.wire.post,
      alive: () => owner.turn(() => owner.channelSetsUp(this)),
      failed: (failure) => this.fail(failure),
    })
  }

  /** @see WireEvents */
  get isStarting(): boolean {
    return this.state === 'starting'
  }

  get isClosed(): boolean {
    return this.state === 'closed'
  }

  /** Whether nothing is asked of it, and no stream of a result is still being filled. */
  get isIdle(): boolean {
    return this.state === 'ready' && this.held.size === 0 && this.streams.open.size === 0
  }

  /** Makes the worker: the factory is the user's code, and may ask for anything meanwhile. */
  make(): void {
    this.wire.make(this.settings.worker, { index: this.index, name: this.settings.name })
    if (!this.isClosed) return this.startup.ask()
    // The factory has stopped it.
    this.wire.silence()
    this.wire.end(false)
  }

  /** Whether the call is not with the worker yet, or can be had back at once: then it will not run there. */
  withdraw(call: Call): boolean {
    return !call.isPosted || this.claims.take(call.claim)
  }

  /** Asks the worker to stop a call; its reply frees the slot. */
  cancel(call: Call, reason: unknown, isRunning: boolean): void {
    if (isRunning) this.raiseFlag(call)
    postCancel(this.wire.post, call.runId, reason)
  }

  /** A synchronous loop that runs already sees that it was aborted. */
  raiseFlag(call: Call): void {
    this.cancelFlags.raise(call.runId)
  }

  /** Takes calls back that were handed ahead, where the worker has not claimed them: now, or when it is known. */
  takeBack(calls: readonly Call[]): void {
    const had = calls.filter((call) => this.withdraw(call))
    if (had.length > 0) this.owner.takenBack(this, had)
    if (this.claims.words !== null) return
    const rest = calls.filter((call) => call.place === this)
    for (const claim of new Set(rest.map((call) => call.claim))) {
      // What its worker has claimed, or runs without a claim, it gives back when it reads its mail before that one's turn.
      const ask = () => this.askBack(rest.filter((call) => call.claim === claim))
      if (claim === 0) ask()
      else this.claims.takeLock(claim, () => afterMail(this.settings.clock, () => this.tookLock(claim)), ask)
    }
  }

  private askBack(calls: readonly Call[]): void {
    const ids = calls.filter((call) => call.list === this.ahead).map((call) => call.runId)
    if (ids.length > 0) this.wire.post([wire.TAKE_BACK, ...ids])
  }

  /** Tells the producer of a stream how much room there is. */
  grant(call: Call, items: number): void {
    this.wire.post([wire.CREDIT, call.runId, items])
  }

  /** Ends the worker: at once, or after its teardown where it has one and `isOrderly` is set. */
  close(isOrderly: boolean): void {
    if (this.state === 'closed') return
    // A setup that goes on hears of the end, too.
    const { isSettingUp, hasTeardown, hasCheckpoint } = this.startup
    const wantsTime = this.state === 'ready' ? hasTeardown || hasCheckpoint : isSettingUp
    this.silence((call) => failures.aborted(call, 'its worker was stopped'))
    this.wire.end(isOrderly && wantsTime)
  }

  /** The worker did not answer in time. */
  startTimedOut(ms: number): void {
    this.fail(this.startup.timedOut(ms))
  }

  /** @see WireEvents */
  onMessage(data: unknown): void {
    // Without the memory for a copy, the browser delivers null.
    if (data === null) this.audit.ask('clone-result')
    if (!Array.isArray(data) || this.state === 'closed') return
    this.owner.turn(() => this.read(data))
  }

  onMessageError(): void {
    this.audit.ask('clone-result')
  }

  onError(event: ErrorEvent): void {
    this.owner.channelError(this, uncaughtOf(event))
  }

  onTerminated(): void {
    this.die('was terminated by the page')
  }

  onUnstarted(failure: SeenFailure): void {
    this.fail(failure)
  }

  /** @see BatchEvents */
  unsent(call: Call, path: string, cause: unknown): void {
    this.owner.unsendable(this, call, 'clone-args', path, cause)
  }

  /** @see BatchEvents */
  keepsBack(call: Call): boolean {
    if (!this.keepsCopy(call)) return false
    call.holdsUnclonable = true
    this.owner.takenBack(this, [call])
    return true
  }

  /** @see BatchEvents */
  keepsCopy(call: Call): boolean {
    return !this.settings.movesAhead && call.list === this.ahead
  }

  /** Posts what was given to the worker in this turn. */
  flush(): void {
    if (this.state !== 'ready' || this.outbox.size === 0) return
    const runs = [...this.outbox]
    this.outbox.clear()
    this.owner.turn(() => {
      let keepsRest = false
      this.turnClaim = 0
      const sent: [call: Call, isNext: boolean][] = []
      for (const run of runs) {
        const call = this.held.get(run)
        if (call === undefined) continue
        // What comes after one that was kept back must not overtake it.
        if (keepsRest && call.list === this.ahead) {
          this.owner.takenBack(this, [call])
          continue
        }
        if (!this.batch.hasMethod(call.method)) {
          this.owner.unknown(this, call)
          continue
        }
        sent.push([call, this.write(call)])
        keepsRest ||= call.holdsUnclonable && call.place !== this
      }
      this.batch.flush()
      for (const [call, isNext] of sent) if (call.place === this) this.owner.posted(this, call, isNext)
    })
  }

  /** Writes one call; true when nothing else can be ahead of it on the worker. */
  private write(call: Call): boolean {
    const isAhead = call.list === this.ahead
    const isShared = this.settings.shared !== undefined
    const isNext = !isShared && !isAhead && (this.slots === 1 || this.posted === 0)
    const wantsStart = isShared || (this.slots > 1 && !isNext)
    // Shared memory also tells whether a call that holds a slot had begun when its worker is gone.
    if (isAhead || (wantsStart && this.claims.words !== null)) this.claim(call)
    this.posted++
    call.isPosted = true
    this.batch.add(call, wantsStart ? wire.WANTS_START : 0)
    return isNext
  }

  private read(data: readonly unknown[]): void {
    switch (data[0]) {
      case wire.REPLIES:
        this.receiveReplies(data)
        break
      case wire.PROGRESS:
      case wire.ITEMS:
      case wire.BEAT:
        readNews(data, this.held, this.settings.clock.now(), this.owner)
        break
      case wire.EVENT:
      case wire.CALLED:
        this.owner.said(this, data, this.wire.post)
        break
      case wire.UNREADABLE:
        this.audit.ask('clone-args')
        break
      case wire.AUDITED:
        this.audit.answer(data, (...lost) => this.owner.lost(this, ...lost))
        break
      case wire.UNCLAIMED:
        this.tookLock(data[1] as number)
        this.claims.letGo(data[1] as number)
        break
      case wire.LOADED:
      case wire.SETTING_UP:
        if (this.state === 'starting') this.startup.read(data)
        break
      case wire.CHECKPOINTED:
        this.checkpoints.answer(data)
        break
      case wire.READY:
        if (this.state === 'starting') this.shakeHands(data)
        break
      case wire.LOCKED:
        this.claims.hasLocks = this.claims.words === null && globalThis.navigator?.locks !== undefined
        watchLifeLock(data[1], this.closing.signal, () => this.die('died without an event'))
        break
      case wire.UNCAUGHT:
        this.owner.channelError(this, decodeThrown(data[1] as Encoded))
        break
      case wire.CLOSED:
        this.die('closed itself')
        break
      case wire.FAILED:
        this.startup.isSettingUp = true
        this.fail({ code: 'start-failed', seen: 'its setup threw', cause: decodeThrown(data[1] as Encoded) })
        break
      default:
        this.engine.read(data)
    }
  }

  private shakeHands(message: readonly unknown[]): void {
    const methods = this.startup.ready(message, this.settings.codecs?.names)
    if (methods === undefined) return
    this.state = 'ready'
    this.methods = methods
    this.batch.setMethods(methods)
    this.replies.setTimeOrigin(message[3])
    this.wire.post([wire.OPEN, this.slots, this.cancelFlags.flags, this.claims.words, this.claims.base])
    this.owner.channelReady(this)
  }

  private receiveReplies(data: readonly unknown[]): void {
    this.repliedAt = this.settings.clock.now()
    this.isStuck = false
    const latencyMs = this.replies.read(data, () => !this.isClosed)
    if (!this.isClosed) this.owner.turnEnded(this, latencyMs)
  }

  /** The lock is the page's: what the worker had run before, it has told by now. */
  private tookLock(claim: number): void {
    if (!this.claims.has(claim) || this.isClosed) return
    // Also one that was presumed to have started: the worker starts nothing that it could not claim.
    const calls = [...this.held.values()].filter((call) => call.claim === claim)
    if (calls.length > 0) this.owner.turn(() => this.owner.takenBack(this, calls))
    else this.claims.letGo(claim)
  }

  private fail(failure: SeenFailure): void {
    if (this.state !== 'starting') return
    const seen = failures.seenWith(failure.seen, failure.cause)
    const script = failure.script || failures.scriptOf(this.settings.worker)
    this.silence((call) => failures.aborted(call, 'its worker did not start'))
    this.wire.end(false)
    const { isSettingUp } = this.startup
    this.owner.turn(() => this.owner.channelFailed(this, { ...failure, seen, script, isSettingUp }))
  }

  die(seen: string): void {
    if (this.state === 'starting')
      this.fail({ code: 'start-failed', seen: `the worker ${seen}`, stage: 'end' })
    if (this.state === 'closed') return
    this.silence((call) => failures.crashed(call, this.engine.code, this.index, seen))
    this.wire.end(false)
    this.owner.turn(() => this.owner.channelDied(this, seen))
  }

  /** `lost` makes the error of a stream that the worker leaves unfinished. */
  private silence(lost: (call: Call) => Error): void {
    this.state = 'closed'
    this.streams.fail(lost)
    void this.wire.ended.then(() => this.checkpoints.end())
    this.closing.abort()
    this.claims.end()
    this.wire.silence()
  }
}

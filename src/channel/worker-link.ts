/** The code that talks to a worker: handshake, batches out, replies in, death. */
import type { Call } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import { afterMail } from '../lib/clock.ts'
import { isDevelopment } from '../lib/warn.ts'
import type { SharedSnapshot } from '../types/snapshot.ts'
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import * as wire from '../wire/protocol.ts'
import { readNews } from './call-news.ts'
import { CheckpointRequests } from './checkpoint-requests.ts'
import { CancelFlags, postCancel } from './abort-message.ts'
import type { ChannelOwner, ChannelSettings } from './channel-owner.ts'
import { EnginePlace } from './engine-place.ts'
import { Claims } from './claims.ts'
import { ChannelAudit } from './unreadable-messages.ts'
import { OutgoingCalls } from './call-writer.ts'
import { ReplyReader } from './reply-reader.ts'
import { ResultStreams } from './result-streams.ts'
import { SlowDown } from './slow-down.ts'
import { type SeenFailure, uncaughtOf } from './start-error.ts'
import { watchLifeLock, type WireEvents, WorkerWire } from './worker-handle.ts'
import type { Link, Saved, WorkerChannel } from './worker-channel.ts'
import { WorkerStartup } from './worker-startup.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

export class WorkerLink implements Link, WireEvents {
  readonly startup: WorkerStartup
  private readonly channel: WorkerChannel
  private readonly settings: ChannelSettings
  private readonly owner: ChannelOwner<WorkerChannel>
  private readonly engine: EnginePlace = new EnginePlace({
    changed: () => this.owner.turnEnded(this.channel, 0),
    lost: (seen) => this.die(seen),
    failed: (failure) => this.fail(failure),
  })
  private readonly wire: WorkerWire
  readonly outgoing: OutgoingCalls
  private readonly audit: ChannelAudit
  /** @see WireEvents */
  readonly checkpoints: CheckpointRequests
  readonly claims: Claims
  private readonly closing = new AbortController()
  private readonly cancelFlags: CancelFlags
  private readonly streams = new ResultStreams(() =>
    this.owner.turn(() => this.owner.turnEnded(this.channel, 0)),
  )
  private readonly replies: ReplyReader
  /** Calls that it is asked to give back, and may have begun. */
  private readonly asked = new Set<Call>()
  private slow?: SlowDown

  constructor(channel: WorkerChannel, settings: ChannelSettings, owner: ChannelOwner<WorkerChannel>) {
    const { held, slots, life } = channel
    const sharesMemory = settings.shared === undefined
    this.channel = channel
    this.settings = settings
    this.owner = owner
    this.claims = new Claims(life, sharesMemory)
    this.cancelFlags = new CancelFlags(slots, sharesMemory)
    this.wire = new WorkerWire(this, settings.clock)
    this.audit = new ChannelAudit(held, this.wire.post)
    this.outgoing = new OutgoingCalls({ channel, settings, owner, claims: this.claims, post: this.wire.post })
    this.checkpoints = new CheckpointRequests(this.wire.post)
    this.replies = new ReplyReader(held, (call, reply) => {
      const { value, hasStreams } = reply
      owner.replied(channel, call, hasStreams ? { ...reply, value: this.streams.adopt(call, value) } : reply)
    })
    this.startup = new WorkerStartup(settings.setupData, {
      post: this.wire.post,
      alive: () => owner.turn(() => owner.channelSetsUp(channel)),
      failed: (failure) => this.fail(failure),
    })
  }

  /** @see WireEvents */
  get isStarting(): boolean {
    return this.channel.isStarting
  }

  get hasOpenStreams(): boolean {
    return this.streams.open.size > 0
  }

  get startProgress(): unknown {
    return this.startup.progress
  }

  get setupMs(): number | undefined {
    return this.startup.setupMs
  }

  get hasCheckpoint(): boolean {
    return this.startup.hasCheckpoint
  }

  get shared(): SharedSnapshot | undefined {
    return this.engine.state
  }

  get isHostLost(): boolean {
    return this.engine.isHostLost
  }

  get areClaimsSafe(): boolean {
    return this.claims.areSafe
  }

  get owesCalls(): boolean {
    const { asked, channel } = this
    // One that has come back is posted again at the end of a turn, before which this is read.
    for (const call of asked) if (call.place !== channel || !call.isPosted) asked.delete(call)
    return asked.size > 0
  }

  get ended(): Promise<void> {
    return this.wire.ended
  }

  make(): void {
    this.wire.make(this.settings.worker, { index: this.channel.index, name: this.settings.name })
    if (!this.channel.isClosed) return this.startup.ask()
    // The factory stopped it.
    this.wire.silence()
    this.wire.end(false)
  }

  take(claim: number): boolean {
    return this.claims.take(claim)
  }

  isRunning(claim: number): boolean {
    return this.claims.isRunning(claim)
  }

  closeClaim(claim: number): void {
    this.claims.close(claim)
  }

  open(slots: number): void {
    this.wire.post([wire.OPEN, slots])
  }

  checkpoint(): Promise<Saved> {
    return this.checkpoints.ask()
  }

  cancel(call: Call, reason: unknown, isRunning: boolean): void {
    if (isRunning) this.raiseFlag(call)
    postCancel(this.wire.post, call.runId, reason)
  }

  raiseFlag(call: Call): void {
    this.cancelFlags.raise(call.runId)
  }

  takeBack(calls: readonly Call[]): void {
    const had = calls.filter((call) => this.channel.withdraw(call))
    if (had.length > 0) this.owner.takenBack(this.channel, had)
    if (this.claims.words !== null) return
    const rest = calls.filter((call) => call.place === this.channel)
    for (const call of rest) this.asked.add(call)
    for (const claim of new Set(rest.map((call) => call.claim))) {
      // What its worker has claimed, or runs without a claim, is returned when it reads its messages before that call's turn.
      const ask = () => this.askBack(rest.filter((call) => call.claim === claim))
      if (claim === 0) ask()
      else this.claims.takeLock(claim, () => afterMail(this.settings.clock, () => this.tookLock(claim)), ask)
    }
  }

  private askBack(calls: readonly Call[]): void {
    const ids = calls.filter((call) => call.list === this.channel.ahead).map((call) => call.runId)
    if (ids.length > 0) this.wire.post([wire.TAKE_BACK, ...ids])
  }

  grant(call: Call, items: number): void {
    this.wire.post([wire.CREDIT, call.runId, items])
  }

  close(isOrderly: boolean): void {
    if (this.channel.state === 'closed') return
    // A running setup learns of the end, too.
    const { isSettingUp, hasTeardown, hasCheckpoint } = this.startup
    const wantsTime = this.channel.state === 'ready' ? hasTeardown || hasCheckpoint : isSettingUp
    this.silence((call) => failures.aborted(call, 'its worker was stopped'))
    this.wire.end(isOrderly && wantsTime)
  }

  startTimedOut(ms: number): void {
    this.fail(this.startup.timedOut(ms))
  }

  /** @see WireEvents */
  onMessage(data: unknown): void {
    // Without the memory for a copy, the browser delivers null.
    if (data === null) this.audit.ask('clone-result')
    if (!Array.isArray(data) || this.channel.state === 'closed') return
    this.owner.turn(() =>
      this.read(data[0] === wire.STREAMS ? this.streams.take(data[1], this.channel.held) : data),
    )
  }

  onMessageError(): void {
    this.audit.ask('clone-result')
  }

  onError(event: ErrorEvent): void {
    this.owner.channelError(this.channel, uncaughtOf(event))
  }

  onTerminated(): void {
    this.die('was terminated by the page')
  }

  onUnstarted(failure: SeenFailure): void {
    this.fail(failure)
  }

  flush(): void {
    this.outgoing.flush()
  }

  private read(data: readonly unknown[]): void {
    switch (data[0]) {
      case wire.REPLIES:
        this.receiveReplies(data)
        break
      case wire.PROGRESS:
      case wire.ITEMS:
      case wire.BEAT:
        readNews(data, this.channel.held, this.settings.clock.now(), this.owner)
        break
      case wire.EVENT:
      case wire.CALLED:
        this.owner.said(this.channel, data, this.wire.post)
        break
      case wire.UNREADABLE:
        this.audit.ask('clone-args')
        break
      case wire.AUDITED:
        this.audit.answer(data, (...lost) => this.owner.lost(this.channel, ...lost))
        break
      case wire.UNCLAIMED:
        this.tookLock(data[1] as number)
        this.claims.letGo(data[1] as number)
        break
      case wire.LOADED:
      case wire.SETTING_UP:
        if (this.channel.state === 'starting') this.startup.read(data)
        break
      case wire.CHECKPOINTED:
        this.checkpoints.answer(data)
        break
      case wire.READY:
        if (this.channel.state === 'starting') this.shakeHands(data)
        break
      case wire.LOCKED:
        this.claims.hasLocks = this.claims.words === null && globalThis.navigator?.locks !== undefined
        watchLifeLock(data[1], this.closing.signal, () => this.die('died without an event'))
        break
      case wire.UNCAUGHT:
        this.owner.channelError(this.channel, decodeThrown(data[1] as Encoded))
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
    this.channel.state = 'ready'
    this.channel.methods = methods
    this.outgoing.setMethods(methods)
    this.replies.setTimeOrigin(message[3])
    this.wire.post([
      wire.OPEN,
      this.channel.slots,
      this.cancelFlags.flags,
      this.claims.words,
      this.claims.base,
    ])
    this.owner.channelReady(this.channel)
  }

  private receiveReplies(data: readonly unknown[]): void {
    this.channel.repliedAt = this.settings.clock.now()
    this.channel.isStuck = false
    const latencyMs = this.replies.read(data, () => !this.channel.isClosed)
    if (!this.channel.isClosed) this.owner.turnEnded(this.channel, latencyMs)
  }

  /** The page has the lock, so the worker has already reported what it ran before. */
  private tookLock(claim: number): void {
    if (!this.claims.has(claim) || this.channel.isClosed) return
    // Also a call that was presumed to have started: the worker starts nothing that it could not claim.
    const calls = [...this.channel.held.values()].filter((call) => call.claim === claim)
    if (calls.length > 0) this.owner.turn(() => this.owner.takenBack(this.channel, calls))
    else this.claims.letGo(claim)
  }

  private fail(failure: SeenFailure): void {
    if (this.channel.state !== 'starting') return
    const seen = failures.seenWith(failure.seen, failure.cause)
    const script = failure.script || this.wire.address || failures.scriptOf(this.settings.worker)
    this.silence((call) => failures.aborted(call, 'its worker did not start'))
    this.wire.end(false)
    const { isSettingUp } = this.startup
    this.owner.turn(() => this.owner.channelFailed(this.channel, { ...failure, seen, script, isSettingUp }))
  }

  die(seen: string): void {
    if (this.channel.state === 'starting')
      this.fail({ code: 'start-failed', seen: `the worker ${seen}`, stage: 'end' })
    if (this.channel.state === 'closed') return
    this.silence((call) => failures.crashed(call, this.engine.code, this.channel.index, seen))
    this.wire.end(false)
    this.owner.turn(() => this.owner.channelDied(this.channel, seen))
  }

  slowDown(factor: number): boolean {
    if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production') {
      // From then on, all its messages pass through here. A worker that is not slowed down never does.
      this.slow ??= new SlowDown(this.settings.clock, this.channel.held, this.onMessage.bind(this))
      this.slow.factor = factor
      this.onMessage = this.slow.take
      return true
    }
    return false
  }

  /** `lost` makes the error of a stream that the worker leaves unfinished. */
  private silence(lost: (call: failures.FailingCall) => Error): void {
    this.channel.state = 'closed'
    this.streams.fail(lost)
    void this.wire.ended.then(() => this.checkpoints.end())
    this.closing.abort()
    this.claims.end()
    this.wire.silence()
  }
}

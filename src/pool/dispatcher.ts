/** Assigns calls to workers: fills free slots, notes each start, and takes back calls that did not start. */
import { BLOCKED, type Call, RUNNING, SETTLED, STARTING } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import { tellStep } from './call-steps.ts'
import type { PoolParts } from './pool-parts.ts'
import type { PoolSession } from './sessions.ts'
import { isDevelopment } from '../lib/warn.ts'
import { SelfWaitWarning } from './self-wait-warning.ts'
import { shareOut } from './worker-slots.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

export class Dispatcher {
  private readonly parts: PoolParts
  private readonly countsCalls: boolean
  /** Calls whose start was presumed and reported, but did not happen. Created when first needed. */
  private told: WeakSet<Call> | null = null
  /** Only set in development. */
  private waits: SelfWaitWarning | undefined

  constructor(parts: PoolParts) {
    this.parts = parts
    this.countsCalls = parts.config.maxCallsPerWorker !== undefined
    if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production')
      this.waits = new SelfWaitWarning(parts)
  }

  /** Gives waiting calls to workers, and admits blocked ones, while there is room. */
  dispatch(): void {
    const { queue, fleet, sessions, affinities, share } = this.parts
    if (fleet.isUneven) this.evenOut()
    if (sessions.isUsed) sessions.stepBack()
    do {
      while (queue.hasSlot && queue.readyCount > 0) {
        if (share !== null && !share.tryTake()) break
        const next = sessions.isUsed || affinities.isUsed ? (queue.peek() as Call) : null
        const channel = next === null ? fleet.pick() : this.pickFor(next)
        if (channel === null) {
          share?.give()
          if (next !== null && sessions.stepAside(next)) continue
          break
        }
        this.give(queue.take() as Call, channel)
      }
      if (sessions.isUsed) this.dispatchSessions()
    } while (queue.admitNext())
    if (share !== null) {
      if (share.isOpen || !queue.hasSlot || queue.waitingCount === 0) share.rest()
      else share.wait()
    }
    this.waits?.update()
  }

  /** Whether a worker is available for this call now. */
  canStart({ options }: Call): boolean {
    const { fleet, sessions, share } = this.parts
    if (share?.isOpen === false) return false
    return options.session === undefined ? fleet.canTake : sessions.canTake(options.session as PoolSession)
  }

  /** A session's worker may be free even while the calls at the head of the queue wait for other workers. */
  private dispatchSessions(): void {
    const { queue, lanes, sessions, share } = this.parts
    for (const session of sessions.open) {
      const next = session.lane === undefined ? null : lanes.nextOf(session.lane)
      if (!queue.hasSlot || next === null || !queue.listsOf(next)) continue
      // A blocked call waits for calls that may themselves wait for the session to end.
      if (next.state === BLOCKED && (!session.keeps || session.channel === null)) continue
      if (share !== null && !share.tryTake()) return
      const channel = sessions.channelFor(session)
      if (channel === null) {
        share?.give()
        continue
      }
      this.give(queue.takeThis(next), channel)
    }
  }

  private pickFor(call: Call): WorkerChannel | null {
    const { sessions, affinities } = this.parts
    const { session } = call.options
    return session === undefined ? affinities.pick(call) : sessions.channelFor(session as PoolSession)
  }

  private give(call: Call, channel: WorkerChannel): void {
    channel.running++
    channel.add(call)
    this.given(call, channel)
  }

  /** Counts a call that was given to a worker. */
  given(call: Call, channel: WorkerChannel): void {
    if (this.countsCalls) this.parts.fleet.given(channel)
    if (call.options.affinity !== undefined) this.parts.affinities.given(call, channel)
  }

  /** The message is on its way. */
  posted(call: Call, isNext: boolean): void {
    if (isNext && call.state === STARTING) this.started(call)
  }

  /** The handler runs: its worker said so, or it is presumed. `at`: when it started, if the worker knows. */
  started(call: Call, at = 0): void {
    const { host, settlement, queue } = this.parts
    queue.run(call)
    call.attempt++
    call.dispatchedAt = at > 0 ? Math.min(Math.max(at, call.enqueuedAt), host.now()) : host.now()
    if (call.attempt === 1) call.firstDispatchedAt = call.dispatchedAt
    const isKnown = this.wasTold(call)
    settlement.dispatched(call, isKnown)
    if (call.telemetry !== null && !isKnown) {
      const { dispatchedAt, handedAhead } = call
      host.record(() => host.seam.active?.callDispatched(call, dispatchedAt, handedAhead))
    }
    if (host.seam.tellsCalls) tellStep(host, call, 'started', call.dispatchedAt)
    if (!isKnown) this.tellStart(call)
    if (call.joiners !== null)
      for (const joiner of call.joiners) if (!this.wasTold(joiner)) this.tellStart(joiner)
  }

  /** Reports that a call, or the run that it shares, has started. */
  tellStart(call: Call): void {
    const { options, leader } = call
    if (leader !== null && this.parts.host.seam.tellsCalls) tellStep(this.parts.host, call, 'started')
    if (options.onStart !== undefined) this.parts.host.tell(options.onStart)
  }

  /** Whether an earlier, wrongly presumed start was already reported. The answer is consumed. */
  private wasTold(call: Call): boolean {
    return this.told?.delete(call) === true
  }

  /** Passes a channel's free slots to its calls ahead. `onZombie` gets each one that was aborted in the meantime. */
  passSlots(channel: WorkerChannel, onZombie?: (call: Call) => void): void {
    while (channel.running < channel.slots && channel.ahead.head !== null) {
      this.giveSlot(channel, channel.ahead.head, onZombie)
    }
    if (this.countsCalls) this.parts.fleet.left(channel)
    // If its last call was taken back or never sent, no message reports that it is idle.
    if (channel.isIdle) this.parts.fleet.watchIdle(channel)
  }

  /** After a resize, the new free slots of each worker go to the calls that were handed ahead there. */
  private evenOut(): void {
    const { queue, fleet, share } = this.parts
    const free = Math.max(0, queue.limits.maxInFlight - queue.inFlight)
    fleet.isUneven = !shareOut(fleet, share === null ? free : Math.min(free, Number(share.isOpen)))
    // With more than one slot, the worker reports which calls it runs.
    for (const channel of fleet.channels) if (channel.ahead.size > 0) this.passSlots(channel)
  }

  /** Gives a slot to a call that was handed ahead. */
  giveSlot(channel: WorkerChannel, call: Call, onZombie?: (call: Call) => void): void {
    channel.takeFromAhead(call)
    channel.running++
    this.parts.share?.take()
    this.parts.queue.giveSlot(call)
    // With one slot, nothing can be ahead of it, so its start is presumed. With more, its worker reports it.
    if (channel.slots > 1) return
    if (call.state === STARTING && call.isPosted) this.started(call)
    // The cancel may have arrived too late, so the slot counts as taken until the worker replies.
    else if (call.state === SETTLED) onZombie?.(call)
  }

  /** Returns calls that did not start to the queue. */
  takenBack(calls: readonly Call[]): void {
    const { queue, settlement, host } = this.parts
    for (const call of calls) {
      const { isPosted } = call
      if (call.state === RUNNING) this.unstarted(call)
      settlement.leave(call)
      if (call.state === SETTLED) continue
      queue.putBack(call)
      if (isPosted && host.seam.tellsCalls) tellStep(host, call, 'requeued')
    }
  }

  /** The presumed start did not happen. The real one is the same attempt, and is not reported a second time. */
  private unstarted(call: Call): void {
    this.parts.settlement.unstarted(call)
    call.attempt--
    this.told ??= new WeakSet()
    this.told.add(call)
    if (call.joiners !== null) for (const joiner of call.joiners) this.told.add(joiner)
  }
}

/** Which worker runs which call, and when: fills free slots, notes each start, and takes back what did not start. */
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
  /** Calls whose start was presumed, and told, and was none. Made when there is one. */
  private told: WeakSet<Call> | null = null
  /** In development. */
  private waits: SelfWaitWarning | undefined

  constructor(parts: PoolParts) {
    this.parts = parts
    this.countsCalls = parts.config.maxCallsPerWorker !== undefined
    if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production')
      this.waits = new SelfWaitWarning(parts)
  }

  /** Gives waiting calls to workers, and lets blocked ones in, as far as there is room. */
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

  /** Whether a worker can be had for this call now. */
  canStart({ options }: Call): boolean {
    const { fleet, sessions, share } = this.parts
    if (share?.isOpen === false) return false
    return options.session === undefined ? fleet.canTake : sessions.canTake(options.session as PoolSession)
  }

  /** The worker of a session may be free though those at the head of the queue, who wait for others, are not served. */
  private dispatchSessions(): void {
    const { queue, lanes, sessions, share } = this.parts
    for (const session of sessions.open) {
      const next = session.lane === undefined ? null : lanes.nextOf(session.lane)
      if (!queue.hasSlot || next === null || !queue.listsOf(next)) continue
      // Those who wait for room wait for others, who may wait for the end of the session.
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

  /** What has been given to a worker counts there. */
  given(call: Call, channel: WorkerChannel): void {
    if (this.countsCalls) this.parts.fleet.given(channel)
    if (call.options.affinity !== undefined) this.parts.affinities.given(call, channel)
  }

  /** The message is on its way. */
  posted(call: Call, isNext: boolean): void {
    if (isNext && call.state === STARTING) this.started(call)
  }

  /** The handler runs, as its worker says or as is presumed; `at`: since when, if the worker knows. */
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

  /** A call has begun to run, or the run that it shares. */
  tellStart(call: Call): void {
    const { options, leader } = call
    if (leader !== null && this.parts.host.seam.tellsCalls) tellStep(this.parts.host, call, 'started')
    if (options.onStart !== undefined) this.parts.host.tell(options.onStart)
  }

  /** Whether its start was told already, presumed and wrong. Asked once. */
  private wasTold(call: Call): boolean {
    return this.told?.delete(call) === true
  }

  /** Passes free slots of a channel on to what it was handed ahead; calls `onZombie` for one that was aborted meanwhile. */
  passSlots(channel: WorkerChannel, onZombie?: (call: Call) => void): void {
    while (channel.running < channel.slots && channel.ahead.head !== null) {
      this.giveSlot(channel, channel.ahead.head, onZombie)
    }
    if (this.countsCalls) this.parts.fleet.left(channel)
    // Its last call may have been taken back, or was not sent: then no message tells that it has nothing to do.
    if (channel.isIdle) this.parts.fleet.watchIdle(channel)
  }

  /** Of the slots that a resize has given to workers, those that are free go to what was handed ahead there. */
  private evenOut(): void {
    const { queue, fleet, share } = this.parts
    const free = Math.max(0, queue.limits.maxInFlight - queue.inFlight)
    fleet.isUneven = !shareOut(fleet, share === null ? free : Math.min(free, Number(share.isOpen)))
    // With more slots than one, its worker tells what it runs.
    for (const channel of fleet.channels) if (channel.ahead.size > 0) this.passSlots(channel)
  }

  /** A call that was handed ahead holds a slot from now on. */
  giveSlot(channel: WorkerChannel, call: Call, onZombie?: (call: Call) => void): void {
    channel.takeFromAhead(call)
    channel.running++
    this.parts.share?.take()
    this.parts.queue.giveSlot(call)
    // With one slot there is nothing that could be ahead of it; with more, its worker tells.
    if (channel.slots > 1) return
    if (call.state === STARTING && call.isPosted) this.started(call)
    // The cancel may have come too late for it: its slot counts until the worker has replied.
    else if (call.state === SETTLED) onZombie?.(call)
  }

  /** Calls that did not start are the queue's again. */
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

  /** The start that was presumed is none: the one to come is the same attempt, and is told to nobody who has heard of it. */
  private unstarted(call: Call): void {
    this.parts.settlement.unstarted(call)
    call.attempt--
    this.told ??= new WeakSet()
    this.told.add(call)
    if (call.joiners !== null) for (const joiner of call.joiners) this.told.add(joiner)
  }
}

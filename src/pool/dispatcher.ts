/** Which worker runs which call, and when: fills free slots, hands short calls ahead, notes each start. */
import { type Call, IN_FLIGHT, SETTLED } from '../call/call.ts'
import { runListener } from '../lib/run-listener.ts'
import type { PoolParts } from './pool-parts.ts'
import { Rebalancer } from './rebalancer.ts'
import { mayTransfer } from '../wire/transferables.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'

/** Calls that wait for each worker, from which on throughput counts for more than the wait of one of them. */
const PLENTY = 4

export class Dispatcher {
  private readonly parts: PoolParts
  private readonly mayHandAhead: boolean
  private readonly needsTimes: boolean
  private readonly rebalancer: Rebalancer

  constructor(parts: PoolParts) {
    this.parts = parts
    const { policy, heartbeatMs } = parts.config
    // A drop policy chooses among the calls that wait: none of them may be out of its reach.
    this.mayHandAhead = policy === 'block' || policy === 'reject'
    this.needsTimes = heartbeatMs !== undefined
    this.rebalancer = new Rebalancer(parts)
  }

  /** Gives waiting calls to workers, and lets blocked ones in, as far as there is room. */
  dispatch(): void {
    const { queue, fleet } = this.parts
    do {
      while (queue.hasSlot && queue.readyCount > 0) {
        const channel = fleet.pick()
        if (channel === null) break
        this.assign(queue.take() as Call, channel)
      }
      this.handAhead()
    } while (queue.admitNext())
    this.rebalancer.watch()
  }

  /** The handler is presumed to start now. */
  started(call: Call): void {
    const { host, settlement } = this.parts
    call.started = true
    call.attempt++
    settlement.dispatched(call)
    if (call.options.onStart !== undefined) runListener(call.options.onStart)
    if (call.joiners !== null) this.joinersStarted(call.joiners)
    const seam = host.seam.active
    if (seam === null && !this.needsTimes) return
    call.dispatchedAt = host.now()
    if (call.attempt === 1) call.firstDispatchedAt = call.dispatchedAt
    if (seam === null || call.telemetry === null) return
    seam.callDispatched(call)
    host.deferred()
  }

  /** A call that was handed ahead has the slot that its predecessor left. */
  startedAhead(channel: WorkerChannel, call: Call): void {
    this.parts.queue.startAhead(call)
    channel.running++
    if (call.state !== SETTLED) this.started(call)
  }

  /** Passes free slots of a channel on to what it was handed ahead; calls `onZombie` for one that was aborted meanwhile. */
  startNext(channel: WorkerChannel, onZombie: (call: Call) => void): void {
    while (channel.running < channel.slots) {
      const next = channel.ahead.shift()
      if (next === null) return
      this.startedAhead(channel, next)
      // The cancel may have come too late for it: its slot counts until the worker has replied.
      if (next.state === SETTLED) onZombie(next)
    }
  }

  /** A call came back unstarted: it was aborted in time, or asked back. */
  returned(channel: WorkerChannel, call: Call, wasAhead: boolean): void {
    const { queue } = this.parts
    if (wasAhead) {
      if (call.state !== SETTLED) queue.returnAhead(call)
      return
    }
    channel.running--
    if (call.state === IN_FLIGHT) {
      call.started = false
      queue.requeue(call)
    } else queue.release()
  }

  private joinersStarted(joiners: ReadonlySet<Call>): void {
    for (const { options } of joiners) if (options.onStart !== undefined) runListener(options.onStart)
  }

  private assign(call: Call, channel: WorkerChannel): void {
    channel.running++
    channel.send(call)
    if (channel.state === 'ready') this.started(call)
  }

  /** How many calls may be ahead on one worker, when so many wait for each. */
  private shareOfEach(waiting: number): number {
    const { window } = this.parts
    const most = window.calls
    // Behind one that takes unexpectedly long a call may wait for long: not worth it where few wait.
    if (most === 0) return window.allowsOne && waiting >= PLENTY ? 1 : 0
    return Math.min(most, window.isCoarse ? Math.floor(waiting) : Math.ceil(waiting))
  }

  /** What is transferred is gone with its worker. */
  private canWaitOnWorker({ options, args, holdsUnclonable }: Call): boolean {
    return this.parts.config.transferAhead || !(holdsUnclonable || mayTransfer(options.transfer, args))
  }

  /** Keeps busy workers supplied, in fair shares; see RunWindow. */
  private handAhead(): void {
    const { queue, fleet, window } = this.parts
    if (!this.mayHandAhead || queue.readyCount === 0) return
    const share = this.shareOfEach((queue.readyCount + queue.ahead) / fleet.channels.length)
    if (share === 0) return
    for (const channel of fleet.channels) {
      // Refilled when half empty, so that calls travel in batches; where each takes long, that would save nothing.
      const isStocked = !window.isCoarse && channel.ahead.size * 2 > share
      if (channel.state !== 'ready' || !channel.isFull || isStocked) continue
      while (channel.ahead.size < share) {
        const next = queue.peek()
        if (next === null || !this.canWaitOnWorker(next)) return
        queue.takeAhead()
        channel.ahead.push(next)
        channel.send(next)
      }
    }
  }
}

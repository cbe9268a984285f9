/** The one place where a call settles: once, with everything that hangs on it taken down and counted. */
import { type Call, SETTLED } from '../call/call.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import * as failures from '../errors/failures.ts'
import type { Host } from './turns.ts'
import type { CallOutcome } from '../types/telemetry.ts'

/** Calls by what has happened to them. */
export interface Counts {
  dispatched: number
  succeeded: number
  failed: number
  canceled: number
  rejected: number
  requeued: number
}

const COUNTER = {
  success: 'succeeded',
  failure: 'failed',
  canceled: 'canceled',
  rejected: 'rejected',
} as const satisfies Record<CallOutcome, keyof Counts>

const NO_ARGS: readonly unknown[] = []

/** What a timeout does when it runs out. */
export type OnTimeout = (call: Call, error: Error) => void

export class Settlement {
  readonly counts: Counts = { dispatched: 0, succeeded: 0, failed: 0, canceled: 0, rejected: 0, requeued: 0 }
  private readonly host: Host
  private readonly queue: DispatchQueue
  private readonly onTimeout: OnTimeout
  private readonly onOver: (call: Call) => void

  /** `onOver` hears of each call that has settled and is on no worker. */
  constructor(host: Host, queue: DispatchQueue, onTimeout: OnTimeout, onOver: (call: Call) => void) {
    this.host = host
    this.queue = queue
    this.onTimeout = onTimeout
    this.onOver = onOver
  }

  /** Connects a new call with its signal, its key and its timeouts. */
  attach(call: Call): void {
    const { signal, timeouts } = call.options
    if (signal !== undefined) this.host.signals.add(signal, call)
    if (call.key !== undefined) this.host.keys.add(call.key, call)
    if (timeouts === undefined) return
    if (timeouts.total !== undefined) call.totalTimer = this.timer(call, 'total', timeouts.total)
    this.startPhaseTimeout(call, 'queue')
  }

  /** A call that shared a run, which may be under way, waits for a run of its own. */
  parted(call: Call): Call {
    this.startPhaseTimeout(call, 'queue')
    return call
  }

  /** The handler is presumed to run: the queue's timeout ends, the run's begins. */
  dispatched(call: Call): void {
    this.counts.dispatched++
    this.startPhaseTimeout(call, 'run')
    if (call.joiners !== null) for (const joiner of call.joiners) this.startPhaseTimeout(joiner, 'run')
  }

  /** A caller has joined a run, which may be under way. */
  joined(call: Call, leader: Call): void {
    if (leader.started) this.startPhaseTimeout(call, 'run')
  }

  /** The handler is gone with its worker, and the call waits again. */
  requeued(call: Call): void {
    this.counts.requeued++
    this.stopPhaseTimeout(call)
    if (call.joiners !== null) for (const joiner of call.joiners) this.stopPhaseTimeout(joiner)
  }

  /** The call has left its worker. */
  vacated(call: Call): void {
    call.place = null
    call.isPosted = false
    if (call.state === SETTLED) this.onOver(call)
  }

  /** Settles a call, and those who have joined it; false when it was settled before. A slot that it holds is freed by its worker's reply, not here. */
  settle(call: Call, outcome: CallOutcome, value: unknown): boolean {
    if (call.state === SETTLED) return false
    this.queue.remove(call)
    call.state = SETTLED
    this.counts[COUNTER[outcome]]++
    this.detach(call)
    if (outcome !== 'success') call.error = value
    if (call.telemetry !== null && this.host.seam.active !== null) {
      call.outcome = outcome
      call.settledAt = this.host.now()
      this.host.seam.active.callSettled(call, outcome)
      this.host.deferred()
    }
    call.args = NO_ARGS
    if (outcome === 'success') {
      call.resolve(value)
      call.stream?.end(value)
    } else {
      call.reject(value)
      call.stream?.fail(value)
    }
    if (call.place === null) this.onOver(call)
    const { joiners, leader } = call
    call.joiners = null
    call.leader = null
    leader?.joiners?.delete(call)
    if (joiners !== null) for (const joiner of joiners) this.settle(joiner, outcome, value)
    return true
  }

  private detach(call: Call): void {
    const { signal, timeouts } = call.options
    if (signal !== undefined) this.host.signals.remove(signal, call)
    if (call.key !== undefined) this.host.keys.remove(call.key, call)
    if (timeouts === undefined) return
    this.host.wheel.clear(call.phaseTimer)
    this.host.wheel.clear(call.totalTimer)
  }

  private startPhaseTimeout(call: Call, phase: 'queue' | 'run'): void {
    const { timeouts } = call.options
    if (timeouts === undefined) return
    this.stopPhaseTimeout(call)
    const ms = timeouts[phase]
    if (ms !== undefined) call.phaseTimer = this.timer(call, phase, ms)
  }

  private stopPhaseTimeout(call: Call): void {
    this.host.wheel.clear(call.phaseTimer)
    call.phaseTimer = null
  }

  private timer(call: Call, kind: 'queue' | 'run' | 'total', ms: number) {
    return this.host.wheel.set(ms, () => this.onTimeout(call, failures.timedOut(call, kind, ms)))
  }
}

/** The only place where a call settles: exactly once, with its timers and registrations removed and its outcome counted. */
import { type Call, RUNNING, SETTLED } from '../call/call.ts'
import { tellStep } from './call-steps.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { ConcurrencyShare } from './concurrency.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import * as failures from '../errors/failures.ts'
import type { Host } from './turns.ts'
import type { CallOutcome } from '../types/telemetry.ts'

/** How many calls reached each step or outcome. */
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

/** Called when a timeout expires. */
export type OnTimeout = (call: Call, error: Error) => void

export class Settlement {
  readonly counts: Counts = { dispatched: 0, succeeded: 0, failed: 0, canceled: 0, rejected: 0, requeued: 0 }
  private readonly host: Host
  private readonly queue: DispatchQueue
  private readonly onTimeout: OnTimeout
  private readonly onOver: (call: Call) => void
  private readonly share: ConcurrencyShare | null

  /** `onOver` is called for each call that has settled and is on no worker. */
  constructor(
    host: Host,
    queue: DispatchQueue,
    onTimeout: OnTimeout,
    onOver: (call: Call) => void,
    share: ConcurrencyShare | null = null,
  ) {
    this.host = host
    this.queue = queue
    this.onTimeout = onTimeout
    this.onOver = onOver
    this.share = share
  }

  /** Connects a new call to its signal, its key and its timeouts. */
  attach(call: Call): void {
    const { signal, timeouts } = call.options
    if (signal !== undefined) this.host.signals.add(signal, call)
    if (call.key !== undefined) this.host.keys.add(call.key, call)
    if (timeouts === undefined) return
    if (timeouts.total !== undefined) call.totalTimer = this.timer(call, 'total', timeouts.total)
    this.startPhaseTimeout(call, 'queue')
  }

  /** A call left a shared run, and waits for a separate run. The calls that share the new run wait with it. */
  parted(call: Call): Call {
    this.startPhaseTimeout(call, 'queue')
    if (call.joiners !== null) for (const joiner of call.joiners) this.startPhaseTimeout(joiner, 'queue')
    return call
  }

  /** The handler is presumed to run: the run timeout replaces the queue's. `isKnown`: a wrong start was counted before. */
  dispatched(call: Call, isKnown = false): void {
    if (!isKnown) this.counts.dispatched++
    this.startPhaseTimeout(call, 'run')
    if (call.joiners !== null) for (const joiner of call.joiners) this.startPhaseTimeout(joiner, 'run')
  }

  /** A call joined a run, which may have started already. */
  joined(call: Call, leader: Call): void {
    if (leader.state === RUNNING) this.startPhaseTimeout(call, 'run')
  }

  /** The handler died with its worker, and the call waits again. */
  requeued(call: Call): void {
    this.counts.requeued++
    this.unstarted(call)
  }

  /** The handler is not running after all. */
  unstarted(call: Call): void {
    this.stopPhaseTimeout(call)
    if (call.joiners !== null) for (const joiner of call.joiners) this.stopPhaseTimeout(joiner)
  }

  /**
   * Takes a call off its worker. This is the only way, whatever the reason. It frees the slot and stops the grace timer. An
   * unsettled call is then in no list until the queue takes it back or it settles.
   */
  leave(call: Call): void {
    const channel = call.place as WorkerChannel
    const heldSlot = call.list !== channel.ahead
    if (heldSlot) channel.running--
    channel.release(call)
    if (call.graceTimer !== null) this.host.wheel.clear(call.graceTimer)
    call.graceTimer = null
    this.queue.leave(call, heldSlot)
    if (heldSlot) this.share?.give()
    if (call.state === SETTLED) this.onOver(call)
  }

  /** Settles a call and those that joined it. False if it was settled before. Does not free its slot; {@link leave} does. */
  settle(call: Call, outcome: CallOutcome, value: unknown): boolean {
    if (call.state === SETTLED) return false
    this.queue.settle(call)
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
    // Deliver the last progress value before the result. A caller that canceled wants none.
    if (outcome === 'canceled') call.progress = null
    else this.tellProgress(call)
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

  /** Delivers the newest progress value to the caller. */
  tellProgress(call: Call): void {
    const { progress } = call
    if (progress === null) return
    call.progress = null
    call.progressedAt = this.host.now()
    if (this.host.seam.tellsCalls) tellStep(this.host, call, 'progressed')
    this.host.tell(() => call.options.onProgress?.(progress.value))
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

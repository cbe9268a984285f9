/** Retries calls whose handler threw: decides whether, how often, and after how long. */
import { type Call, WHOLE } from '../call/call.ts'
import { runListener } from '../lib/run-listener.ts'
import { warnOnce } from '../lib/warn.ts'
import { nameOf } from '../lib/words.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import { tellStep } from './call-steps.ts'
import type { Settlement } from './settlement.ts'
import type { Host } from './turns.ts'

/** What retries need from the pool. */
interface RetryParts {
  readonly host: Host
  readonly queue: DispatchQueue
  readonly settlement: Settlement
  readonly changed: () => void
  readonly pumpSoon: () => void
}

export class Retries {
  private readonly parts: RetryParts
  /** How often each call was retried after its handler threw. A field on Call would cost the calls that never throw. */
  private readonly counts = new WeakMap<Call, number>()

  constructor(parts: RetryParts) {
    this.parts = parts
  }

  /** How many attempts so far did not end in an error of the handler. */
  crashesOf(call: Call): number {
    return call.attempt - (this.counts.get(call) ?? 0)
  }

  /** `heir` takes over the run that a call leaves. */
  inherit(call: Call, heir: Call): void {
    const count = this.counts.get(call)
    if (count !== undefined) this.counts.set(heir, count)
  }

  /** Takes a call that has left its worker with an error. False if the call is not retried. */
  take(call: Call, error: unknown): boolean {
    const { retry } = call.options
    if (retry === undefined || (this.counts.get(call) ?? 0) >= retry.error) return false
    // The handler gave up on purpose.
    if (nameOf(error) === 'AbortError') return false
    if (call.payload !== WHOLE) {
      warnOnce(`${call.taskId}.${call.method} is not tried again`, () => [
        `Atelier: ${call.taskId}.${call.method} (${call.callId}) threw and is not tried again: its arguments were transferred to the worker, or items of its stream were read. Clone the arguments, or set retry to 0.`,
      ])
      return false
    }
    const { queue, settlement, host } = this.parts
    queue.delay(call)
    settlement.unstarted(call)
    // `shouldRetry` is user code, so it runs when no transition is half done.
    host.tell(() => this.decide(call, error))
    return true
  }

  private decide(call: Call, error: unknown): void {
    const { queue, settlement, host, pumpSoon, changed } = this.parts
    const { retry } = call.options
    if (retry === undefined || !queue.isDelayed(call)) return
    let isMeant = retry.shouldRetry === undefined
    if (!isMeant) runListener(() => (isMeant = retry.shouldRetry?.(error, call.attempt) === true))
    // `shouldRetry` may have ended the call.
    if (!queue.isDelayed(call)) return
    host.turn(() => {
      if (!isMeant) settlement.settle(call, 'failure', error)
      else {
        const count = (this.counts.get(call) ?? 0) + 1
        this.counts.set(call, count)
        const at = host.now()
        if (host.seam.tellsCalls) tellStep(host, call, 'requeued', at, 'its handler threw')
        if (call.telemetry !== null) host.record(() => host.seam.active?.callRetried(call, error, at))
        // After about a thousand retries the factor is Infinity, and 0 * Infinity is NaN.
        const longest = retry.delayMs === 0 ? 0 : retry.delayMs * retry.factor ** (count - 1)
        this.after(retry.jitter ? longest * (0.5 + Math.random() / 2) : longest, call)
      }
      pumpSoon()
      changed()
    })
  }

  private after(ms: number, call: Call): void {
    const { queue, host, pumpSoon, changed } = this.parts
    if (ms <= 0) {
      queue.resume(call)
      return
    }
    host.wheel.set(ms, () => {
      if (!queue.isDelayed(call)) return
      queue.resume(call)
      pumpSoon()
      changed()
    })
  }
}

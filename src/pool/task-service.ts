/** Whether a task takes calls, and whether it gives them to workers: stopped, failed, closed, disposed of. */
import type { Call } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import type { CallOutcome } from '../types/telemetry.ts'

/** Why a task takes no calls. */
export interface Refusal {
  readonly outcome: CallOutcome
  readonly make: (call: Call) => Error
  /** From when on a call may try whether the task works again; on the clock. */
  readonly until?: number
}

/** How long a task that has failed refuses calls before one of them tries again, in ms; twice as long each time that it fails again. */
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

const DISPOSED: Refusal = { outcome: 'canceled', make: failures.disposed }
const CLOSED: Refusal = { outcome: 'canceled', make: failures.closed }

export class TaskService {
  /** Workers are stopped, and what waits goes on waiting. */
  isPaused = false
  hasFailed = false
  isDisposed = false
  /** Set when the task has failed, is closed, or is disposed of. */
  refusal: Refusal | null = null
  private isClosed = false
  private pauseMs = FIRST_PAUSE_MS

  /** No new calls: those that are open go on. */
  close(): void {
    if (this.isDisposed) return
    this.isClosed = true
    this.refusal = CLOSED
  }

  /** Lifts a stop and a failure. */
  start(): void {
    this.refusal = this.isClosed ? CLOSED : null
    this.hasFailed = false
    this.isPaused = false
  }

  dispose(): void {
    this.isDisposed = true
    if (!this.isClosed) this.refusal = DISPOSED
  }

  /** Out of service, as of `now`. `mayRecover`: after a pause a call tries again. */
  fail(make: (call: Call) => Error, mayRecover: boolean, now: number): void {
    if (!this.isClosed)
      this.refusal = {
        outcome: 'failure',
        make,
        ...(mayRecover && { until: now + this.pauseMs }),
      }
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2)
    this.hasFailed = true
  }

  /** A call has succeeded after failures. */
  recovered(): void {
    this.pauseMs = FIRST_PAUSE_MS
  }

  /** True when a task that has failed is to be tried again: what it needs may be back. */
  triesAgain(now: number): boolean {
    if (this.refusal?.until === undefined || now < this.refusal.until) return false
    this.refusal = null
    this.hasFailed = false
    return true
  }
}

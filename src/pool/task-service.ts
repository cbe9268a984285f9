/** Tracks whether a task takes calls and gives them to workers: it may be stopped, failed, closed, or disposed of. */
import type { Call } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import type { CallOutcome } from '../types/telemetry.ts'

/** Why a task takes no calls. */
export interface Refusal {
  readonly outcome: CallOutcome
  readonly make: (call: Call) => Error
  /** From this clock time on, a call may test whether the task works again. */
  readonly until?: number
}

/** How long a failed task refuses calls before one may try again, in ms. Doubles each time the task fails again. */
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

const DISPOSED: Refusal = { outcome: 'canceled', make: failures.disposed }
const CLOSED: Refusal = { outcome: 'canceled', make: failures.closed }

export class TaskService {
  /** Workers are stopped, and waiting calls keep waiting. */
  isPaused = false
  hasFailed = false
  isDisposed = false
  /** Set when the task has failed, is closed, or is disposed of. */
  refusal: Refusal | null = null
  private isClosed = false
  private pauseMs = FIRST_PAUSE_MS

  /** Takes no new calls. Open calls continue. */
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

  /** Takes the task out of service at `now`. `mayRecover`: a call retries after a pause. */
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

  /** Called when a call succeeds after failures. */
  recovered(): void {
    this.pauseMs = FIRST_PAUSE_MS
  }

  /** True if a failed task should be tried again now: what it needs may be available again. */
  triesAgain(now: number): boolean {
    if (this.refusal?.until === undefined || now < this.refusal.until) return false
    this.refusal = null
    this.hasFailed = false
    return true
  }
}

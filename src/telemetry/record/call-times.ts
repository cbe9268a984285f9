/** The times of a call as every sink reports them: on one clock, in order, and nested. */
import type { Call } from '../../call/call.ts'

/** In ms on the page's monotonic clock, lengths in ms. */
export interface CallTimes {
  readonly start: number
  readonly end: number
  /** When the queue accepted it; undefined for a call that never was. */
  readonly admitted: number | undefined
  /** Enqueue to first dispatch, and from where it last began to wait to its last dispatch; 0 without a dispatch. */
  readonly wait: number
  readonly lastWait: number
  readonly firstDispatch: number
  readonly dispatch: number
  /** The interval on the worker, within dispatch and end; the length is the worker's own. */
  readonly hasRun: boolean
  readonly runStart: number
  readonly run: number
}

/**
 * Times are put in order: a turn reads the clock once, so a call that is made and rejected within one can have an end
 * that was read before its start. Each call has its own object: a sink may run code that writes other calls.
 */
export function timesOf(call: Call, requeuedAt: number): CallTimes {
  const start = call.enqueuedAt
  const end = Math.max(start, call.settledAt)
  const firstDispatch = call.attempt > 0 ? clamp(call.firstDispatchedAt, start, end) : start
  const dispatch = call.attempt > 0 ? clamp(call.dispatchedAt, firstDispatch, end) : start
  const hasRun = call.runEndedAt > 0
  return {
    start,
    end,
    admitted:
      call.admittedAt > 0 ? clamp(call.admittedAt, start, call.attempt > 0 ? firstDispatch : end) : undefined,
    wait: firstDispatch - start,
    lastWait: Math.max(0, dispatch - Math.max(requeuedAt, start)),
    firstDispatch,
    dispatch,
    hasRun,
    runStart: hasRun ? clamp(call.runStartedAt, dispatch, end) : 0,
    run: hasRun ? Math.max(0, call.runEndedAt - call.runStartedAt) : 0,
  }
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

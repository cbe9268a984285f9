/** The times of a call as every sink reports them: on one clock, in order, and nested. */
import type { Call } from '../../call/call.ts'

/** In ms on the page's monotonic clock, lengths in ms. One object serves all calls. */
export interface CallTimes {
  readonly start: number
  readonly end: number
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

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

const times: Writable<CallTimes> = {
  start: 0,
  end: 0,
  wait: 0,
  lastWait: 0,
  firstDispatch: 0,
  dispatch: 0,
  hasRun: false,
  runStart: 0,
  run: 0,
}

/**
 * Read it before the next call's. Times are put in order: a turn reads the clock once, so a call that is made and
 * rejected within one can have an end that was read before its start.
 */
export function timesOf(call: Call, requeuedAt: number): CallTimes {
  const start = call.enqueuedAt
  const end = Math.max(start, call.settledAt)
  const firstDispatch = call.attempt > 0 ? clamp(call.firstDispatchedAt, start, end) : start
  const dispatch = call.attempt > 0 ? clamp(call.dispatchedAt, firstDispatch, end) : start
  times.start = start
  times.end = end
  times.firstDispatch = firstDispatch
  times.dispatch = dispatch
  times.wait = firstDispatch - start
  times.lastWait = Math.max(0, dispatch - Math.max(requeuedAt, start))
  times.hasRun = call.runEndedAt > 0
  times.runStart = times.hasRun ? clamp(call.runStartedAt, dispatch, end) : 0
  times.run = times.hasRun ? Math.max(0, call.runEndedAt - call.runStartedAt) : 0
  return times
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

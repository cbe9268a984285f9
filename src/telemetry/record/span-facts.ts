/**
 * A settled call as every sink reports it. Its span, measure, event, metrics and drawings are made from one description, so
 * that they cannot differ: times on one clock, in order and nested, and what does not exist is undefined.
 */
import type { Call } from '../../call/call.ts'
import type { CallOutcome } from '../../types/telemetry.ts'
import type { CallRecord } from '../trace/call-record.ts'
import { type Ending, endingOf } from './outcome-words.ts'

/** In ms on the page's monotonic clock, lengths in ms. */
export interface SpanFacts {
  readonly call: Call
  readonly record: CallRecord
  /** The last worker that it was dispatched to. */
  readonly workerIndex: number | undefined
  readonly start: number
  readonly end: number
  /** When the queue accepted it; undefined for a call that never was. */
  readonly admitted: number | undefined
  /** Enqueue to first dispatch, and from where it last began to wait to its last dispatch; undefined without a dispatch. */
  readonly wait: number | undefined
  readonly lastWait: number | undefined
  /** The interval on the worker, within the last dispatch and the end; the length is the worker's own. */
  readonly runStart: number | undefined
  readonly run: number | undefined
  readonly firstDispatch: number
  readonly dispatch: number
  readonly outcome: CallOutcome
  readonly ending: Ending
  /** The message of its error, or the reason for which it was aborted. */
  readonly error: string | undefined
}

/**
 * Times are put in order: a turn reads the clock once, so a call that is made and rejected within one can have an end
 * that was read before its start. Each call has its own object: a sink may run code that writes other calls.
 */
export function factsOf(call: Call, record: CallRecord): SpanFacts {
  const wasDispatched = call.attempt > 0
  const start = call.enqueuedAt
  const end = Math.max(start, call.settledAt)
  const firstDispatch = wasDispatched ? clamp(call.firstDispatchedAt, start, end) : start
  const dispatch = wasDispatched ? clamp(call.dispatchedAt, firstDispatch, end) : start
  const admitted =
    call.admittedAt > 0 ? clamp(call.admittedAt, start, wasDispatched ? firstDispatch : end) : undefined
  const hasRun = call.runEndedAt > 0
  const ending = endingOf(call)
  return {
    call,
    record,
    workerIndex: call.workerIndex >= 0 ? call.workerIndex : undefined,
    start,
    end,
    admitted,
    wait: wasDispatched ? firstDispatch - start : undefined,
    lastWait: wasDispatched ? Math.max(0, dispatch - Math.max(record.requeuedAt, start)) : undefined,
    runStart: hasRun ? clamp(call.runStartedAt, dispatch, end) : undefined,
    run: hasRun ? Math.max(0, call.runEndedAt - call.runStartedAt) : undefined,
    firstDispatch,
    dispatch,
    outcome: call.outcome ?? 'failure',
    ending,
    error: ending.message ?? ending.reasonText,
  }
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

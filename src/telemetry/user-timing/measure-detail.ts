/**
 * The `detail` of measures. It holds strings, numbers and booleans only: `performance.measure` throws on what cannot be
 * cloned, and an Error in the timeline would keep alive whatever it refers to.
 */
import type { Call } from '../../call/call.ts'
import type { CallRecord } from '../trace/call-record.ts'
import type { SpanFacts } from '../record/span-facts.ts'
import type { Ending } from '../record/outcome-words.ts'
import type { Attributes } from '../../types/telemetry.ts'
import type { RuntimeTrace } from '../trace/trace.ts'
import type { WorkerSpan } from '../record/worker-span.ts'

/** `detail` of a measure `atelier:span:{spanId}`. */
export interface SpanMeasureDetail {
  spanId: string
  traceId: string
  traceName?: string
  /** The span that is its parent: the trace's root span, or the application's own; absent for a root span. */
  parentSpanId?: string
  callId: string
  taskId: string
  taskName?: string
  taskType: 'parallel' | 'singleton'
  method: string
  workerIndex?: number
  /** When the queue accepted it, in ms on the page's clock; absent for a call that never was. */
  admittedTime?: number
  /** When its handler started, as its worker says, in ms on the page's clock. */
  runStartTime?: number
  /** Milliseconds from the call to its first dispatch; absent for a call that was never dispatched. */
  queueWaitMs?: number
  /** Milliseconds on the worker. */
  runMs?: number
  attemptCount: number
  status: 'ok' | 'error' | 'canceled'
  errorType?: string
  /** The message, cut at 500 characters; for a canceled call, the reason. */
  error?: string
  key?: string
  attributes?: Attributes
  devtools?: object
}

/** `detail` of a measure `atelier:trace:{traceId}`. */
export interface TraceMeasureDetail {
  traceId: string
  spanId: string
  traceName?: string
  /** Calls that were made in the trace. */
  spanCount: number
  status?: 'ok' | 'error' | 'canceled'
  error?: string
  devtools?: object
}

/** `detail` of a measure `atelier:worker-span:{spanId}`, for a span that a handler created. */
export interface WorkerSpanMeasureDetail {
  spanId: string
  traceId: string
  parentSpanId: string
  name: string
  callId: string
  taskId: string
  taskName?: string
  method: string
  workerIndex: number
  status: 'ok' | 'error'
  errorType?: string
  error?: string
  attributes?: Attributes
  devtools?: object
}

export function callDetail(facts: SpanFacts): SpanMeasureDetail {
  const { call, record, ending } = facts
  const { task } = call
  const detail: SpanMeasureDetail = {
    spanId: record.spanId,
    traceId: record.traceId,
    callId: call.callId,
    taskId: task.taskId,
    taskType: task.type,
    method: call.method,
    attemptCount: call.attempt,
    status: ending.status,
  }
  if (record.traceName !== undefined) detail.traceName = record.traceName
  if (record.parentSpanId !== undefined) detail.parentSpanId = record.parentSpanId
  if (task.taskName !== undefined) detail.taskName = task.taskName
  if (facts.workerIndex !== undefined) detail.workerIndex = facts.workerIndex
  if (facts.admitted !== undefined) detail.admittedTime = facts.admitted
  if (facts.wait !== undefined) detail.queueWaitMs = facts.wait
  if (facts.runStart !== undefined) detail.runStartTime = facts.runStart
  if (facts.run !== undefined) detail.runMs = facts.run
  if (ending.errorType !== undefined) detail.errorType = ending.errorType
  if (facts.error !== undefined) detail.error = facts.error
  if (call.key !== undefined) detail.key = call.key
  if (record.attributes !== undefined) detail.attributes = record.attributes
  return detail
}

export function traceDetail(trace: RuntimeTrace, ending: Ending | undefined): TraceMeasureDetail {
  const detail: TraceMeasureDetail = {
    traceId: trace.traceId,
    spanId: trace.spanContext.spanId,
    spanCount: trace.spanCount,
  }
  if (trace.name !== undefined) detail.traceName = trace.name
  if (ending !== undefined) detail.status = ending.status
  const error = ending?.message ?? ending?.reasonText
  if (error !== undefined) detail.error = error
  return detail
}

export function workerSpanDetail(call: Call, record: CallRecord, span: WorkerSpan): WorkerSpanMeasureDetail {
  const detail: WorkerSpanMeasureDetail = {
    spanId: span.spanId,
    traceId: record.traceId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    callId: call.callId,
    taskId: call.task.taskId,
    method: call.method,
    workerIndex: call.workerIndex,
    status: span.error === undefined ? 'ok' : 'error',
  }
  if (call.task.taskName !== undefined) detail.taskName = call.task.taskName
  if (span.errorType !== undefined) detail.errorType = span.errorType
  if (span.error !== undefined) detail.error = span.error.message
  if (span.attributes !== undefined) detail.attributes = span.attributes
  return detail
}

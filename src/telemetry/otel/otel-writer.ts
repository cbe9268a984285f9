/** Writes what is known of a call, a trace and a worker's spans into OpenTelemetry spans. */
import { SpanStatusCode } from '@opentelemetry/api'
import type { Call } from '../../call/call.ts'
import {
  ATTEMPT_COUNT,
  CALL_KEY,
  CANCEL_REASON,
  CANCELED,
  ERROR_TYPE,
  LINK_RELATION,
  QUEUE_POLICY,
  QUEUE_WAIT_LAST_MS,
  QUEUE_WAIT_MS,
  REASON,
  REQUEUE_EVENT,
  TASK_ID,
  TASK_METHOD,
  TRACE_ID,
  TRACE_INHERITED,
  TRACE_NAME,
  TRACE_SPAN_COUNT,
  WORKER_INDEX,
  WORKER_RUN_MS,
} from '../names.ts'
import type { CallRecord } from '../record/call-record.ts'
import type { CallTimes } from '../record/call-times.ts'
import { type Ending, exceptionOf } from '../record/outcome-words.ts'
import type { OtelSpan } from '../../types/otel.ts'
import type { OtelSpans } from './otel-spans.ts'
import type { SpanContext } from '../../types/telemetry.ts'
import { toHrTime } from '../trace/wall-clock.ts'
import type { RuntimeTrace } from '../trace/trace.ts'
import type { WorkerSpan } from '../record/worker-span.ts'

type SpanAttributes = Parameters<OtelSpan['setAttributes']>[0]

export function endCallSpan(
  span: OtelSpan,
  call: Call,
  record: CallRecord,
  ending: Ending,
  times: CallTimes,
): void {
  // First, so that no caller can overwrite what follows.
  if (record.attributes !== undefined) span.setAttributes(record.attributes as SpanAttributes)
  if (call.workerIndex >= 0) span.setAttribute(WORKER_INDEX, call.workerIndex)
  if (call.attempt > 0) span.setAttribute(QUEUE_WAIT_MS, times.wait)
  if (call.attempt > 1) span.setAttribute(QUEUE_WAIT_LAST_MS, times.lastWait)
  span.setAttribute(ATTEMPT_COUNT, call.attempt)
  if (record.parent.groupId !== undefined) span.setAttribute(TRACE_ID, record.parent.groupId)
  if (record.traceName !== undefined) span.setAttribute(TRACE_NAME, record.traceName)
  if (record.parent.soleOpen) span.setAttribute(TRACE_INHERITED, 'sole-open')
  if (call.key !== undefined) span.setAttribute(CALL_KEY, call.key)
  if (times.hasRun) span.setAttribute(WORKER_RUN_MS, times.run)
  span.setAttribute(QUEUE_POLICY, call.task.policy)
  const end = toHrTime(record.anchor, times.end)
  writeEnding(span, ending, call.error, end)
  span.end(end)
}

export function addRequeueEvent(span: OtelSpan, call: Call, record: CallRecord, reason: string): void {
  span.addEvent(
    REQUEUE_EVENT,
    { [ATTEMPT_COUNT]: call.attempt, [WORKER_INDEX]: call.workerIndex, [REASON]: reason },
    toHrTime(record.anchor, record.requeuedAt),
  )
}

/** Links a call's span with another's: the run that it joined, the call that superseded it. */
export function addLink(span: OtelSpan, to: SpanContext, relation: string): void {
  span.addLink({
    context: to as Parameters<OtelSpan['addLink']>[0]['context'],
    attributes: { [LINK_RELATION]: relation },
  })
}

export function endTraceSpan(
  span: OtelSpan,
  trace: RuntimeTrace,
  ending: Ending | undefined,
  error: unknown,
  time: number,
): void {
  span.setAttribute(TRACE_SPAN_COUNT, trace.spanCount)
  const end = toHrTime(trace.anchor, time)
  if (ending !== undefined) writeEnding(span, ending, error, end)
  span.end(end)
}

/** Starts and ends a span that ran on a worker, under its parent's; takes the id that it is given. */
export function writeWorkerSpan(
  otel: OtelSpans,
  call: Call,
  record: CallRecord,
  span: WorkerSpan,
  parent: OtelSpan,
): void {
  const attributes = {
    ...span.attributes,
    [TASK_ID]: call.taskId,
    [TASK_METHOD]: call.method,
    [WORKER_INDEX]: call.workerIndex,
  }
  const written = otel.startChild(parent, span.name, toHrTime(record.anchor, span.start), attributes)
  if (written === null) return
  span.span = written
  span.spanId = written.spanContext().spanId
  const end = toHrTime(record.anchor, span.end)
  if (span.error !== undefined) {
    if (span.errorType !== undefined) written.setAttribute(ERROR_TYPE, span.errorType)
    written.recordException(span.error, end)
    written.setStatus({ code: SpanStatusCode.ERROR, message: span.error.message })
  }
  written.end(end)
}

function writeEnding(span: OtelSpan, ending: Ending, error: unknown, end: [number, number]): void {
  if (ending.status === 'ok') span.setStatus({ code: SpanStatusCode.OK })
  else if (ending.status === 'canceled') {
    span.setAttribute(CANCELED, true)
    if (ending.reasonText !== undefined) span.setAttribute(CANCEL_REASON, ending.reasonText)
  } else {
    if (ending.errorType !== undefined) span.setAttribute(ERROR_TYPE, ending.errorType)
    // Without a message there was no error to record, only a status.
    if (ending.message !== undefined) span.recordException(exceptionOf(error), end)
    span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(ending.message !== undefined && { message: ending.message }),
    })
  }
}

/** Writes what is known of a call, a trace and a worker's spans into OpenTelemetry spans. */
import { SpanStatusCode } from '@opentelemetry/api'
import type { Call } from '../../call/call.ts'
import {
  AFFINITY_HIT,
  ATTEMPT_COUNT,
  CALL_KEY,
  CANCEL_REASON,
  CANCELED,
  ERROR_TYPE,
  LINK_RELATION,
  QUEUE_BLOCKED_MS,
  QUEUE_POLICY,
  QUEUE_WAIT_LAST_MS,
  QUEUE_WAIT_MS,
  REASON,
  REQUEUE_EVENT,
  RETRY_EVENT,
  TASK_ID,
  TASK_METHOD,
  TRACE_ID,
  TRACE_INHERITED,
  TRACE_NAME,
  TRACE_SPAN_COUNT,
  WORKER_INDEX,
  WORKER_RUN_MS,
  WORKER_START_MS,
} from '../names.ts'
import type { CallRecord } from '../trace/call-record.ts'
import type { SpanFacts } from '../record/span-facts.ts'
import { type Ending, errorTypeOf, exceptionOf } from '../record/outcome-words.ts'
import type { OtelSpan } from '../../types/otel.ts'
import type { OpenedSpan, OtelSpans } from './otel-spans.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { SpanContext } from '../../types/telemetry.ts'
import { type HrTime, toHrTime } from '../trace/wall-clock.ts'
import type { EndedTrace } from '../trace/trace.ts'
import type { WorkerSpan } from '../record/worker-span.ts'

type SpanAttributes = Parameters<OtelSpan['setAttributes']>[0]

const SPAN = 'an OpenTelemetry span'

// Whatever a span throws costs what was being written: it is ended all the same, or its processor would never see it.

export function endCallSpan(span: OtelSpan, facts: SpanFacts, guard: SinkGuard): void {
  const { call, record } = facts
  try {
    if (record.attributes !== undefined) span.setAttributes(record.attributes as SpanAttributes)
    if (facts.workerIndex !== undefined) span.setAttribute(WORKER_INDEX, facts.workerIndex)
    const blockedMs = (facts.admitted ?? facts.start) - facts.start
    if (blockedMs > 0) span.setAttribute(QUEUE_BLOCKED_MS, blockedMs)
    if (facts.wait !== undefined) span.setAttribute(QUEUE_WAIT_MS, facts.wait)
    if (facts.lastWait !== undefined && call.attempt > 1)
      span.setAttribute(QUEUE_WAIT_LAST_MS, facts.lastWait)
    span.setAttribute(ATTEMPT_COUNT, call.attempt)
    if (record.parent.groupId !== undefined) span.setAttribute(TRACE_ID, record.parent.groupId)
    if (record.traceName !== undefined) span.setAttribute(TRACE_NAME, record.traceName)
    if (record.parent.soleOpen) span.setAttribute(TRACE_INHERITED, 'sole-open')
    if (call.key !== undefined) span.setAttribute(CALL_KEY, call.key)
    const isHit = call.options.affinity?.isHit
    if (isHit !== undefined) span.setAttribute(AFFINITY_HIT, isHit)
    if (facts.runStart !== undefined) span.setAttribute(WORKER_START_MS, facts.runStart - facts.start)
    if (facts.run !== undefined) span.setAttribute(WORKER_RUN_MS, facts.run)
    span.setAttribute(QUEUE_POLICY, call.task.policy)
  } catch (error) {
    guard.failed(SPAN, error)
  }
  endSpan(span, facts.ending, call.error, toHrTime(record.anchor, facts.end), guard)
}

export function addRequeueEvent(span: OtelSpan, call: Call, record: CallRecord, reason: string): void {
  span.addEvent(
    REQUEUE_EVENT,
    { [ATTEMPT_COUNT]: record.dispatches, [WORKER_INDEX]: call.workerIndex, [REASON]: reason },
    toHrTime(record.anchor, record.requeuedAt),
  )
}

/** Its handler threw this, and it runs again. */
export function addRetryEvent(span: OtelSpan, call: Call, record: CallRecord, error: unknown): void {
  span.addEvent(
    RETRY_EVENT,
    {
      [ATTEMPT_COUNT]: record.dispatches,
      [WORKER_INDEX]: call.workerIndex,
      [ERROR_TYPE]: errorTypeOf(error),
    },
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
  { trace, error, endTime }: EndedTrace,
  ending: Ending | undefined,
  guard: SinkGuard,
): void {
  try {
    span.setAttribute(TRACE_SPAN_COUNT, trace.spanCount)
  } catch (failure) {
    guard.failed(SPAN, failure)
  }
  endSpan(span, ending, error, toHrTime(trace.anchor, endTime), guard)
}

/** Starts and ends a span that ran on a worker, under its parent's; uses the id that is passed. */
export function writeWorkerSpan(
  otel: OtelSpans,
  call: Call,
  record: CallRecord,
  span: WorkerSpan,
  parent: OpenedSpan,
  guard: SinkGuard,
): void {
  const attributes = {
    ...span.attributes,
    [TASK_ID]: call.taskId,
    [TASK_METHOD]: call.method,
    [WORKER_INDEX]: call.workerIndex,
  }
  const opened = otel.startChild(parent, span.name, toHrTime(record.anchor, span.start), attributes)
  if (opened === null) return
  span.opened = opened
  span.spanId = opened.context.spanId
  const end = toHrTime(record.anchor, span.end)
  const written = opened.span
  try {
    if (span.error !== undefined) {
      if (span.errorType !== undefined) written.setAttribute(ERROR_TYPE, span.errorType)
      written.recordException(span.error, end)
      written.setStatus({ code: SpanStatusCode.ERROR, message: span.error.message })
    }
  } catch (error) {
    guard.failed(SPAN, error)
  }
  endAt(written, end, guard)
}

function endSpan(
  span: OtelSpan,
  ending: Ending | undefined,
  error: unknown,
  end: HrTime,
  guard: SinkGuard,
): void {
  try {
    if (ending !== undefined) writeEnding(span, ending, error, end)
  } catch (failure) {
    guard.failed(SPAN, failure)
  }
  endAt(span, end, guard)
}

function endAt(span: OtelSpan, end: HrTime, guard: SinkGuard): void {
  try {
    span.end(end)
  } catch (error) {
    guard.failed(SPAN, error)
  }
}

function writeEnding(span: OtelSpan, ending: Ending, error: unknown, end: HrTime): void {
  if (ending.status === 'ok') span.setStatus({ code: SpanStatusCode.OK })
  else if (ending.status === 'canceled') {
    span.setAttribute(CANCELED, true)
    if (ending.reasonText !== undefined) span.setAttribute(CANCEL_REASON, ending.reasonText)
  } else {
    span.setStatus({
      code: SpanStatusCode.ERROR,
      ...(ending.message !== undefined && { message: ending.message }),
    })
    if (ending.errorType !== undefined) span.setAttribute(ERROR_TYPE, ending.errorType)
    // Without a message there was no error to record, only a status.
    if (ending.message !== undefined) span.recordException(exceptionOf(error), end)
  }
}

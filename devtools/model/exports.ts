/** Exports a session to other tools: a trace file for Chrome and Perfetto, and OTLP in JSON for OpenTelemetry tools. */
import { type ChromeTrace, type SpanEvent, toChromeTrace, type TraceEvent } from '../../src/index.ts'
import { endOf, startOf } from './call-times.ts'
import type { CallRow, CallStatus, DevtoolsSession, RootRow, SpanRow, TaskRow } from './types.ts'

const OUTCOMES: { readonly [Each in CallStatus]?: SpanEvent['outcome'] } = {
  failed: 'failure',
  canceled: 'canceled',
  rejected: 'rejected',
}
const FAILED: readonly CallStatus[] = ['failed', 'rejected']

/** A trace file. Open calls end with the recording. */
export function chromeTraceOf(session: DevtoolsSession): ChromeTrace {
  return toChromeTrace(eventsOf(session))
}

/** What the runtimes reported about the session, as far as it was kept: spans and traces in the order of their ends. */
export function eventsOf(session: DevtoolsSession): (SpanEvent | TraceEvent)[] {
  const now = session.now()
  const calls = session.calls()
  const byRow = new Map(calls.map((call) => [call.row, call]))
  const types = new Map(session.tasks().map((task) => [`${task.runtimeId} ${task.taskId}`, task.type]))
  const typeOf = (call: CallRow): TaskRow['type'] =>
    types.get(`${call.runtimeId} ${call.taskId}`) ?? 'parallel'
  const spans = session.spans().flatMap((span) => {
    const call = byRow.get(span.row)
    return call === undefined ? [] : [workerSpanEvent(span, call, typeOf(call))]
  })
  const events: (SpanEvent | TraceEvent)[] = [
    ...spans,
    ...calls.map((call) => callSpanEvent(call, typeOf(call), now)),
    ...session.roots().map((root) => traceEvent(root, calls)),
  ]
  return events.sort((a, b) => a.endTime - b.endTime)
}

function labelsOf(call: CallRow, taskType: TaskRow['type']) {
  const { traceId, traceName, callId, taskId, taskName, method, key, workerIndex, attempt } = call
  const labels = { traceId, traceName, callId, taskId, taskName, taskType, method, key, workerIndex }
  return { kind: 'span' as const, ...labels, attemptCount: attempt }
}

function callSpanEvent(call: CallRow, taskType: TaskRow['type'], now: number): SpanEvent {
  const { startedTime, runEndTime, status } = call
  const endTime = endOf(call, now)
  return {
    ...labelsOf(call, taskType),
    name: 'atelier.task',
    spanId: call.spanId,
    parentSpanId: call.parentSpanId,
    startTime: call.createdTime,
    endTime,
    admittedTime: call.admittedTime,
    queueWaitMs: startedTime === undefined ? undefined : startOf(call, now) - call.createdTime,
    runStartTime: runEndTime === undefined ? undefined : startedTime,
    runMs: runEndTime === undefined || startedTime === undefined ? undefined : runEndTime - startedTime,
    status: FAILED.includes(status) ? 'error' : status === 'canceled' ? 'canceled' : 'ok',
    outcome: OUTCOMES[status] ?? 'success',
    errorType: call.errorType,
    error: call.error,
    attributes: call.attributes as SpanEvent['attributes'],
  }
}

function workerSpanEvent(span: SpanRow, call: CallRow, taskType: TaskRow['type']): SpanEvent {
  const { name, spanId, parentSpanId, startTime, endTime, error } = span
  const hasFailed = error !== undefined
  return {
    ...labelsOf(call, taskType),
    name,
    spanId,
    parentSpanId,
    startTime,
    endTime,
    status: hasFailed ? 'error' : 'ok',
    outcome: hasFailed ? 'failure' : 'success',
    error,
  }
}

function traceEvent(
  { traceId, spanId, name, startTime, endTime, status }: RootRow,
  calls: readonly CallRow[],
): TraceEvent {
  const spanCount = calls.filter((call) => call.traceId === traceId).length
  return { kind: 'trace', traceId, spanId, traceName: name, startTime, endTime, spanCount, status }
}

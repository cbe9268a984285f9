/** Calls, worker spans, traces and workers as events of the stream. */
import type { Call } from '../../call/call.ts'
import { TASK_SPAN } from '../names.ts'
import type { CallRecord } from '../trace/call-record.ts'
import type { SpanFacts } from '../record/span-facts.ts'
import type { Ending } from '../record/outcome-words.ts'
import type { TaskIdentity } from '../instrumentation.ts'
import type { SpanEvent, TerminateReason, TraceEvent, WorkerEvent } from '../../types/telemetry.ts'
import type { EndedTrace } from '../trace/trace.ts'
import type { WorkerSpan } from '../record/worker-span.ts'

// Each event is one literal: spreading the common fields costs more than everything else on the way to a listener.

export function callEvent(facts: SpanFacts): SpanEvent {
  const { call, record, ending } = facts
  const { task } = call
  return {
    kind: 'span',
    traceId: record.traceId,
    spanId: record.spanId,
    parentSpanId: record.parentSpanId,
    traceName: record.traceName,
    name: TASK_SPAN,
    callId: call.callId,
    taskId: task.taskId,
    taskName: task.taskName,
    taskType: task.type,
    method: call.method,
    key: call.key,
    workerIndex: facts.workerIndex,
    startTime: facts.start,
    endTime: facts.end,
    admittedTime: facts.admitted,
    queueWaitMs: facts.wait,
    runStartTime: facts.runStart,
    runMs: facts.run,
    attemptCount: call.attempt,
    status: ending.status,
    outcome: facts.outcome,
    errorType: ending.errorType,
    error: facts.error,
    attributes: record.attributes,
  }
}

export function workerSpanEvent(call: Call, record: CallRecord, span: WorkerSpan): SpanEvent {
  const { task } = call
  const failed = span.error !== undefined
  return {
    kind: 'span',
    traceId: record.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceName: record.traceName,
    name: span.name,
    callId: call.callId,
    taskId: task.taskId,
    taskName: task.taskName,
    taskType: task.type,
    method: call.method,
    key: call.key,
    workerIndex: call.workerIndex,
    startTime: span.start,
    endTime: span.end,
    attemptCount: call.attempt,
    status: failed ? 'error' : 'ok',
    outcome: failed ? 'failure' : 'success',
    errorType: span.errorType,
    error: span.error?.message,
    attributes: span.attributes,
  }
}

export function traceEvent({ trace, endTime }: EndedTrace, ending: Ending | undefined): TraceEvent {
  return {
    kind: 'trace',
    traceId: trace.traceId,
    spanId: trace.spanContext.spanId,
    traceName: trace.name,
    startTime: trace.startTime,
    endTime,
    spanCount: trace.spanCount,
    status: ending?.status,
    error: ending?.message ?? ending?.reasonText,
  }
}

export function workerEvent(
  action: WorkerEvent['action'],
  task: TaskIdentity,
  workerIndex: number,
  time: number,
  reason: TerminateReason | undefined,
  error: string | undefined,
): WorkerEvent {
  const { taskId, taskName, type: taskType } = task
  return { kind: 'worker', action, taskId, taskName, taskType, workerIndex, time, reason, error }
}

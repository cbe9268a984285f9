/** The events of single steps, for listeners that request them: steps of a call, and of a worker that is ready. */
import type { Call } from '../../call/call.ts'
import type { CallEvent, WorkerEvent } from '../../types/telemetry.ts'
import type { CallStep, TaskIdentity } from '../instrumentation.ts'
import type { SpanFacts } from '../record/span-facts.ts'
import type { CallRecord } from '../trace/call-record.ts'

export function createdStep(call: Call): CallEventStep {
  return { phase: 'created', time: call.enqueuedAt, attempt: 0, workerIndex: -1 }
}

export function settledStep({ call, outcome, end }: SpanFacts): CallEventStep {
  const { attempt, workerIndex } = call
  return { phase: 'settled', time: end, attempt, workerIndex, outcome }
}

interface CallEventStep extends CallStep {
  readonly outcome?: CallEvent['outcome']
}

export function stepEvent(call: Call, record: CallRecord, step: CallEventStep): CallEvent {
  const { task } = call
  return {
    kind: 'call',
    phase: step.phase,
    callId: call.callId,
    taskId: task.taskId,
    taskName: task.taskName,
    taskType: task.type,
    method: call.method,
    key: call.key,
    traceId: record.traceId,
    traceName: record.traceName,
    spanId: record.spanId,
    parentSpanId: record.parent.spanContext?.spanId,
    workerIndex: step.workerIndex >= 0 ? step.workerIndex : undefined,
    attempt: step.attempt,
    time: record.steppedAt,
    outcome: step.outcome,
    reason: step.reason,
  }
}

export function readyEvent(
  task: TaskIdentity,
  workerIndex: number,
  time: number,
  startMs: number,
  setupMs: number | undefined,
): WorkerEvent {
  const { taskId, taskName, type: taskType } = task
  return { kind: 'worker', action: 'ready', taskId, taskName, taskType, workerIndex, time, startMs, setupMs }
}

/** A runtime that tells a recorder of calls that nobody has made: what is measured is the panel, not the queue and not the workers. */
import type { CallEvent, RuntimeEvent, SpanEvent, TaskRuntime, RuntimeSnapshot } from 'atelier-react/core'

export const SOURCE_WORKERS = 4

type Tell = (event: RuntimeEvent) => void

const LABELS = { taskId: 'burst', taskName: 'Burst', taskType: 'parallel' } as const
const RUN_MS = 0.3

export interface CallSource {
  readonly runtime: TaskRuntime
  /** Events of so many calls that were made up to `now`; made before they are told, which is what is measured. */
  readonly make: (count: number, now: number) => readonly RuntimeEvent[]
  readonly tell: Tell
}

export function callSource(): CallSource {
  const listeners = new Set<Tell>()
  const snapshots = new Set<() => void>()
  let made = 0
  let snapshot = snapshotOf(made)
  const runtime = {
    name: 'bench',
    subscribeEvents: (listener: Tell) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    subscribeRuntimeSnapshot: (listener: () => void) => {
      snapshots.add(listener)
      return () => snapshots.delete(listener)
    },
    getRuntimeSnapshot: () => snapshot,
    inspect: () => ({
      time: performance.now(),
      calls: [],
      workers: [],
      tasks: [{ ...snapshot.tasks[0], options: {} }],
    }),
    getTask: () => undefined,
    abort: () => 0,
  }
  return {
    runtime: runtime as unknown as TaskRuntime,
    make: (count, now) => {
      const events = Array.from({ length: count }, (_, index) =>
        eventsOf(++made, now - 5 + (5 * index) / count),
      ).flat()
      snapshot = snapshotOf(made)
      return events
    },
    tell: (event) => {
      for (const listener of listeners) listener(event)
    },
  }
}

function eventsOf(number: number, time: number): RuntimeEvent[] {
  const workerIndex = number % SOURCE_WORKERS
  const spanId = number.toString(16).padStart(16, '0')
  const traceId = Math.ceil(number / 10)
    .toString(16)
    .padStart(32, '0')
  const ids = {
    ...LABELS,
    callId: `call-${number}`,
    method: 'work',
    traceId,
    spanId,
    workerIndex,
    attempt: 1,
  }
  const step = (phase: CallEvent['phase'], at: number): CallEvent => ({
    kind: 'call',
    ...ids,
    phase,
    time: at,
  })
  const runStartTime = time + 3
  const endTime = runStartTime + RUN_MS + 0.1
  const hasFailed = number % 50 === 0
  const span: SpanEvent = {
    ...{ kind: 'span', ...ids, name: 'atelier.task', startTime: time, endTime, admittedTime: time },
    ...{ queueWaitMs: 3, runStartTime, runMs: RUN_MS, attemptCount: 1 },
    status: hasFailed ? 'error' : 'ok',
    outcome: hasFailed ? 'failure' : 'success',
    ...(hasFailed && { errorType: 'RangeError', error: `page ${number % 7} cannot be read` }),
  }
  return [
    step('created', time),
    step('admitted', time),
    step('sent', time + 1),
    step('started', runStartTime),
    { ...step('settled', endTime), outcome: span.outcome },
    span,
  ]
}

function snapshotOf(made: number): RuntimeSnapshot {
  const task = {
    ...{ taskId: LABELS.taskId, taskName: LABELS.taskName, type: 'parallel', init: 'lazy', status: 'active' },
    queue: {
      inFlight: 4,
      pending: 30,
      ahead: 0,
      blocked: 0,
      maxInFlight: 4,
      maxQueueDepth: 100,
      policy: 'block',
    },
    workers: { active: SOURCE_WORKERS, limit: SOURCE_WORKERS, list: [] },
    counts: { dispatched: made, succeeded: made, failed: 0, canceled: 0, rejected: 0, requeued: 0 },
  }
  return { tasks: [task] } as unknown as RuntimeSnapshot
}

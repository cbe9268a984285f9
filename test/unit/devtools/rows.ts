/** Rows of calls and columns of them, for the tests of the model. */
import type { CallColumns, CallRow, LaneName, TaskRow, WorkerRow } from '../../../devtools/model/types.ts'
import { STATUSES } from '../../../devtools/model/types.ts'

let rows = 0

export function call(more: Partial<CallRow> = {}): CallRow {
  const row = ++rows
  return {
    row,
    runtimeId: 1,
    callId: `call-${row}`,
    taskId: 'parse',
    method: 'process',
    traceId: 'a'.repeat(32),
    spanId: row.toString(16).padStart(16, '0'),
    status: 'succeeded',
    createdTime: 0,
    admittedTime: more.createdTime ?? 0,
    attempt: 1,
    workerIndex: 0,
    ...more,
  }
}

/** A call that waits, runs and returns at these times. */
export function ran(created: number, started: number, runEnd: number, more: Partial<CallRow> = {}): CallRow {
  return call({
    createdTime: created,
    startedTime: started,
    runEndTime: runEnd,
    settledTime: runEnd,
    ...more,
  })
}

export function columnsOf(calls: readonly CallRow[]): CallColumns {
  const sorted = [...calls].sort((a, b) => a.createdTime - b.createdTime)
  const times = (read: (row: CallRow) => number | undefined) =>
    Float64Array.from(sorted, (row) => read(row) ?? Number.NaN)
  const lanes: LaneName[] = []
  const laneOf = ({ runtimeId, taskId }: CallRow): number => {
    const found = lanes.findIndex((lane) => lane.runtimeId === runtimeId && lane.taskId === taskId)
    return found >= 0 ? found : lanes.push({ runtimeId, taskId }) - 1
  }
  return {
    length: sorted.length,
    slotAt: (rank) => rank,
    created: times(({ createdTime }) => createdTime),
    admitted: times(({ admittedTime }) => admittedTime),
    sent: times(({ sentTime }) => sentTime),
    started: times(({ startedTime }) => startedTime),
    runEnd: times(({ runEndTime }) => runEndTime),
    settled: times(({ settledTime }) => settledTime),
    status: Uint8Array.from(sorted, ({ status }) => STATUSES.indexOf(status)),
    lane: Uint16Array.from(sorted, laneOf),
    worker: Int16Array.from(sorted, ({ workerIndex }) => workerIndex ?? -1),
    lanes,
  }
}

export function worker(more: Partial<WorkerRow> = {}): WorkerRow {
  return { runtimeId: 1, taskId: 'parse', workerIndex: 0, spawnTime: 0, readyTime: 0, ...more }
}

export function task(more: Partial<TaskRow> = {}): TaskRow {
  return {
    runtimeId: 1,
    taskId: 'parse',
    type: 'parallel',
    status: 'active',
    inFlight: 0,
    pending: 0,
    blocked: 0,
    maxInFlight: 1,
    maxQueueDepth: 2,
    policy: 'block',
    workerCount: 1,
    workerLimit: 1,
    counts: { dispatched: 0, succeeded: 0, failed: 0, canceled: 0, rejected: 0, requeued: 0 },
    options: [],
    ...more,
  }
}

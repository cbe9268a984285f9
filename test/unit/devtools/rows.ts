/** Rows of calls and columns of them, for the tests of the model. */
import { columnsOf as toColumns } from '../../../devtools/model/columns.ts'
import type { CallColumns, CallRow, TaskRow, WorkerRow } from '../../../devtools/model/types.ts'

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

export const columnsOf = (calls: readonly CallRow[]): CallColumns => toColumns(calls).columns

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

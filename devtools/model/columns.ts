/** Calls that no longer change, as columns. */
import { type CallColumns, type CallRow, type LaneName, STATUSES } from './types.ts'

/** The calls in the order they were made, and their columns. A slot is the index of a call. */
export function columnsOf(calls: readonly CallRow[]): { columns: CallColumns; sorted: readonly CallRow[] } {
  const sorted = [...calls].sort((a, b) => a.createdTime - b.createdTime)
  const times = (read: (row: CallRow) => number | undefined) =>
    Float64Array.from(sorted, (row) => read(row) ?? Number.NaN)
  const lanes: LaneName[] = []
  const numbers = new Map<string, number>()
  const laneOf = ({ runtimeId, taskId }: CallRow): number => {
    const key = `${runtimeId} ${taskId}`
    const known = numbers.get(key) ?? lanes.push({ runtimeId, taskId }) - 1
    numbers.set(key, known)
    return known
  }
  const traces = new Map<string, number>()
  for (const { traceId } of sorted) if (!traces.has(traceId)) traces.set(traceId, traces.size + 1)
  const traceNumber = (traceId: string): number => traces.get(traceId) ?? 0
  const columns: CallColumns = {
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
    trace: Uint32Array.from(sorted, ({ traceId }) => traceNumber(traceId)),
    traceNumber,
    lanes,
  }
  return { columns, sorted }
}

/** How the workers of a task spent a range of time: busy, starting, idle, and idle while calls of the task waited. */
import { runEndAt } from './density.ts'
import { queueSeries, waitingTimes } from './queue-series.ts'
import { eachOverlapping, overlapMs } from './ranges.ts'
import type { Utilisation } from './results.ts'
import type { CallColumns, LaneName, TimeRange, WorkerRow } from './types.ts'

/** One entry, by index, for each worker of the task that existed in the range. */
export function utilisationOf(
  columns: CallColumns,
  workers: readonly WorkerRow[],
  task: LaneName,
  range: TimeRange,
  now: number,
): Utilisation[] {
  const lane = columns.lanes.findIndex(
    ({ runtimeId, taskId }) => runtimeId === task.runtimeId && taskId === task.taskId,
  )
  const lives = workers.filter(
    ({ runtimeId, taskId, spawnTime, endTime }) =>
      runtimeId === task.runtimeId &&
      taskId === task.taskId &&
      spawnTime <= range.end &&
      (endTime ?? now) >= range.start,
  )
  const waiting = lane < 0 ? [] : waitingTimes(queueSeries(columns, lane, range), range.end)
  const runs = runsOf(columns, lane, range, now)
  const indexes = [...new Set(lives.map(({ workerIndex }) => workerIndex))].sort((a, b) => a - b)
  return indexes.map((workerIndex) => {
    const own = lives.filter((life) => life.workerIndex === workerIndex)
    const starting = own.map(({ spawnTime, readyTime, endTime }) =>
      within(range, spawnTime, readyTime ?? endTime ?? now),
    )
    const up = own.flatMap(({ readyTime, endTime }) =>
      readyTime === undefined ? [] : [within(range, readyTime, endTime ?? now)],
    )
    const busy = union(runs.get(workerIndex) ?? [])
    const idle = subtract(up, busy)
    const idleWhileWaiting = intersect(idle, waiting)
    return {
      workerIndex,
      busyMs: lengthOf(busy),
      startingMs: lengthOf(starting),
      idleMs: lengthOf(idle),
      idleWhileWaitingMs: lengthOf(idleWhileWaiting),
      idleWhileWaiting,
    }
  })
}

/** When each worker ran something. */
function runsOf(columns: CallColumns, lane: number, range: TimeRange, now: number): Map<number, TimeRange[]> {
  const runs = new Map<number, TimeRange[]>()
  eachOverlapping(columns, range, (slot) => {
    const start = columns.started[slot] as number
    if (columns.lane[slot] !== lane || Number.isNaN(start)) return
    const run = within(range, start, runEndAt(columns, slot, now))
    const worker = columns.worker[slot] as number
    const own = runs.get(worker)
    if (own === undefined) runs.set(worker, [run])
    else own.push(run)
  })
  return runs
}

function within(range: TimeRange, start: number, end: number): TimeRange {
  const from = Math.min(range.end, Math.max(range.start, start))
  return { start: from, end: Math.max(from, Math.min(range.end, end)) }
}

/** The same times, in order, without overlap. */
export function union(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (end <= start) continue
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  return joined
}

/** The parts of the first list that are not in the second, which is sorted and has no overlaps. */
export function subtract(ranges: readonly TimeRange[], taken: readonly TimeRange[]): TimeRange[] {
  return union(ranges).flatMap((range) => {
    const rest: TimeRange[] = []
    let { start } = range
    for (const hole of taken) {
      if (hole.end <= start || hole.start >= range.end) continue
      if (hole.start > start) rest.push({ start, end: hole.start })
      start = Math.max(start, hole.end)
    }
    if (start < range.end) rest.push({ start, end: range.end })
    return rest
  })
}

/** The intersection of both lists. */
export function intersect(ones: readonly TimeRange[], others: readonly TimeRange[]): TimeRange[] {
  return ones.flatMap((one) =>
    others
      .filter((other) => overlapMs(one, other) > 0)
      .map((other) => ({ start: Math.max(one.start, other.start), end: Math.min(one.end, other.end) })),
  )
}

export function lengthOf(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0)
}

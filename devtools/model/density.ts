/** A lane that is too narrow to draw each call: how busy it was, pixel column by pixel column. */
import type { DensityColumn } from './results.ts'
import { eachOverlapping } from './ranges.ts'
import { type CallColumns, STATUSES, type TimeRange } from './types.ts'

/** A worker of a task, or all of its workers. */
export interface DensityLane {
  /** A number of {@link CallColumns.lane}. */
  readonly lane: number
  readonly workerIndex?: number | undefined
  /** Handlers that may run at once in it: so many make it wholly busy. @default 1 */
  readonly slots?: number | undefined
}

const FAILED = STATUSES.indexOf('failed')
const RUNNING = STATUSES.indexOf('running')

/**
 * What the calls of a lane add up to in each of `count` columns of the range. A call counts as failed in the column in which
 * it ended.
 */
export function densityOf(
  columns: CallColumns,
  { lane, workerIndex, slots = 1 }: DensityLane,
  range: TimeRange,
  count: number,
  now: number,
): DensityColumn[] {
  const width = (range.end - range.start) / count
  if (!(width > 0)) return []
  const busy = new Float64Array(count)
  const calls = new Uint32Array(count)
  const failed = new Uint32Array(count)
  eachOverlapping(columns, range, (slot) => {
    if (columns.lane[slot] !== lane) return
    if (workerIndex !== undefined && columns.worker[slot] !== workerIndex) return
    const start = columns.started[slot] as number
    if (Number.isNaN(start)) return
    const end = runEndAt(columns, slot, now)
    const from = Math.max(start, range.start)
    const to = Math.min(end, range.end)
    if (to < from) return
    const first = columnOf(from)
    // Where it ends with a column, it is not in the next.
    const last = Math.max(first, Math.min(count, Math.ceil((to - range.start) / width)) - 1)
    for (let column = first; column <= last; column++) {
      const left = range.start + column * width
      busy[column] = (busy[column] as number) + Math.max(0, Math.min(to, left + width) - Math.max(from, left))
      calls[column] = (calls[column] as number) + 1
    }
    if (columns.status[slot] === FAILED && end <= range.end) failed[last] = (failed[last] as number) + 1
  })
  return Array.from(busy, (ms, column) => ({
    busy: Math.min(1, ms / (width * slots)),
    calls: calls[column] as number,
    failed: failed[column] as number,
  }))

  function columnOf(time: number): number {
    return Math.min(count - 1, Math.floor((time - range.start) / width))
  }
}

/** When the handler of a call that has started ended: as its worker says, else when the call was over, else now. */
export function runEndAt(columns: CallColumns, slot: number, now: number): number {
  const known = columns.runEnd[slot] as number
  if (!Number.isNaN(known)) return known
  if (columns.status[slot] === RUNNING) return now
  const settled = columns.settled[slot] as number
  return Number.isNaN(settled) ? now : settled
}

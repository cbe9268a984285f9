/** How busy a lane was in each pixel column, for lanes that are too narrow to draw each call. */
import type { DensityColumn } from './results.ts'
import { eachOverlapping } from './ranges.ts'
import { linear, type TimeScale } from './time-scale.ts'
import { type CallColumns, STATUSES, type TimeRange } from './types.ts'

/** A worker of a task, or all of its workers. */
export interface DensityLane {
  /** A number of {@link CallColumns.lane}. */
  readonly lane: number
  readonly workerIndex?: number | undefined
  /** How many handlers may run at once in it: this many make it fully busy. @default 1 */
  readonly slots?: number | undefined
}

const FAILED = STATUSES.indexOf('failed')
const RUNNING = STATUSES.indexOf('running')

/**
 * What the calls of a lane add up to in each of `count` columns of the range, which a scale may make of different lengths. A call
 * counts as failed in the column in which it ended.
 */
export function densityOf(
  columns: CallColumns,
  { lane, workerIndex, slots = 1 }: DensityLane,
  range: TimeRange,
  count: number,
  now: number,
  scale: TimeScale = linear(range, count),
): DensityColumn[] {
  if (!(range.end > range.start)) return []
  const busy = new Float64Array(count)
  const calls = new Uint32Array(count)
  const failed = new Uint32Array(count)
  eachOverlapping(columns, range, (slot) => {
    if (columns.lane[slot] !== lane) return
    if (workerIndex !== undefined && columns.worker[slot] !== workerIndex) return
    const start = columns.started[slot] as number
    if (Number.isNaN(start)) return
    const end = runEndAt(columns, slot, now)
    if (end < range.start || start > range.end || end < start) return
    const from = Math.max(0, scale.x(start))
    const to = Math.min(count, scale.x(end))
    const first = Math.min(count - 1, Math.floor(from))
    // A call that ends exactly at the end of a column is not in the next one.
    const last = Math.max(first, Math.min(count, Math.ceil(to)) - 1)
    for (let column = first; column <= last; column++) {
      const share = Math.min(to, column + 1) - Math.max(from, column)
      busy[column] = (busy[column] as number) + Math.max(0, share)
      calls[column] = (calls[column] as number) + 1
    }
    if (columns.status[slot] === FAILED && end <= range.end) failed[last] = (failed[last] as number) + 1
  })
  return Array.from(busy, (share, column) => ({
    busy: Math.min(1, share / slots),
    calls: calls[column] as number,
    failed: failed[column] as number,
  }))
}

/** When the handler of a started call ended: the worker's time, else the end of the call, else now. */
export function runEndAt(columns: CallColumns, slot: number, now: number): number {
  const known = columns.runEnd[slot] as number
  if (!Number.isNaN(known)) return known
  if (columns.status[slot] === RUNNING) return now
  const settled = columns.settled[slot] as number
  return Number.isNaN(settled) ? now : settled
}

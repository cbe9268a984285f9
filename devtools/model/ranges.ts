/** Finds the calls, and the other items, that overlap a range of time. */
import type { CallColumns, TimeRange } from './types.ts'

/** The number of calls that were made by this time. */
export function madeBy(columns: CallColumns, time: number): number {
  let low = 0
  let high = columns.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((columns.created[columns.slotAt(middle)] as number) <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** Calls `visit` with the slot of each call that overlaps the range, in the order of creation. Open calls never end. */
export function eachOverlapping(columns: CallColumns, range: TimeRange, visit: (slot: number) => void): void {
  const last = madeBy(columns, range.end)
  for (let rank = 0; rank < last; rank++) {
    const slot = columns.slotAt(rank)
    // Written as a negation, because the end of an open call is NaN.
    if (!((columns.settled[slot] as number) < range.start)) visit(slot)
  }
}

/** The items with a start and a length that overlap the range. */
export function overlapping<Thing extends { readonly startTime: number; readonly durationMs: number }>(
  things: readonly Thing[],
  range: TimeRange | undefined,
): readonly Thing[] {
  if (range === undefined) return things
  return things.filter(
    ({ startTime, durationMs }) => startTime <= range.end && startTime + durationMs >= range.start,
  )
}

/** The items with a single time that are in the range. */
export function within<Thing extends { readonly time: number }>(
  things: readonly Thing[],
  range: TimeRange | undefined,
): readonly Thing[] {
  return range === undefined ? things : things.filter(({ time }) => time >= range.start && time <= range.end)
}

/** The length of the overlap of two ranges, or 0. */
export function overlapMs(one: TimeRange, other: TimeRange): number {
  return Math.max(0, Math.min(one.end, other.end) - Math.max(one.start, other.start))
}

/** Times as pixels: the window of the timeline, and round numbers for its axis. */
import type { TimeRange } from '../model/types.ts'

/** The least that fills the window, in ms. */
const LEAST_MS = 1

/** A window that is `factor` times as long, with the time at `anchor` where it was. */
export function zoomed({ start, end }: TimeRange, factor: number, anchor: number): TimeRange {
  const length = Math.max(LEAST_MS, (end - start) * factor)
  const share = (anchor - start) / (end - start)
  const from = anchor - share * length
  return { start: from, end: from + length }
}

export function panned({ start, end }: TimeRange, share: number): TimeRange {
  const by = (end - start) * share
  return { start: start + by, end: end + by }
}

/** Round times in the window, about one for each `width` px of `pixels`. */
export function ticksOf({ start, end }: TimeRange, origin: number, pixels: number, width = 90): number[] {
  const wanted = ((end - start) * width) / Math.max(pixels, 1)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= wanted) ?? 10 * power
  const first = Math.ceil((start - origin) / step)
  const last = Math.floor((end - origin) / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => origin + (first + index) * step)
}

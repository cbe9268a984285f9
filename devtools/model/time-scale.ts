/** Maps times to positions in a row of columns, such as pixels. */
import type { TimeRange } from './types.ts'

/** Both directions are inverse: `timeAt(x(time))` is the time. */
export interface TimeScale {
  /** In columns from the left. Negative before the first column. */
  readonly x: (time: number) => number
  readonly timeAt: (x: number) => number
}

/** Divides a range into columns of equal length. */
export function linear({ start, end }: TimeRange, count: number): TimeScale {
  const width = (end - start) / count
  return { x: (time) => (time - start) / width, timeAt: (x) => start + x * width }
}

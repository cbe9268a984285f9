/** Times as places in a row of columns, such as pixels. */
import type { TimeRange } from './types.ts'

/** Both directions, which agree: `timeAt(x(time))` is the time. */
export interface TimeScale {
  /** In columns from the left; what is before the first is below 0. */
  readonly x: (time: number) => number
  readonly timeAt: (x: number) => number
}

/** A range over so many columns, each as long as the others. */
export function linear({ start, end }: TimeRange, count: number): TimeScale {
  const width = (end - start) / count
  return { x: (time) => (time - start) / width, timeAt: (x) => start + x * width }
}

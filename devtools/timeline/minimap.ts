/** The minimap: how busy all workers were over the whole recording. It is redrawn at most twice a second. */
import { runEndAt } from '../model/density.ts'
import type { CallColumns, TimeRange } from '../model/types.ts'

const LEAST_AGE_MS = 500

export class Minimap {
  /** Of each column, the share of its time in which workers ran calls, added up over the workers. */
  busy: Float64Array = new Float64Array(0)
  /** What the columns cover. */
  whole: TimeRange = { start: 0, end: 1 }
  private madeAt = Number.NEGATIVE_INFINITY
  private madeFor = ''

  /** `key` says what else than time asks for another one: the session, its size, the width. */
  update(
    columns: CallColumns,
    whole: TimeRange,
    count: number,
    isShown: (lane: number) => boolean,
    now: number,
    key: string,
  ): void {
    const time = performance.now()
    if (key === this.madeFor && time - this.madeAt < LEAST_AGE_MS) return
    this.madeFor = key
    this.madeAt = time
    this.whole = whole
    this.busy = busyOf(columns, whole, count, isShown, now)
  }
}

function busyOf(
  columns: CallColumns,
  { start, end }: TimeRange,
  count: number,
  isShown: (lane: number) => boolean,
  now: number,
): Float64Array {
  const busy = new Float64Array(count)
  const width = (end - start) / count
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    const from = ((columns.started[slot] as number) - start) / width
    if (Number.isNaN(from) || !isShown(columns.lane[slot] as number)) continue
    const to = Math.min(count, (runEndAt(columns, slot, now) - start) / width)
    for (let column = Math.max(0, Math.floor(from)); column < to; column++)
      busy[column] = (busy[column] as number) + Math.min(to, column + 1) - Math.max(from, column)
  }
  return busy
}

/** The minimap shows how busy all workers were over the whole recording. It is redrawn at most twice a second. */
import { runEndAt } from '../model/density.ts'
import { linear, type TimeScale } from '../model/time-scale.ts'
import type { CallColumns } from '../model/types.ts'

const LEAST_AGE_MS = 500

export class Minimap {
  /** For each column, the share of its time in which workers ran calls, summed over the workers. */
  busy: Float64Array = new Float64Array(0)
  /** Where its columns are. */
  scale: TimeScale = linear({ start: 0, end: 1 }, 1)
  private madeAt = Number.NEGATIVE_INFINITY
  private madeFor = ''

  /** `scale` has `count` columns; `key` says what else than time asks for another one: the session, its size, the width, the folds. */
  update(
    columns: CallColumns,
    scale: TimeScale,
    count: number,
    isShown: (lane: number) => boolean,
    now: number,
    key: string,
  ): void {
    const time = performance.now()
    if (key === this.madeFor && time - this.madeAt < LEAST_AGE_MS) return
    this.madeFor = key
    this.madeAt = time
    this.scale = scale
    this.busy = busyOf(columns, scale, count, isShown, now)
  }
}

function busyOf(
  columns: CallColumns,
  { x }: TimeScale,
  count: number,
  isShown: (lane: number) => boolean,
  now: number,
): Float64Array {
  const busy = new Float64Array(count)
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    const started = columns.started[slot] as number
    if (Number.isNaN(started) || !isShown(columns.lane[slot] as number)) continue
    const from = x(started)
    const to = Math.min(count, x(runEndAt(columns, slot, now)))
    for (let column = Math.max(0, Math.floor(from)); column < to; column++)
      busy[column] = (busy[column] as number) + Math.min(to, column + 1) - Math.max(from, column)
  }
  return busy
}

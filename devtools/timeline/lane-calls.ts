/** The calls in the window by the lane of their task: read out of the columns once for a picture, however many lanes there are. */
import { eachOverlapping } from '../model/ranges.ts'
import type { CallColumns, TimeRange } from '../model/types.ts'

/** For each task that has calls in the range, columns with those alone. */
export function callsByLane(columns: CallColumns, range: TimeRange): ReadonlyMap<number, CallColumns> {
  const slots = new Map<number, number[]>()
  eachOverlapping(columns, range, (slot) => {
    const lane = columns.lane[slot] as number
    const own = slots.get(lane)
    if (own === undefined) slots.set(lane, [slot])
    else own.push(slot)
  })
  return new Map([...slots].map(([lane, own]) => [lane, only(columns, own)]))
}

/** The same columns with some of the calls: a rank is a place in `slots`, which are by the time of their making. */
export function only(columns: CallColumns, slots: readonly number[]): CallColumns {
  const { created, admitted, sent, started, runEnd, settled, status, lane, worker, trace, lanes } = columns
  return {
    ...{ created, admitted, sent, started, runEnd, settled, status, lane, worker, trace, lanes },
    traceNumber: columns.traceNumber,
    length: slots.length,
    slotAt: (rank) => slots[rank] as number,
  }
}

/** Of a task's calls, those of one worker. */
export function ofWorker(columns: CallColumns, index: number): number[] {
  const slots: number[] = []
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    if (columns.worker[slot] === index) slots.push(slot)
  }
  return slots
}

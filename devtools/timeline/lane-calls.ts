/** The calls in the window by task. The columns are read once per picture, however many lanes there are. */
import { eachOverlapping } from '../model/ranges.ts'
import type { CallColumns, TimeRange } from '../model/types.ts'

/** Columns for each task that has calls in the range, with only those calls. */
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

/** The same columns with only some of the calls. A rank is an index of `slots`, which is in the order of creation. */
export function only(columns: CallColumns, slots: readonly number[]): CallColumns {
  const { created, admitted, sent, started, runEnd, settled, status, lane, worker, trace, lanes } = columns
  return {
    ...{ created, admitted, sent, started, runEnd, settled, status, lane, worker, trace, lanes },
    traceNumber: columns.traceNumber,
    length: slots.length,
    slotAt: (rank) => slots[rank] as number,
  }
}

/** The calls of one worker among those of a task. */
export function ofWorker(columns: CallColumns, index: number): number[] {
  const slots: number[] = []
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    if (columns.worker[slot] === index) slots.push(slot)
  }
  return slots
}

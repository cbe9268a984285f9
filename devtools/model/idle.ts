/** Finds long idle periods: no call was open, no worker started or ended, no frame was long, and no interaction happened. */
import type { DevtoolsSession, TimeRange } from './types.ts'
import { subtract } from './utilisation.ts'

/** The shortest idle period, in ms. */
export const LEAST_IDLE_MS = 2_000
/** How much of a period stays visible at each end, in ms, so that events keep their distance from the fold. */
const MARGIN_MS = 200

type Recorded = Pick<DevtoolsSession, 'columns' | 'workers' | 'frames' | 'interactions'>

/** The idle periods in a range, in order of time. */
export function idleIn(session: Recorded, { start, end }: TimeRange): readonly TimeRange[] {
  const quiet: TimeRange[] = []
  const { columns } = session
  let until = start
  const add = (next: number): void => {
    if (next - until >= LEAST_IDLE_MS) quiet.push({ start: until, end: next })
  }
  // Most recordings have no gap between their calls, so everything else is only read if there is one.
  for (let rank = 0; rank < columns.length && until < end; rank++) {
    const slot = columns.slotAt(rank)
    add(Math.min(end, columns.created[slot] as number))
    const settled = columns.settled[slot] as number
    until = Math.max(until, Number.isNaN(settled) ? Number.POSITIVE_INFINITY : settled)
  }
  add(end)
  if (quiet.length === 0) return quiet
  const things = otherThings(session)
  // One by one: together, two gaps separated by a call of zero length would merge.
  return quiet
    .flatMap((range) => subtract([range], things))
    .filter((range) => range.end - range.start >= LEAST_IDLE_MS)
    .map((range) => ({ start: range.start + MARGIN_MS, end: range.end - MARGIN_MS }))
}

/** The other events, besides calls, by their start. */
function otherThings(session: Recorded): TimeRange[] {
  const moments = [...session.frames(), ...session.interactions()]
  const things: TimeRange[] = moments.map(({ startTime, durationMs }) => ({
    start: startTime,
    end: startTime + durationMs,
  }))
  for (const { spawnTime, readyTime, endTime } of session.workers()) {
    things.push({ start: spawnTime, end: readyTime ?? endTime ?? Number.POSITIVE_INFINITY })
    if (endTime !== undefined) things.push({ start: endTime, end: endTime })
  }
  return things.sort((a, b) => a.start - b.start)
}

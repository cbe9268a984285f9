/** Long stretches in which nothing happened: no call was open, no worker started or ended, no frame was long, and there was no interaction. */
import type { DevtoolsSession, TimeRange } from './types.ts'
import { subtract } from './utilisation.ts'

/** From this length on, in ms. */
export const LEAST_IDLE_MS = 2_000
/** Of a stretch that is left at each end, so that what happened keeps its distance from the fold, in ms. */
const MARGIN_MS = 200

type Recorded = Pick<DevtoolsSession, 'columns' | 'workers' | 'frames' | 'interactions'>

/** Within a range, in the order of time. */
export function idleIn(session: Recorded, { start, end }: TimeRange): readonly TimeRange[] {
  const quiet: TimeRange[] = []
  const { columns } = session
  let until = start
  const add = (next: number): void => {
    if (next - until >= LEAST_IDLE_MS) quiet.push({ start: until, end: next })
  }
  // Most recordings have none between their calls: all else is asked only then.
  for (let rank = 0; rank < columns.length && until < end; rank++) {
    const slot = columns.slotAt(rank)
    add(Math.min(end, columns.created[slot] as number))
    const settled = columns.settled[slot] as number
    until = Math.max(until, Number.isNaN(settled) ? Number.POSITIVE_INFINITY : settled)
  }
  add(end)
  if (quiet.length === 0) return quiet
  const things = otherThings(session)
  // One by one: together, two with a call of no length between them would be one.
  return quiet
    .flatMap((range) => subtract([range], things))
    .filter((range) => range.end - range.start >= LEAST_IDLE_MS)
    .map((range) => ({ start: range.start + MARGIN_MS, end: range.end - MARGIN_MS }))
}

/** What happened beside calls, by its start. */
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

/** Computes where the axis of a recording begins and ends. */
import { LEAST_IDLE_MS } from '../model/idle.ts'
import type { DevtoolsSession, TimeRange } from '../model/types.ts'

/** A timeline always covers at least this much of a recording, in ms. */
const LEAST_SHOWN_MS = 1_000
/** How far the axis continues after the last event, in ms. Shorter than an idle period that is folded. */
const AFTER_MS = LEAST_IDLE_MS / 2
/** How many of the newest calls are checked for the last event. */
const NEWEST = 200

/** From the first known event until now, or until soon after the last one. */
export function extentOf(session: DevtoolsSession): TimeRange {
  const { columns, startTime } = session
  const first = columns.length > 0 ? (columns.created[columns.slotAt(0)] as number) : startTime
  const start = Math.min(first, startTime)
  return { start, end: Math.max(lastTime(session), start + LEAST_SHOWN_MS) }
}

/** Where the axis ends: now while something is open, else soon after the last event. */
function lastTime(session: DevtoolsSession): number {
  const { columns } = session
  if (!session.isLive || session.openCount > 0) return session.now()
  let last = session.startTime
  for (let rank = Math.max(0, columns.length - NEWEST); rank < columns.length; rank++) {
    const settled = columns.settled[columns.slotAt(rank)] as number
    if (Number.isNaN(settled)) return session.now()
    last = Math.max(last, settled)
  }
  return Math.min(session.now(), last + AFTER_MS)
}

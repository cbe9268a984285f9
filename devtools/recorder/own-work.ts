/** What the panel itself does on the main thread: it is taken out of the long frames, which are about the page. */
import type { FrameRow, TimeRange } from '../model/types.ts'
import { overlapMs } from '../model/ranges.ts'

/** Shorter work, in ms, makes no frame long. */
const LEAST_MS = 0.5
/** Frames are reported soon after they end: older work is in none. */
const MOST_WINDOWS = 512
/** A frame is long from here on, in ms. */
const LONG_MS = 50

const windows: TimeRange[] = []

/** Does work of the panel, and remembers when. */
export function asOwnWork<Result>(work: () => Result): Result {
  const start = performance.now()
  try {
    return work()
  } finally {
    noteOwnWork(start, performance.now())
  }
}

/** The panel worked in this time. */
export function noteOwnWork(start: number, end: number): void {
  if (end - start < LEAST_MS) return
  windows.push({ start, end })
  if (windows.length > MOST_WINDOWS) windows.splice(0, MOST_WINDOWS / 2)
}

/** The frame, with the panel's part in it; null where it would not have been long without. */
export function withoutOwnWork(frame: FrameRow): FrameRow | null {
  const { startTime, durationMs, blockingMs } = frame
  const ownMs = ownWorkMs({ start: startTime, end: startTime + durationMs })
  if (ownMs === 0) return frame
  if (durationMs - ownMs < LONG_MS) return null
  return { ...frame, ownMs, blockingMs: Math.max(0, blockingMs - ownMs) }
}

/** Windows may hold others: a turn of the store draws, too. */
function ownWorkMs(range: TimeRange): number {
  let ms = 0
  let until = range.start
  for (const { start, end } of windows.toSorted((a, b) => a.start - b.start)) {
    ms += overlapMs({ start: Math.max(start, until), end }, range)
    until = Math.max(until, end)
  }
  return ms
}

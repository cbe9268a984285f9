/** Tracks the panel's own work on the main thread, and subtracts it from long frames, which should describe the page. */
import type { FrameRow, TimeRange } from '../model/types.ts'
import { overlapMs } from '../model/ranges.ts'

/** Work shorter than this, in ms, makes no frame long. */
const LEAST_MS = 0.5
/** Frames are reported soon after they end, so work older than this is in none that is still to come. */
const MOST_WINDOWS = 512
/** The shortest long frame, in ms. */
const LONG_MS = 50

const windows: TimeRange[] = []

/** Runs work of the panel, and remembers when. */
export function asOwnWork<Result>(work: () => Result): Result {
  const start = performance.now()
  try {
    return work()
  } finally {
    noteOwnWork(start, performance.now())
  }
}

/** Notes that the panel worked during this time. */
export function noteOwnWork(start: number, end: number): void {
  if (end - start < LEAST_MS) return
  windows.push({ start, end })
  if (windows.length > MOST_WINDOWS) windows.splice(0, MOST_WINDOWS / 2)
}

/** The frame, with the panel's share in it. Null if it would not have been long without the panel. */
export function withoutOwnWork(frame: FrameRow): FrameRow | null {
  const { startTime, durationMs, blockingMs } = frame
  const ownMs = ownWorkMs({ start: startTime, end: startTime + durationMs })
  if (ownMs === 0) return frame
  if (durationMs - ownMs < LONG_MS) return null
  return { ...frame, ownMs, blockingMs: Math.max(0, blockingMs - ownMs) }
}

/** Periods of work may contain others, because a turn of the store also draws. */
function ownWorkMs(range: TimeRange): number {
  let ms = 0
  let until = range.start
  for (const { start, end } of windows.toSorted((a, b) => a.start - b.start)) {
    ms += overlapMs({ start: Math.max(start, until), end }, range)
    until = Math.max(until, end)
  }
  return ms
}

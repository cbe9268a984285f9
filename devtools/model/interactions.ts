/** What an interaction waited for: the long frame that painted it, and the calls whose results ran on the page in it. */
import { eachOverlapping, overlapMs } from './ranges.ts'
import type { InteractionCause, PageWork } from './results.ts'
import type { CallRow, DevtoolsSession, FrameRow, InteractionRow, ScriptRow, TimeRange } from './types.ts'

/** The parts of a session that are read here. */
export type CallSource = Pick<DevtoolsSession, 'columns' | 'callAt' | 'call' | 'progress'>

/** Scripts that run because a worker sent a message: the message handler, and the code that awaited the promise. */
const FROM_WORKERS = /Worker|MessagePort|onmessage/

/**
 * The frame is the one that overlaps the interaction most. A script of it that a worker's message has begun is put down to the calls
 * that settled in it, any script to the calls whose progress was told in it; where the browser tells of no scripts, the whole frame is.
 */
export function causeOf(
  interaction: InteractionRow,
  frames: readonly FrameRow[],
  source: CallSource,
): InteractionCause {
  const during = rangeOf(interaction)
  let frame: FrameRow | undefined
  let most = 0
  for (const each of frames) {
    const ms = overlapMs(during, rangeOf(each))
    if (ms <= most) continue
    most = ms
    frame = each
  }
  return { interaction, frame, work: frame === undefined ? [] : workIn(frame, source) }
}

/** Work on behalf of calls in a frame, longest first. */
export function workIn(frame: FrameRow, source: CallSource): PageWork[] {
  const stretches: readonly (ScriptRow | undefined)[] = frame.scripts.length > 0 ? frame.scripts : [undefined]
  return stretches
    .map((script): PageWork => {
      const stretch = rangeOf(script ?? frame)
      const isFromWorker = script === undefined || FROM_WORKERS.test(script.invoker)
      return {
        script,
        durationMs: stretch.end - stretch.start,
        calls: isFromWorker ? settledIn(stretch, source) : [],
        progress: progressIn(stretch, source),
      }
    })
    .filter(({ calls, progress }) => calls.length + progress.length > 0)
    .sort((a, b) => b.durationMs - a.durationMs)
}

function settledIn(stretch: TimeRange, { columns, callAt }: CallSource): CallRow[] {
  const calls: CallRow[] = []
  eachOverlapping(columns, stretch, (slot) => {
    if ((columns.settled[slot] as number) <= stretch.end) calls.push(callAt(slot))
  })
  return calls
}

/** Each call once, however often its progress was delivered. */
function progressIn(stretch: TimeRange, source: CallSource): CallRow[] {
  const rows = new Set(source.progress(stretch).map(({ row }) => row))
  return [...rows].flatMap((row) => source.call(row) ?? [])
}

function rangeOf({
  startTime,
  durationMs,
}: {
  readonly startTime: number
  readonly durationMs: number
}): TimeRange {
  return { start: startTime, end: startTime + durationMs }
}

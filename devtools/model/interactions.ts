/** What an interaction waited for: the long frame that it was painted with, and the calls whose results ran on the page in it. */
import { eachOverlapping, overlapMs } from './ranges.ts'
import type { InteractionCause, PageWork } from './results.ts'
import type { CallColumns, CallRow, FrameRow, InteractionRow, ScriptRow } from './types.ts'

/** What is asked of a session. */
export interface CallSource {
  readonly columns: CallColumns
  readonly callAt: (slot: number) => CallRow
}

/** Scripts that run because a worker has sent something: the handler of the message, and what waited for the promise. */
const FROM_WORKERS = /Worker|MessagePort|onmessage/

/**
 * The frame is the one that overlaps the interaction most. A script of it that a worker's message has begun is put down to the calls
 * that settled in it; where the browser tells of no scripts, the whole frame is put down to the calls that settled in it.
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

/** Work on behalf of calls in a frame, what took longest first. */
export function workIn(frame: FrameRow, source: CallSource): PageWork[] {
  const scripts = frame.scripts.filter(({ invoker }) => FROM_WORKERS.test(invoker))
  const work: PageWork[] = scripts.map((script) => ({
    script,
    durationMs: script.durationMs,
    calls: settledIn(script, source),
  }))
  if (frame.scripts.length === 0) {
    const calls = settledIn(frame, source)
    if (calls.length > 0) work.push({ script: undefined, durationMs: frame.durationMs, calls })
  }
  return work.sort((a, b) => b.durationMs - a.durationMs)
}

function settledIn(stretch: ScriptRow | FrameRow, { columns, callAt }: CallSource): CallRow[] {
  const { start, end } = rangeOf(stretch)
  const calls: CallRow[] = []
  eachOverlapping(columns, { start, end }, (slot) => {
    if ((columns.settled[slot] as number) <= end) calls.push(callAt(slot))
  })
  return calls
}

function rangeOf({ startTime, durationMs }: { readonly startTime: number; readonly durationMs: number }) {
  return { start: startTime, end: startTime + durationMs }
}

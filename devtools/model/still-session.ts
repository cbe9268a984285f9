/** A session that does not change: from a file, or a snapshot of a recording from when its reader paused the view. */
import { columnsOf } from './columns.ts'
import { overlapping, within } from './ranges.ts'
import type {
  CallRow,
  DevtoolsSession,
  EventRow,
  FrameRow,
  InteractionRow,
  ProgressRow,
  RootRow,
  RuntimeRow,
  SpanRow,
  TaskRow,
  TimeRange,
  WorkerRow,
} from './types.ts'

/** The contents of the file, as JSON. `version` increases with each change that an older panel could not read. */
export interface SessionFile {
  readonly format: 'atelier-session'
  readonly version: 1
  readonly startTime: number
  readonly endTime: number
  readonly timeOrigin: number
  readonly droppedCalls: number
  readonly earlierCalls: number
  readonly runtimes: readonly RuntimeRow[]
  readonly tasks: readonly TaskRow[]
  readonly workers: readonly WorkerRow[]
  readonly calls: readonly CallRow[]
  readonly spans: readonly SpanRow[]
  readonly roots: readonly RootRow[]
  readonly frames: readonly FrameRow[]
  readonly interactions: readonly InteractionRow[]
  readonly progress: readonly ProgressRow[]
  readonly hidden: readonly TimeRange[]
  readonly events: readonly EventRow[]
}

export const FORMAT = 'atelier-session'
export const VERSION = 1

/** Everything that a session holds now. */
export function contentsOf(session: DevtoolsSession): SessionFile {
  return {
    format: FORMAT,
    version: VERSION,
    startTime: session.startTime,
    endTime: session.now(),
    timeOrigin: session.timeOrigin,
    droppedCalls: session.droppedCalls,
    earlierCalls: session.earlierCalls,
    runtimes: session.runtimes(),
    tasks: session.tasks(),
    // Copied, because a recording keeps writing to these lists and to the rows of live workers.
    workers: session.workers().map((worker) => ({ ...worker })),
    calls: session.calls(),
    spans: [...session.spans()],
    roots: [...session.roots()],
    frames: [...session.frames()],
    interactions: [...session.interactions()],
    progress: [...session.progress()],
    hidden: session.hidden().map((range) => ({ ...range })),
    events: [...session.events()],
  }
}

/** The contents as a session, read-only. */
export function sessionOf(file: SessionFile): DevtoolsSession {
  const { columns, sorted } = columnsOf(file.calls)
  const open = sorted.filter(({ settledTime }) => settledTime === undefined)
  const byRow = new Map(sorted.map((call) => [call.row, call]))
  const isIn = (call: CallRow, range: TimeRange | undefined) =>
    range === undefined ||
    (call.createdTime <= range.end && (call.settledTime ?? Number.POSITIVE_INFINITY) >= range.start)
  return {
    isLive: false,
    version: 0,
    startTime: file.startTime,
    timeOrigin: file.timeOrigin,
    now: () => file.endTime,
    subscribe: () => () => {},
    droppedCalls: file.droppedCalls,
    earlierCalls: file.earlierCalls,
    columns,
    calls: (range) => sorted.filter((call) => isIn(call, range)),
    openCalls: () => open,
    openCount: open.length,
    call: (row) => byRow.get(row),
    callAt: (slot) => sorted[slot] as CallRow,
    callsOfTrace: (traceId) => sorted.filter((call) => call.traceId === traceId),
    spans: () => file.spans,
    spansOfTrace: (traceId) => file.spans.filter(({ row }) => byRow.get(row)?.traceId === traceId),
    roots: () => file.roots,
    runtimes: () => file.runtimes,
    tasks: () => file.tasks,
    workers: () => file.workers,
    frames: (range) => overlapping(file.frames, range),
    interactions: (range) => overlapping(file.interactions, range),
    progress: (range) => within(file.progress, range),
    hidden: (range) =>
      file.hidden.filter(({ start, end }) => !range || (start <= range.end && end >= range.start)),
    events: () => file.events,
  }
}

/** A snapshot of a session. The parts that query the page still work. */
export function stillOf(session: DevtoolsSession): DevtoolsSession {
  return { ...sessionOf(contentsOf(session)), isLive: session.isLive, actions: session.actions }
}

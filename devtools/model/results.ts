/** The result types of the model's functions, which are pure and read a session's rows and columns. */
import type { CallRow, FrameRow, InteractionRow, ScriptRow, TimeRange } from './types.ts'

/** One column of pixels of a lane that is too narrow to draw each call. */
export interface DensityColumn {
  /** The share of the column's time in which its workers ran calls, 0 to 1. */
  readonly busy: number
  readonly calls: number
  readonly failed: number
}

/** How one worker spent a stretch of time, in ms. */
export interface Utilisation {
  readonly workerIndex: number
  readonly busyMs: number
  readonly startingMs: number
  readonly idleMs: number
  /** The part of `idleMs` in which accepted calls of its task waited. */
  readonly idleWhileWaitingMs: number
  readonly idleWhileWaiting: readonly TimeRange[]
}

/** The queue of a task from `time` until the next point. */
export interface QueuePoint {
  readonly time: number
  readonly blocked: number
  readonly pending: number
}

/** How a session is doing, in one word. */
export type VerdictName = 'idle' | 'healthy' | 'saturated' | 'page-bound' | 'crashing' | 'failed'

/** The verdict: one word, the reason, and where to look. */
export interface Verdict {
  readonly name: VerdictName
  /** A sentence with figures. */
  readonly text: string
  /** The call filter that shows the evidence. Empty if there is nothing to show. */
  readonly filter: string
  readonly view: 'timeline' | 'tasks' | 'calls' | 'events'
  readonly taskIds: readonly string[]
}

/** The calls of one trace, in figures. */
export interface TraceSummary {
  readonly traceId: string
  readonly name?: string | undefined
  readonly startTime: number
  readonly endTime: number
  readonly isOpen: boolean
  readonly totalMs: number
  /** On the critical path. */
  readonly waitedMs: number
  readonly ranMs: number
  /** The time on the critical path in which no call was open: it belongs to the page. */
  readonly pageMs: number
  readonly calls: number
  readonly errors: number
}

/** The phases of a call. */
export type PathPhase = 'blocked' | 'pending' | 'running' | 'returning' | 'page'

/** One segment of the critical path. `page` has no call. */
export interface PathSegment {
  readonly phase: PathPhase
  readonly start: number
  readonly end: number
  readonly call?: CallRow | undefined
}

/** One line of the waterfall. */
export interface WaterfallRow {
  readonly id: string
  readonly kind: 'trace' | 'call' | 'span' | 'page'
  readonly label: string
  readonly depth: number
  readonly startTime: number
  readonly endTime: number
  readonly phases: readonly PathSegment[]
  readonly isCritical: boolean
  readonly hasError: boolean
  readonly childCount: number
  readonly call?: CallRow | undefined
}

/** Why a trace took as long as it did. */
export interface Why {
  /** "11.3 s, of which 96 % waiting: 3.19 s for parse, 6.79 s for analyze. Ran 175 ms. …" */
  readonly text: string
  readonly totalMs: number
  readonly waitedMs: number
  readonly ranMs: number
  readonly pageMs: number
  readonly path: readonly PathSegment[]
  readonly frames: readonly FrameRow[]
}

/** What ran in the frame of an interaction. */
export interface InteractionCause {
  readonly interaction: InteractionRow
  readonly frame: FrameRow | undefined
  readonly work: readonly PageWork[]
}

/** Work of the page on behalf of calls, within a frame. */
export interface PageWork {
  /** The script that it ran in. Undefined if the browser reports none. */
  readonly script: ScriptRow | undefined
  readonly durationMs: number
  /** Calls whose results were delivered, and whose telemetry was written, in it. */
  readonly calls: readonly CallRow[]
  /** Calls whose progress was delivered in it. */
  readonly progress: readonly CallRow[]
}

/** A parsed filter. */
export interface CallFilter {
  readonly text: string
  /** The terms that could not be parsed, such as `wait:soon`. */
  readonly problems: readonly string[]
  matches(call: CallRow, now: number): boolean
}

/** The reader's choices, and the view of the session that the panel shows for them. */
import type { PageWork, TraceSummary, Verdict, WaterfallRow, Why } from '../model/results.ts'
import type {
  CallRow,
  EventRow,
  FrameRow,
  InteractionRow,
  RuntimeRow,
  TaskRow,
  WorkerRow,
} from '../model/types.ts'

export const TABS = ['timeline', 'tasks', 'calls', 'traces', 'events'] as const
export type Tab = (typeof TABS)[number]

export const SORTS = ['newest', 'total', 'wait', 'run'] as const
export type Sort = (typeof SORTS)[number]

/** A long frame of the page or an interaction, identified by its start. */
export interface Moment {
  readonly kind: 'frame' | 'interaction'
  readonly startTime: number
}

/** The reader's choices. */
export interface Choices {
  readonly isOpen: boolean
  readonly dock: 'bottom' | 'right' | 'window'
  /** The height or width of the dock, in px. */
  readonly size: number
  readonly tab: Tab
  readonly filter: string
  readonly sort: Sort
  /** {@link CallRow.row} of the call in the side pane. */
  readonly selected: number | undefined
  /** The trace in the side pane. */
  readonly traceId: string | undefined
  readonly runtimeId: number | undefined
  /** The view is paused. The runtime continues. */
  readonly isFrozen: boolean
  /** Long idle periods are folded on the timeline. */
  readonly isIdleFolded: boolean
  readonly isHelpOpen: boolean
  /** The rows of the list that are on the screen. */
  readonly firstRow: number
  readonly rowCount: number
  /** The last action of the panel, shown and announced to screen readers. */
  readonly notice: string
  /** Why there is nothing to show. */
  readonly problem: string | undefined
  /** The long frame or the interaction in the side pane. */
  readonly moment: Moment | undefined
}

/** The figures of the header. */
export interface Figures {
  readonly busyWorkers: number
  readonly workerLimit: number
  readonly waiting: number
  readonly oldestWaitMs: number
  readonly calls: number
  readonly failed: number
  /** In the last 60 s. */
  readonly p95WaitMs: number
  readonly p95RunMs: number
  readonly longestFrameMs: number
}

/** The rows of the list that are on the screen. */
export interface CallWindow {
  readonly total: number
  readonly recorded: number
  readonly first: number
  readonly rows: readonly CallRow[]
  /** The longest of them, for the bars. */
  readonly longestMs: number
  readonly problems: readonly string[]
  readonly suggestions: readonly string[]
}

/** The rows of the list of traces that are on the screen. */
export interface TraceWindow {
  /** The number of recorded traces. */
  readonly total: number
  /** The slowest of them. */
  readonly listed: number
  readonly first: number
  readonly rows: readonly TraceSummary[]
  /** The next slowest trace after the one in the side pane. */
  readonly next: string | undefined
}

/** A trace in the side pane. */
export interface TraceDetail {
  readonly summary: TraceSummary
  readonly why: Why
  readonly rows: readonly WaterfallRow[]
  readonly frames: readonly FrameRow[]
}

/** A call in the side pane. */
export interface CallDetail {
  readonly call: CallRow
  /** The waiting calls of its task that were made later. */
  readonly behind: number
  readonly task: TaskRow | undefined
}

/** A long frame or an interaction in the side pane. */
export interface MomentDetail {
  readonly interaction: InteractionRow | undefined
  /** Undefined for an interaction without a long frame. */
  readonly frame: FrameRow | undefined
  /** What ran in the frame on behalf of calls. */
  readonly work: readonly PageWork[]
}

/** The wait and run times of a task's calls, for its histograms. */
export interface TaskTimes {
  readonly task: TaskRow
  readonly workers: readonly WorkerRow[]
  readonly wait: Spread
  readonly run: Spread
  readonly crashes: number
}

/** The distribution of times on a logarithmic axis. */
export interface Spread {
  readonly p50: number
  readonly p95: number
  /** Counts below 1 ms, 3 ms, 10 ms, 30 ms, ... */
  readonly bins: readonly number[]
}

/** Everything that the panel renders. It is immutable: a new view replaces it. */
export interface PanelView extends Choices {
  readonly now: number
  readonly isLive: boolean
  readonly isRecording: boolean
  /** When the recording began: 0 on the axis. */
  readonly startTime: number
  readonly since: string
  readonly earlierCalls: number
  readonly droppedCalls: number
  readonly runtimes: readonly RuntimeRow[]
  readonly verdict: Verdict
  readonly figures: Figures
  /** A worker is slowed down on purpose, so the figures do not show the real speed of the page. */
  readonly isSimulated: boolean
  readonly list: CallWindow
  readonly call: CallDetail | undefined
  readonly trace: TraceDetail | undefined
  readonly momentDetail: MomentDetail | undefined
  readonly tasks: readonly TaskTimes[]
  readonly traces: TraceWindow
  readonly events: readonly EventRow[]
  /** By the ids of the runtime and the task. */
  readonly taskNames: ReadonlyMap<string, string>
}

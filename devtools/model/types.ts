/**
 * What the panel reads: the rows of a session, live or from a file. All times are in ms on the page's `performance.now()`.
 * An unknown time is absent.
 */
import type { QueuePolicy, TaskType, TerminateReason } from '../../src/index.ts'

/** A range of time, both ends included. */
export interface TimeRange {
  readonly start: number
  readonly end: number
}

/** Where a call is, or how it ended. The first four are open. */
export type CallStatus =
  | 'blocked'
  | 'pending'
  | 'starting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'rejected'

/** One call. */
export interface CallRow {
  /** Its number in the session, which grows with each call. */
  readonly row: number
  /** The id of its runtime: {@link RuntimeRow.id}. */
  readonly runtimeId: number
  /** Unique within its runtime. */
  readonly callId: string
  readonly taskId: string
  readonly taskName?: string | undefined
  readonly method: string
  readonly key?: string | undefined
  readonly traceId: string
  readonly traceName?: string | undefined
  readonly spanId: string
  readonly parentSpanId?: string | undefined
  readonly status: CallStatus
  readonly createdTime: number
  /** When the queue accepted it. Before that it was blocked. */
  readonly admittedTime?: number | undefined
  /** When it was last posted to a worker, which may have been busy. */
  readonly sentTime?: number | undefined
  /** When its handler last started, or was presumed to. The worker's own time replaces it when the call settles. */
  readonly startedTime?: number | undefined
  /** When its handler ended on the worker. */
  readonly runEndTime?: number | undefined
  readonly settledTime?: number | undefined
  /** The last worker that it was given to. */
  readonly workerIndex?: number | undefined
  /** Starts so far: more than one after a crash. */
  readonly attempt: number
  readonly errorType?: string | undefined
  readonly error?: string | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

/** A span that a handler asked for, inside a call. */
export interface SpanRow {
  readonly row: number
  readonly name: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly startTime: number
  readonly endTime: number
  readonly error?: string | undefined
}

/** A workflow that has ended, as `runtime.createTrace` made it. */
export interface RootRow {
  readonly runtimeId: number
  readonly traceId: string
  readonly spanId: string
  readonly name?: string | undefined
  readonly startTime: number
  readonly endTime: number
  readonly status?: 'ok' | 'error' | 'canceled' | undefined
}

/** One life of a worker: a restart makes another row. */
export interface WorkerRow {
  readonly runtimeId: number
  readonly taskId: string
  readonly workerIndex: number
  readonly spawnTime: number
  readonly readyTime?: number | undefined
  /** How much of its start time `setup` took, in ms. */
  readonly setupMs?: number | undefined
  /** The factor by which its answers are slowed down on request. What it reports since then is simulated. */
  readonly slowdown?: number | undefined
  readonly endTime?: number | undefined
  readonly end?: 'crash' | 'terminate' | undefined
  /** Why the runtime stopped it. */
  readonly reason?: TerminateReason | undefined
  readonly error?: string | undefined
}

/** A script that ran in a long frame. */
export interface ScriptRow {
  /** What called it, such as `Worker.onmessage`, or else the name of the function. */
  readonly invoker: string
  readonly source: string
  readonly startTime: number
  readonly durationMs: number
  /** How much of that forced layout took. */
  readonly layoutMs: number
}

/** A progress value that was delivered to its caller. */
export interface ProgressRow {
  /** {@link CallRow.row} */
  readonly row: number
  readonly time: number
}

/** A long frame of the page. */
export interface FrameRow {
  readonly startTime: number
  readonly durationMs: number
  /** Of the page: without the panel's own work. */
  readonly blockingMs: number
  /** What the panel itself took of it. */
  readonly ownMs?: number | undefined
  /** `longtask` where the browser has no long animation frames: those know no scripts. */
  readonly source: 'long-animation-frame' | 'longtask'
  readonly scripts: readonly ScriptRow[]
}

/** An interaction of the user with the page, as Event Timing reports it. */
export interface InteractionRow {
  readonly name: string
  readonly startTime: number
  /** To the next paint, to 8 ms. */
  readonly durationMs: number
  readonly processingStart: number
  readonly processingEnd: number
  /** Of the element: its tag, id and classes. */
  readonly target?: string | undefined
}

/** A task, with the newest that is known of it. */
export interface TaskRow {
  readonly runtimeId: number
  readonly taskId: string
  readonly taskName?: string | undefined
  readonly type: TaskType
  readonly status: 'idle' | 'active' | 'stopped' | 'failed' | 'gone'
  readonly inFlight: number
  readonly pending: number
  readonly blocked: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly workerCount: number
  readonly workerLimit: number
  /** Of a task that pages share: the place of this page, in words. */
  readonly shared?: string | undefined
  readonly counts: Readonly<
    Record<'dispatched' | 'succeeded' | 'failed' | 'canceled' | 'rejected' | 'requeued', number>
  >
  readonly options: readonly TaskOptionRow[]
}

/** An option of a task, as it is in force. */
export interface TaskOptionRow {
  readonly name: string
  /** As text: `4`, `'block'`, `off`. */
  readonly value: string
  readonly isDefault: boolean
}

/** A runtime of the page. */
export interface RuntimeRow {
  readonly id: number
  readonly name: string
  /** How many of the same name came before it; 0 for the first. */
  readonly ordinal: number
  readonly isDisposed: boolean
}

/** A line of the log. */
export interface EventRow {
  readonly row: number
  readonly time: number
  readonly runtimeId?: number | undefined
  readonly kind:
    | 'spawn'
    | 'ready'
    | 'crash'
    | 'terminate'
    | 'error'
    | 'requeue'
    | 'reject'
    | 'hidden'
    | 'visible'
    | 'dispose'
    | 'attach'
    | 'slowdown'
  readonly taskId?: string | undefined
  readonly workerIndex?: number | undefined
  readonly callId?: string | undefined
  readonly text: string
}

/** What a session holds of calls, by column: for code that reads thousands of them at once. */
export interface CallColumns {
  /** Calls that are held; they are numbered from 0 in the order of their `createdTime`. */
  readonly length: number
  /** Where the columns keep call number `rank`. */
  slotAt(rank: number): number
  // Each column is read at a slot. A time that is not known is NaN.
  readonly created: Float64Array
  readonly admitted: Float64Array
  readonly sent: Float64Array
  readonly started: Float64Array
  readonly runEnd: Float64Array
  readonly settled: Float64Array
  /** An index of {@link STATUSES}. */
  readonly status: Uint8Array
  /** An index of `lanes`: a task of a runtime. */
  readonly lane: Uint16Array
  /** -1 without a worker. */
  readonly worker: Int16Array
  /** Equal for the calls of one trace; never 0. */
  readonly trace: Uint32Array
  /** Of a trace in `trace`; 0 for one without a call. */
  readonly traceNumber: (traceId: string) => number
  readonly lanes: readonly LaneName[]
}

/** The task that a number in {@link CallColumns.lane} means. */
export interface LaneName {
  readonly runtimeId: number
  readonly taskId: string
}

/** What {@link CallColumns.status} numbers, in this order. */
export const STATUSES: readonly CallStatus[] = [
  'blocked',
  'pending',
  'starting',
  'running',
  'succeeded',
  'failed',
  'canceled',
  'rejected',
]

/** What the panel may ask a live session to do. A file has none of it. */
export interface DevtoolsActions {
  /** False when the call had settled. */
  abort(call: Pick<CallRow, 'runtimeId' | 'callId'>): boolean
  /** How many were open. */
  abortTask(task: Pick<TaskRow, 'runtimeId' | 'taskId'>): number
  startTask(task: Pick<TaskRow, 'runtimeId' | 'taskId'>): void
  stopTask(task: Pick<TaskRow, 'runtimeId' | 'taskId'>): void
  /** False when there is no such worker. */
  restartWorker(worker: Pick<WorkerRow, 'runtimeId' | 'taskId' | 'workerIndex'>): boolean
  /** False when there is no such worker. */
  simulateCrash(worker: Pick<WorkerRow, 'runtimeId' | 'taskId' | 'workerIndex'>): boolean
  /** 1 ends it. False when there is no such worker, and where the page is a production build. */
  simulateSlowdown(worker: Pick<WorkerRow, 'runtimeId' | 'taskId' | 'workerIndex'>, factor: number): boolean
}

/** What was recorded: of the page that it runs in, or read from a file. */
export interface DevtoolsSession {
  readonly isLive: boolean
  /** Grows whenever something was added or has changed. */
  readonly version: number
  /** Since when it records. */
  readonly startTime: number
  /** Time 0, in ms since the epoch. */
  readonly timeOrigin: number
  /** The current time of a live session, the end of a file. */
  now(): number
  /** Told after a change, at most once a turn; read then, or at the next frame. Returns the unsubscribe function. */
  subscribe(listener: () => void): () => void
  /** Calls that made room for newer ones. */
  readonly droppedCalls: number
  /** Calls that had settled before it was attached: they are only counted. */
  readonly earlierCalls: number
  readonly columns: CallColumns
  /** The calls that overlap the range, by `createdTime`; all of them without a range. */
  calls(range?: TimeRange): readonly CallRow[]
  openCalls(): readonly CallRow[]
  /** How many calls are open. */
  readonly openCount: number
  /** By {@link CallRow.row}; undefined for one that was dropped. */
  call(row: number): CallRow | undefined
  /** The call that a slot of `columns` holds. */
  readonly callAt: (slot: number) => CallRow
  callsOfTrace(traceId: string): readonly CallRow[]
  /** Worker-made spans, in the order of their ends. */
  spans(): readonly SpanRow[]
  /** Worker-made spans of the calls of a trace. */
  spansOfTrace(traceId: string): readonly SpanRow[]
  roots(): readonly RootRow[]
  runtimes(): readonly RuntimeRow[]
  tasks(): readonly TaskRow[]
  workers(): readonly WorkerRow[]
  frames(range?: TimeRange): readonly FrameRow[]
  interactions(range?: TimeRange): readonly InteractionRow[]
  /** The newest progress of calls. */
  progress(range?: TimeRange): readonly ProgressRow[]
  /** When the page was hidden. */
  hidden(range?: TimeRange): readonly TimeRange[]
  events(): readonly EventRow[]
  readonly actions?: DevtoolsActions | undefined
}

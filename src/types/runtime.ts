/** The types of the runtime and of its state: what `createTaskRuntime` takes and gives. */
import type { AbortTaskController } from '../lib/abort-task-controller.ts'
import type { OtelConfig } from './otel.ts'
import type { PrefetchOptions, TaskQuery } from './query.ts'
import type { RuntimeEvent, Trace, TraceOptions, UserTimingConfig } from './telemetry.ts'
import type {
  ArgsOf,
  MapOptions,
  MethodOf,
  QueuePolicy,
  ResultOf,
  StreamingMethodOf,
  TaskOptions,
  TaskDispatchOptions,
  TaskMethods,
  TaskType,
} from './task.ts'

/** Options of {@link createTaskRuntime}. */
export interface RuntimeConfig {
  /** Label in DevTools tracks and the panel, and a metric attribute when it is not the default. @default 'atelier' */
  name?: string | undefined
  /** Where spans and metrics go: `{}` is the global OpenTelemetry API, resolved late; `false` is off. @default {} */
  otel?: OtelConfig | false | undefined
  /** User Timing measures and DevTools tracks. @default true */
  performance?: boolean | UserTimingConfig | undefined
  /** The share of traces whose spans and measures are written, 0 to 1; never metrics or events. @default 1 */
  sampleRate?: number | undefined
}

/** Options of {@link TaskRuntime.subscribeRuntimeSnapshot}. */
export interface SnapshotSubscriptionOptions {
  /** Milliseconds between two notifications, at least; `Infinity`: the first change only. @default 0: once a turn */
  intervalMs?: number | undefined
  /** Call the listener at once with the current snapshot. @default false */
  emitImmediately?: boolean | undefined
}

/** Options of {@link TaskRuntime.retain}. */
export interface RetainOptions {
  /** Milliseconds that workers stay after the last release; 0: until the next timer, `Infinity`: for good. @default 1_000 */
  graceMs?: number | undefined
}

/** A runtime: tasks, their workers, their telemetry, their state. Nothing runs until a call is made. */
export interface TaskRuntime {
  readonly name: string
  /** Aborts calls by key. */
  readonly abortTaskController: AbortTaskController
  /** Defines a task; the same options object gives the same task. Throws TypeError or RangeError for a bad option. */
  readonly defineTask: <Api>(
    config: TaskOptions<Api>,
    /** @internal `start: false` leaves an eager task cold: a component defines it in render. */
    options?: { readonly start?: boolean },
  ) => Task<Api>
  /**
   * Asks a query before anybody shows its result: a component that reads it within `gcMs` finds the call, or its result. Nothing
   * is asked whose result is there or on its way. It never throws for a call that fails; the reader asks again.
   */
  readonly prefetch: <Args extends readonly unknown[], Result>(
    query: TaskQuery<Args, Result>,
    options?: PrefetchOptions,
  ) => void
  /** The current state: immutable, and the same reference until something has changed. */
  readonly getRuntimeSnapshot: () => RuntimeSnapshot
  /** Tells when the state has changed, once a turn. Returns the unsubscribe function. */
  readonly subscribeRuntimeSnapshot: (
    listener: (snapshot: RuntimeSnapshot) => void,
    options?: SnapshotSubscriptionOptions,
  ) => () => void
  /** Raw telemetry events, synchronously; costs nothing without a listener. Returns the unsubscribe function. */
  readonly subscribeEvents: (listener: (event: RuntimeEvent) => void) => () => void
  /** Starts a workflow trace; pass it on with `task.with({ trace })` and end it. */
  readonly createTrace: (name?: string, options?: TraceOptions) => Trace
  /** Runs `fn` inside a trace and ends it with the outcome. */
  readonly trace: TraceFunction
  /** Clears this runtime's own entries from the User Timing timeline. */
  readonly clearMeasures: () => void
  /**
   * Keeps the workers; the last release stops them after a grace. A later call starts them again; when it is over, and nobody
   * has retained the runtime since, they stop after the same grace.
   */
  readonly retain: (options?: RetainOptions) => () => void
  /** Writes the telemetry that is still deferred. */
  readonly flush: () => void
  /** Ends the runtime: open and later calls reject with `TaskDisposedError`, workers stop, the snapshot has no tasks. */
  readonly dispose: () => void
  readonly [Symbol.dispose]: () => void
}

/** {@link TaskRuntime.trace}: with a name, or without. */
export interface TraceFunction {
  <T>(name: string, fn: (trace: Trace) => T | Promise<T>): Promise<T>
  <T>(fn: (trace: Trace) => T | Promise<T>): Promise<T>
}

/** A defined task: the worker's methods, and a few of its own. */
export type Task<Api> = TaskMethods<Api> & TaskHandle<Api>

/** What every task has beside its methods. */
export interface TaskHandle<Api> {
  readonly taskId: string
  readonly taskName?: string | undefined
  /** The same task with other defaults for its calls; merges over earlier ones, leaves the original as it is. */
  with(options: TaskDispatchOptions): Task<Api>
  getState(): RuntimeTaskSnapshot
  /** Runs a method over inputs, pulling them only as the queue has room. */
  map<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>>(
    method: Method,
    inputs: Iterable<ArgsOf<Api, Method>[0]> | AsyncIterable<ArgsOf<Api, Method>[0]>,
    options: MapOptions & { onError: 'settle' },
  ): AsyncIterableIterator<PromiseSettledResult<ResultOf<Api, Method>>>
  map<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>>(
    method: Method,
    inputs: Iterable<ArgsOf<Api, Method>[0]> | AsyncIterable<ArgsOf<Api, Method>[0]>,
    options?: MapOptions,
  ): AsyncIterableIterator<ResultOf<Api, Method>>
  /** Starts all workers, and lifts `stopWorkers()` and a failed state. */
  startWorkers(): void
  /** Stops all workers: running calls abort, queued ones wait for `startWorkers()`. */
  stopWorkers(): void
  /** Ends the task: its open calls reject with `TaskDisposedError`. */
  dispose(): void
}

/** The state of a runtime. */
export interface RuntimeSnapshot {
  readonly tasks: readonly RuntimeTaskSnapshot[]
}

/**
 * The state of a task. `idle`: no worker; `active`: workers, or calls; `paused`: `stopWorkers()` was called;
 * `failed`: too many crashes, or the policy says so.
 */
export interface RuntimeTaskSnapshot {
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly init: 'lazy' | 'eager'
  readonly status: 'idle' | 'active' | 'paused' | 'failed'
  readonly queue: QueueSnapshot
  readonly workers: WorkersSnapshot
  readonly counts: CallCounts
  readonly lastCrash?: CrashSnapshot | undefined
}

/** Depths and bounds of a task's queue. */
export interface QueueSnapshot {
  /** Calls that hold a slot of a worker, running or about to; aborted ones until their handler has ended. */
  readonly inFlight: number
  /** Accepted calls that wait, those handed ahead to a busy worker among them. */
  readonly pending: number
  /**
   * Of those, the calls that a busy worker has been handed ahead of time. Under `queuePolicy: 'block'` they take no room in
   * the queue: `pending - ahead` never exceeds `maxQueueDepth`. Under the other policies `pending` never does.
   */
  readonly ahead: number
  /** Callers that wait for the queue to accept them. */
  readonly blocked: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
}

/** The workers of a task. */
export interface WorkersSnapshot {
  readonly active: number
  readonly limit: number
  readonly list: readonly WorkerSnapshot[]
}

/** One worker. */
export interface WorkerSnapshot {
  readonly index: number
  readonly status: 'starting' | 'idle' | 'busy'
  readonly inFlight: number
  /** Deaths of workers at this index so far. */
  readonly crashes: number
}

/** Calls by what has happened to them, since the task was defined. */
export interface CallCounts {
  /** Dispatches: a requeued call counts each time. */
  readonly dispatched: number
  readonly succeeded: number
  readonly failed: number
  readonly canceled: number
  readonly rejected: number
  readonly requeued: number
}

/** The last death of a worker. */
export interface CrashSnapshot {
  readonly workerIndex: number
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

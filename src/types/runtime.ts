/** The types of the runtime: what `createTaskRuntime` takes and returns. */
import type { MissingApi } from './handlers.ts'
import type { AsyncBlockScoped, BlockScoped } from './block-scoped.ts'
import type { OtelConfig } from './otel.ts'
import type { PrefetchOptions, TaskQuery } from './query.ts'
import type {
  EventSubscriptionOptions,
  RuntimeEvent,
  Trace,
  TraceOptions,
  UserTimingConfig,
} from './telemetry.ts'
import type { Task, TaskControl } from './control.ts'
import type { RuntimeInspection } from './inspection.ts'
import type { RuntimeSnapshot, RuntimeTaskSnapshot } from './snapshot.ts'
import type { TaskHandlers, TaskOptions, TaskType } from './task.ts'

/** Options of {@link createTaskRuntime}. */
export interface RuntimeConfig {
  /** Label in DevTools tracks and the panel, and a metric attribute when it is not 'atelier'. @default 'atelier'; where a runtime of that name lives, 'atelier-2', … */
  name?: string | undefined
  /** Where spans and metrics go: `{}` is the global OpenTelemetry API, resolved late; `false` is off. @default {} */
  otel?: OtelConfig | false | undefined
  /** User Timing measures and DevTools tracks. @default true */
  performance?: boolean | UserTimingConfig | undefined
  /** The share of traces whose spans and measures are written, 0 to 1; never metrics or events. @default 1 */
  sampleRate?: number | undefined
  /**
   * How many calls of all tasks together may run at once. Each task has its own `maxWorkers` and `maxInFlight`. If several tasks keep
   * the processor busy, their workers compete with the page for its cores, and frames are late. When this limit is reached, the tasks take
   * turns. Set it to the number of cores, or one less: `navigator.hardwareConcurrency - 1`. A call that waits for a call of another
   * task, through a callback, keeps its slot, so leave room for both. @default Infinity
   */
  maxConcurrency?: number | undefined
}

/** A task, or its options. */
export type AnyTask =
  | { readonly control: { getSnapshot(this: void): RuntimeTaskSnapshot } }
  | { readonly type: TaskType; readonly worker: unknown }

/** What {@link TaskRuntime.abort} ends. */
export type AbortTarget =
  | {
      /** Every open call with this key, of all tasks; with `task` or `method`, of those alone. */
      readonly key: string
      /** Whether later calls with the key are aborted, too, until `runtime.keys.clear(key)`. @default false */
      readonly sticky?: boolean | undefined
    }
  | {
      /** Every open call with one of these keys. */
      readonly keys: Iterable<string>
      readonly sticky?: boolean | undefined
    }
  | { readonly key: string; readonly task?: AnyTask | undefined; readonly method?: string | undefined }
  | {
      /** Every open call of this task: its options, or the task. */
      readonly task: AnyTask
      /** Only the calls of this method. */
      readonly method?: string | undefined
    }
  | {
      /** The call with this id, from `call.callId`. */
      readonly callId: string
    }

/** The keys of a runtime's calls. */
export interface RuntimeKeys {
  /** A signal that aborts at the next abort of the key. Keep a reference to it: the runtime does not. */
  signal(key: string): AbortSignal
  /** Whether the key was aborted with `sticky` and not cleared since. */
  isAborted(key: string): boolean
  /** Lets calls with the key run again; without a key, calls with any. */
  clear(key?: string): void
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
  /** Milliseconds that workers stay after the last release; 0: until the next timer, `Infinity`: until the runtime is disposed of. @default 1_000 */
  graceMs?: number | undefined
}

/** A runtime: tasks, their workers, their telemetry, their state. Nothing runs until a call is made. */
export interface TaskRuntime extends BlockScoped, AsyncBlockScoped {
  readonly name: string
  /**
   * Aborts open calls, and returns how many. `{ key }` aborts the calls of a key in every task, and the signals of {@link keys}; with
   * `task` or `method`, only calls of those. `{ keys }` aborts several keys. With `sticky`, later calls with the key are aborted too,
   * until `keys.clear(key)`. `{ task }` aborts all calls of a task, `{ callId }` one call.
   */
  readonly abort: (what: AbortTarget, reason?: unknown) => number
  /** The keys of this runtime's calls: a signal for a key, and which keys are aborted with `sticky`. */
  readonly keys: RuntimeKeys
  /** Defines a task; the same options object returns the same task. Throws TypeError or RangeError for an invalid option. */
  readonly defineTask: <Api = MissingApi>(
    config: TaskOptions<Api>,
    /** @internal `start: false` leaves an eager task cold: a component defines it in render. */
    options?: { readonly start?: boolean },
  ) => Task<Api>
  /**
   * Runs a query before a component shows its result. A component that reads it within `gcMs` finds the call or its result. If the
   * query runs already or has a result, nothing happens. It never throws if the call fails; the reader calls again.
   */
  readonly prefetch: <Args extends readonly unknown[], Result, Progress = unknown>(
    query: TaskQuery<Args, Result, Progress>,
    options?: PrefetchOptions<Progress>,
  ) => void
  /** The operations of a defined task, by its id; undefined if there is none. */
  readonly getTask: (taskId: string) => TaskControl<TaskHandlers> | undefined
  /**
   * Returns the state at this moment, call by call: every open call with its age, its position and what it waits for, the workers, and
   * the options. It visits all of them, so use it in tools and to find what hangs, not in each render.
   */
  readonly inspect: () => RuntimeInspection
  /** The current state: immutable, and the same reference until something has changed. */
  readonly getRuntimeSnapshot: () => RuntimeSnapshot
  /** Calls a listener when the state has changed, at most once per turn. Returns the unsubscribe function. */
  readonly subscribeRuntimeSnapshot: (
    listener: (snapshot: RuntimeSnapshot) => void,
    options?: SnapshotSubscriptionOptions,
  ) => () => void
  /**
   * Calls a listener with raw telemetry events, synchronously. Costs nothing without a listener. `kinds` selects events; you only get
   * the steps of calls (`call`) if you name them. Returns the unsubscribe function.
   */
  readonly subscribeEvents: (
    listener: (event: RuntimeEvent) => void,
    options?: EventSubscriptionOptions,
  ) => () => void
  /** Starts a workflow trace; pass it on with `task.with({ trace })` and end it. */
  readonly createTrace: (name?: string, options?: TraceOptions) => Trace
  /** Runs `fn` inside a trace and ends it with the outcome. */
  readonly trace: TraceFunction
  /** Clears this runtime's own entries from the User Timing timeline. */
  readonly clearMeasures: () => void
  /**
   * Keeps the workers until you call the function that it returns. The last release stops them after a grace. A later call starts them
   * again; when it is over, and the runtime has not been retained since, they stop after the same grace.
   */
  readonly retain: (options?: RetainOptions) => () => void
  /** Writes the telemetry that is still deferred. */
  readonly flush: () => void
  /** Resolves when no call of any task is open, and no handler of an aborted call still runs. */
  readonly whenIdle: () => Promise<void>
  /**
   * Ends the runtime when its work is done. New calls reject with `TaskDisposedError`, code `closed`; open calls finish; workers run their
   * teardown and end; the runtime is disposed of. Then the promise resolves. Calls that wait in a stopped task reject.
   * `await using` does it at the end of a block.
   */
  readonly close: () => Promise<void>
  /** Ends the runtime: open and later calls reject with `TaskDisposedError`, workers stop, the snapshot has no tasks. */
  readonly dispose: () => void
}

/** {@link TaskRuntime.trace}: with a name, with the options of `createTrace`, or with neither. */
export interface TraceFunction {
  <T>(name: string, fn: (trace: Trace) => T | Promise<T>): Promise<T>
  <T>(name: string, options: TraceOptions, fn: (trace: Trace) => T | Promise<T>): Promise<T>
  <T>(fn: (trace: Trace) => T | Promise<T>): Promise<T>
}

/** What developer tools find in `globalThis[Symbol.for('atelier.devtools')]`, and may create before the first runtime. */
export interface DevtoolsRegistry {
  /** The runtimes of the page, including disposed ones, until they are garbage-collected. */
  readonly runtimes: Set<WeakRef<TaskRuntime>>
  /** Each is called with every runtime that is created from now on. */
  readonly listeners: Set<(runtime: TaskRuntime) => void>
}

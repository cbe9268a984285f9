/** The types of the runtime and of its state: what `createTaskRuntime` takes and gives. */
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
   * Calls of all tasks together that may run at once. Each task has its own `maxWorkers` and `maxInFlight`; with several tasks that keep
   * the processor busy, their workers compete with the page for its cores, and frames are late. Where the bound is short, the tasks take
   * turns. Set it to the cores of the machine, or one fewer: `navigator.hardwareConcurrency - 1`. A call that waits for a call of another
   * task, through a callback, holds its slot meanwhile: leave room for both. @default Infinity
   */
  maxConcurrency?: number | undefined
}

/** A task, or the options that it was made of. */
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
      /** The one call of this id, as `call.callId` gives it. */
      readonly callId: string
    }

/** The keys of a runtime's calls. */
export interface RuntimeKeys {
  /** A signal that the next abort of the key fires. Hold on to it for as long as you need it: nobody else keeps it. */
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
  /** Milliseconds that workers stay after the last release; 0: until the next timer, `Infinity`: for good. @default 1_000 */
  graceMs?: number | undefined
}

/** A runtime: tasks, their workers, their telemetry, their state. Nothing runs until a call is made. */
export interface TaskRuntime extends BlockScoped, AsyncBlockScoped {
  readonly name: string
  /**
   * Aborts open calls, and returns how many. `{ key }`: of every task, and the signals of {@link keys}; with `task` or `method`,
   * of those alone. `{ keys }`: of several keys. `sticky`: later calls with the key are aborted too, until `keys.clear(key)`.
   * `{ task }`: all calls of a task. `{ callId }`: one call.
   */
  readonly abort: (what: AbortTarget, reason?: unknown) => number
  /** The keys of this runtime's calls: a signal that follows a key, and which keys are aborted for good. */
  readonly keys: RuntimeKeys
  /** Defines a task; the same options object gives the same task. Throws TypeError or RangeError for a bad option. */
  readonly defineTask: <Api = MissingApi>(
    config: TaskOptions<Api>,
    /** @internal `start: false` leaves an eager task cold: a component defines it in render. */
    options?: { readonly start?: boolean },
  ) => Task<Api>
  /**
   * Asks a query before anybody shows its result: a component that reads it within `gcMs` finds the call, or its result. Nothing
   * is asked whose result is there or on its way. It never throws for a call that fails; the reader asks again.
   */
  readonly prefetch: <Args extends readonly unknown[], Result, Progress = unknown>(
    query: TaskQuery<Args, Result, Progress>,
    options?: PrefetchOptions<Progress>,
  ) => void
  /** The operations of a task that was defined, by its id; undefined where there is none. */
  readonly getTask: (taskId: string) => TaskControl<TaskHandlers> | undefined
  /**
   * What is under way at this moment, call by call: every open call with its age, its place and what it waits for, the workers, the
   * options in force. It walks over all of it: for tools and for a look at what hangs, not for each render.
   */
  readonly inspect: () => RuntimeInspection
  /** The current state: immutable, and the same reference until something has changed. */
  readonly getRuntimeSnapshot: () => RuntimeSnapshot
  /** Tells when the state has changed, once a turn. Returns the unsubscribe function. */
  readonly subscribeRuntimeSnapshot: (
    listener: (snapshot: RuntimeSnapshot) => void,
    options?: SnapshotSubscriptionOptions,
  ) => () => void
  /**
   * Raw telemetry events, synchronously; costs nothing without a listener. `kinds` says which; the steps of calls (`call`) come only
   * by name. Returns the unsubscribe function.
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
   * Keeps the workers; the last release stops them after a grace. A later call starts them again; when it is over, and nobody
   * has retained the runtime since, they stop after the same grace.
   */
  readonly retain: (options?: RetainOptions) => () => void
  /** Writes the telemetry that is still deferred. */
  readonly flush: () => void
  /** Fulfilled when no call of any task is open, and no handler of an aborted one still runs. */
  readonly whenIdle: () => Promise<void>
  /**
   * Ends the runtime when its work is done: no new calls (they reject with `TaskDisposedError`, code `closed`), those that are open
   * finish, workers run their teardown and end, the runtime is disposed. Fulfilled then. What waits in a task that is stopped rejects.
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

/** What developer tools find behind `globalThis[Symbol.for('atelier.devtools')]`, and may put there before the first runtime. */
export interface DevtoolsRegistry {
  /** The runtimes of the page, those that are disposed included, as long as somebody holds them. */
  readonly runtimes: Set<WeakRef<TaskRuntime>>
  /** Each is called with every runtime that is created from now on. */
  readonly listeners: Set<(runtime: TaskRuntime) => void>
}

/** The types of tasks, calls and their options: what an app programs against. */
import type { Cloned, KeptOf, Sent } from './cloned.ts'
import type { Codec, ErrorClass } from './codec.ts'
import type { TaskRetry } from './retry.ts'
import type { SharedEngine } from './shared-engine.ts'
import type { Attributes, SpanContext } from './telemetry.ts'

/** Handlers of a worker: its methods by name. */
export type TaskHandlers = Record<string, (...args: never[]) => unknown>

/** Names of the methods of a worker's API. */
export type MethodOf<Api> = {
  [Name in keyof Api & string]: Api[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Api & string]

/** Arguments of one method; of several, and of overloads, the union of their lists. */
export type ArgsOf<Api, Method extends MethodOf<Api> = MethodOf<Api>> = {
  [Name in Method]: SentArgs<SignatureOf<Api[Name]>[0], KeptOf<Api>>
}[Method]

/** Parameters as callers see them: a handler gets what arrives. Names and optional ones stay. */
type SentArgs<Args, Kept> = Args extends readonly unknown[]
  ? { [Index in keyof Args]: Sent<Args[Index], Kept> }
  : never

type ReturnOf<Api, Method extends MethodOf<Api>> = SignatureOf<Api[Method]>[1]

/** The overloads of a method: the compiler matches up to four; where there are fewer, the first stands for the rest. */
type SignatureOf<Handler> = Handler extends {
  (...args: infer A1): infer R1
  (...args: infer A2): infer R2
  (...args: infer A3): infer R3
  (...args: infer A4): infer R4
}
  ? [A1, R1] | [A2, R2] | [A3, R3] | [A4, R4]
  : // Before TypeScript 5.4, fewer than four do not match: the last one is known.
    Handler extends (...args: infer A) => infer R
    ? [A, R]
    : never

/** `any` and `never` match every pattern: they are looked for first. */
type IsAnyOrNever<T> = 0 extends 1 & T ? true : [T] extends [never] ? true : false

/** What a method's promise resolves to; for a generator method, the type of its items. */
export type ResultOf<Api, Method extends MethodOf<Api>> =
  IsAnyOrNever<ReturnOf<Api, Method>> extends true
    ? ReturnOf<Api, Method>
    : [ReturnOf<Api, Method>] extends [Generator<infer Item> | AsyncGenerator<infer Item>]
      ? Cloned<Awaited<Item>, KeptOf<Api>>
      : Cloned<Awaited<ReturnOf<Api, Method>>, KeptOf<Api>>

/** What a call of a method returns on the main thread. */
export type CallOf<Api, Method extends MethodOf<Api>> = CallOfReturn<ReturnOf<Api, Method>, KeptOf<Api>>

type CallOfReturn<Return, Kept> =
  IsAnyOrNever<Return> extends true
    ? TaskCall<Return>
    : [Return] extends [
          Generator<infer Item, infer End, never> | AsyncGenerator<infer Item, infer End, never>,
        ]
      ? TaskStream<Cloned<Awaited<Item>, Kept>, Cloned<Awaited<End>, Kept>>
      : TaskCall<Cloned<Awaited<Return>, Kept>>

/** Names of the generator methods, whose calls are streams. */
export type StreamingMethodOf<Api> = {
  [Name in MethodOf<Api>]: CallOf<Api, Name> extends AsyncIterator<unknown> ? Name : never
}[MethodOf<Api>]

/** The methods of a worker as they are called from the page. */
export type TaskMethods<Api> = Callers<Pick<Api, MethodOf<Api>>, KeptOf<Api>>

/** Mapped over the handlers themselves: an editor then follows a call to its handler, with its comment and its other uses. */
type Callers<Handlers, Kept> = {
  readonly [Method in keyof Handlers]: MethodCall<Handlers[Method], Kept>
}

/** One function for each overload; equal ones are one. */
type MethodCall<Handler, Kept> = Handler extends {
  (...args: infer A1): infer R1
  (...args: infer A2): infer R2
  (...args: infer A3): infer R3
  (...args: infer A4): infer R4
}
  ? Caller<A1, R1, Kept> & Caller<A2, R2, Kept> & Caller<A3, R3, Kept> & Caller<A4, R4, Kept>
  : Handler extends (...args: infer A) => infer R
    ? Caller<A, R, Kept>
    : never

type Caller<Args extends unknown[], Return, Kept> = (
  ...args: SentArgs<Args, Kept>
) => CallOfReturn<Return, Kept>

/** `parallel`: a pool of workers. `singleton`: one worker that owns state, one call after another. */
export type TaskType = 'parallel' | 'singleton'

/** What happens to a new call when the queue is full. */
export type QueuePolicy = 'block' | 'reject' | 'drop-latest' | 'drop-oldest'

/** What happens to calls with the same method and key. */
export type KeyMode = 'parallel' | 'serial' | 'latest' | 'dedupe' | 'keep-last' | 'drop-latest'

/**
 * How far a generator method may run ahead of its reader, by the size of its items. An item is measured when it has arrived; items under
 * way count as the largest one so far. So it begins with one item, and one item is always produced, whatever its size.
 */
export interface HighWaterMark {
  /** The size of one item, for example in bytes. */
  // Method syntax: parameters are compared bivariantly.
  size(item: unknown): number
  /** The total size that may be under way or unread, more than 0. */
  max: number
}

/** Which of the waiting calls goes first. */
export type TaskPriority = 'high' | 'normal' | 'low'

/** Limits in milliseconds. A limit that is left out, or `Infinity`, does not apply; 0 expires when the page next runs its timers. */
export interface TaskTimeouts {
  /** From the call until its handler starts, blocked time included. */
  queue?: number | null | undefined
  /** From the start of the handler. */
  run?: number | null | undefined
  /** From the call until it settles. */
  total?: number | null | undefined
}

/** Options of {@link TaskRuntime.defineTask}. */
export interface TaskConfig<Api> {
  /** A pool of workers, or one worker that owns state. */
  type: TaskType
  /**
   * Creates one worker. Write `new Worker(new URL('./x.worker.ts', import.meta.url), { type: 'module' })`
   * literally in your own code: bundlers find worker files by that expression.
   */
  worker: (info: { index: number; name: string }) => Worker | SharedWorker
  /**
   * One worker for all tabs of the origin: the pages elect a host, whose worker serves the calls of all. For singletons only. Leave it
   * out if `worker` returns a `SharedWorker`, which all tabs share anyway. @default undefined: each page has its own worker
   */
  shared?: SharedEngine | undefined
  /** Unique in the runtime. @default `taskName`, else `task-1`, `task-2`, … */
  taskId?: string | undefined
  /** Label in spans, tracks and the panel. */
  taskName?: string | undefined
  /** `eager` starts the workers at definition. @default 'lazy' */
  init?: 'lazy' | 'eager' | undefined
  /** How many workers a parallel task may have. @default max(1, hardwareConcurrency - 1) */
  maxWorkers?: number | undefined
  /** Workers that stay: the first call starts this many, `idleTimeoutMs` never stops them, and one that dies is replaced. @default 0 */
  minWorkers?: number | undefined
  /**
   * Calls that a worker runs before it is replaced, at least 1. Its replacement starts when it has an eighth of its calls left. It finishes
   * its calls, runs its teardown, and ends. The replacement of a singleton starts after that. @default off
   */
  maxCallsPerWorker?: number | undefined
  /** Handlers that run at once, over all workers. @default maxWorkers; 1 for a singleton */
  maxInFlight?: number | undefined
  /** Calls accepted and not yet dispatched. @default 2 * maxInFlight */
  maxQueueDepth?: number | undefined
  /** What happens to a new call when the queue is full. @default 'block' */
  queuePolicy?: QueuePolicy | undefined
  /** How many callers may wait under `block`; further calls reject with `QueueFullError`. @default Infinity */
  maxBlocked?: number | undefined
  /** Milliseconds from worker construction to its ready handshake, more than 0; `Infinity` waits forever. @default 10_000 */
  startTimeoutMs?: number | undefined
  /**
   * The argument of `setup(data, …)` in the worker file, at every start: a value, or a function that returns one, or a promise of one.
   * A function is called for each worker, while its script loads; its time counts towards `startTimeoutMs`. The value is cloned, but
   * all workers share a compiled `WebAssembly.Module` or a `SharedArrayBuffer`. If the function throws, or the value cannot be
   * cloned, callers get a `WorkerStartError` that names `setupData`.
   * @default undefined
   */
  setupData?: unknown
  /** Milliseconds that an aborted handler may continue before its worker is replaced; 0: at once, `Infinity`: never. @default 2_000; Infinity for a singleton */
  abortGraceMs?: number | undefined
  /**
   * Which calls busy workers receive ahead of time, so that they do not wait for the page between two calls.
   *
   * - `'auto'`: calls that can be taken back if the worker is slow or dies. Of transferred buffers up to 2 MiB, the page keeps a
   *   copy for that.
   * - `'off'`: none. A worker only holds the calls it runs.
   * - `'always'`: also calls with other transferred values. If the worker dies before such a call has started, its values are lost, and it
   *   rejects with `code: 'not-replayable'`.
   *
   * In tasks with a drop policy, no call is handed ahead. @default 'auto'
   */
  ahead?: 'auto' | 'off' | 'always' | undefined
  /** Milliseconds that a running handler may be silent (no beat, progress or reply) before it counts as hung, more than 0; `Infinity` is off. @default off */
  heartbeatMs?: number | undefined
  /** `restart`: the task continues with a new worker. `fail-task`: it takes no more calls until `control.start()`. @default 'restart' */
  onCrash?: 'restart' | 'fail-task' | undefined
  /** Consecutive crashes after which the task is out of service. @default 3 */
  maxCrashes?: number | undefined
  /** Which calls run again; a number is `{ error }`. `defaults`, `methods` and `with()` override it by field. @default none */
  retry?: number | TaskRetry | undefined
  /**
   * Groups calls that one worker serves best, for example because it has a document in a cache. A call goes to the worker that last
   * served its affinity, if that worker lives and has room; otherwise to any. Affinities of `methods` and `with()` override it.
   * `undefined` and `''` mean none. @default none
   */
  // Method syntax: parameters are compared bivariantly.
  affinity?(...args: ArgsOf<Api>): string | undefined
  /**
   * How far a generator method may run ahead of its reader: how many items may be under way or unread. With `{ size, max }` it counts
   * bytes, or whatever `size` returns. @default 2 items at first, up to 16 the more is read
   */
  highWaterMark?: number | HighWaterMark | undefined
  /** Milliseconds after which an idle worker is stopped, and started again on demand; 0: at once, `Infinity`: never. @default off */
  idleTimeoutMs?: number | undefined
  /** Codecs with which objects keep their class; pass the same ones to `createTaskWorker`. Created by `codec()`. @default none */
  codecs?: readonly Codec[] | undefined
  /**
   * Error classes that keep their class when a handler of this task throws them: `instanceof` works on the page. Their constructors
   * do not run. @default those that `registerErrorClass` knows
   */
  errors?: readonly ErrorClass[] | undefined
  /**
   * Options of every call. `methods` and `with()` override them. Two definitions that differ only in `defaults`
   * (`{ ...search, defaults: { priority: 'low' } }`) share their workers.
   */
  defaults?: TaskDefaults | undefined
  /** Options of the calls of one method, by its name. `with()` overrides them. */
  methods?: { readonly [Method in MethodOf<Api>]?: MethodOptions<Api, Method> } | undefined
}

/** Options of every call of a task. A transfer list is not among them: it belongs to one call. */
export type TaskDefaults = Omit<TaskDispatchOptions, 'transfer'> & { transfer?: 'auto' | null | undefined }

/** Options of the calls of one method. */
export interface MethodOptions<Api, Method extends MethodOf<Api>>
  extends Pick<
    TaskDispatchOptions,
    'keyMode' | 'timeoutMs' | 'retry' | 'priority' | 'transferResult' | 'abortGraceMs' | 'highWaterMark'
  > {
  /** `auto`: transfer what can be transferred in the arguments of every call. @default clone */
  transfer?: 'auto' | undefined
  /** Derives a call's key from its arguments; `undefined` and `''` mean no key. Anything but a string fails the call. */
  // Method syntax: parameters are compared bivariantly.
  keyOf?(...args: ArgsOf<Api, Method>): string | undefined
  /** Derives a call's affinity from its arguments: the call goes to the worker that last served it, if that has room. */
  affinity?(...args: ArgsOf<Api, Method>): string | undefined
  /** Extra span attributes from a call's arguments. */
  attributes?(...args: ArgsOf<Api, Method>): Attributes | undefined
}

/** A task's definition at module scope; `useTask` and `defineTask` turn one object into one task per runtime. */
export interface TaskOptions<Api> extends TaskConfig<Api> {
  /** Carries the API's type; does not exist at run time. */
  readonly '~api'?: Api
}

/** A trace as calls see it: enough to be the parent of a span. */
export interface TraceContext {
  /** 32 lowercase hex digits; undefined before the trace has started. */
  readonly traceId: string | undefined
  /** The span that calls become children of. */
  readonly spanContext?: SpanContext | undefined
  readonly name?: string | undefined
  end?(): void
  /** A trace that starts with its first use: called when a call with it is made, before its ids are read. */
  start?(): void
}

/**
 * Options of one or more calls, passed to {@link TaskHandle.with}. An option that is left out does not change; `null` removes an
 * earlier value, including that of `defaults` and `methods`.
 */
export interface TaskDispatchOptions<Progress = unknown> {
  /** Groups calls for `keyMode` and for abort by key. `null` and `''` remove an earlier one: `keyOf` decides again. */
  key?: string | null | undefined
  /** What happens to calls of one method and key. @default 'parallel' */
  keyMode?: KeyMode | null | undefined
  /** Aborts the call, in addition to its key, its timeouts and the signals of earlier `with()`s. `null` drops those of earlier `with()`s. */
  signal?: AbortSignal | null | undefined
  /** The trace that the call belongs to, or an OpenTelemetry span; `null`: none, not even an inherited one. */
  trace?: TraceContext | { readonly spanContext: SpanContext | (() => SpanContext) } | null | undefined
  /** @internal The trace of the component tree: used where `trace` says nothing. */
  inheritedTrace?: TraceContext | undefined
  /** Extra span attributes, e.g. `{ 'atelier.batch.id': id }`; merged by name. */
  attributes?: Attributes | null | undefined
  /** Milliseconds, merged by field; a number is the total. 0 expires at once, `Infinity` is no limit. @default none */
  timeoutMs?: number | TaskTimeouts | null | undefined
  /** Which calls run again, merged by field; a number is `{ error }`. @default the task's `retry` */
  retry?: number | TaskRetry | null | undefined
  /** The call goes to the worker that last served this, if that has room. `null` and `''` remove an earlier one, also that of a method. */
  affinity?: string | null | undefined
  /** @default 'normal' */
  priority?: TaskPriority | null | undefined
  /** What to transfer instead of cloning. @default clone; only what cannot be cloned is transferred */
  transfer?: Transferable[] | 'auto' | null | undefined
  /** `'auto'`: transfer everything transferable in the result. @default false */
  transferResult?: 'auto' | false | null | undefined
  /** Milliseconds that the aborted handler may continue before its worker is replaced; 0: at once, `Infinity`: never. @default the task's */
  abortGraceMs?: number | null | undefined
  /** How far a generator method may run ahead of its reader: in items, or as `{ size, max }`. @default the task's */
  highWaterMark?: number | HighWaterMark | null | undefined
  /**
   * Called with the newest value that the handler passed to `progress`, at most once a frame. Listeners of earlier `with()`s are
   * called too.
   */
  onProgress?: ProgressListener<Progress>['onProgress'] | null | undefined
  /** Pass each value to `onProgress`, in order. There is no flow control: a handler can report faster than the page reads. @default false */
  progressEvery?: boolean | null | undefined
  /** Called when the handler is presumed to start, and again after each requeue. Listeners of earlier `with()`s are called too. */
  onStart?: (() => void) | null | undefined
}

/** Method syntax: parameters are compared bivariantly, so that a task with typed progress is a task. */
interface ProgressListener<Progress> {
  onProgress(this: void, value: Progress): void
}

/** One call under way: the promise of its result, and a handle on it. */
export interface TaskCall<T> extends Promise<T> {
  readonly callId: string
  /** Resolves when the queue has accepted the call; rejects with the call's own error. */
  readonly admitted: Promise<void>
  /** Aborts the call wherever it is. A settled call does not change. */
  abort(reason?: unknown): void
  /**
   * Changes the priority of a waiting call. Among the calls of that priority, its place is that of its arrival. A call that has started
   * does not change. A run that several `dedupe` callers share can only become more urgent.
   */
  setPriority(priority: TaskPriority): void
}

/** A call of a generator method: an async iterable of its items. The reader sets the pace. */
export interface TaskStream<T, End = unknown> extends AsyncIterator<T, End, unknown> {
  [Symbol.asyncIterator](): TaskStream<T, End>
  readonly callId: string
  readonly admitted: Promise<void>
  abort(reason?: unknown): void
  /** @see TaskCall.setPriority */
  setPriority(priority: TaskPriority): void
}

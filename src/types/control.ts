/** The types of a defined task: the methods of its worker, and its operations. */
import type { ManyOptions, SettledItem } from '../lib/many-items.ts'
import type { EventOf, EventPayloadOf, ProgressOf, TaskEventInfo } from './conversation.ts'
import type { AsyncBlockScoped, BlockScoped } from './block-scoped.ts'
import type { RuntimeTaskSnapshot } from './snapshot.ts'
import type {
  ArgsOf,
  CallOf,
  MethodOf,
  ResultOf,
  StreamingMethodOf,
  TaskDispatchOptions,
  TaskMethods,
} from './task.ts'

/** A defined task: the methods of its worker, with {@link TaskHandle.with} and {@link TaskHandle.control} beside them. */
export type Task<Api> = TaskMethods<Api> & TaskHandle<Api>

/** What every task has beside its methods. */
export interface TaskHandle<Api> {
  readonly taskId: string
  readonly taskName?: string | undefined
  /** The same task with other defaults for its calls; merges over earlier ones, leaves the original as it is. */
  with(options: TaskDispatchOptions<ProgressOf<Api>>): Task<Api>
  /** The operations of the task: start, stop, dispose, many inputs, its state. A worker may have methods of the same names. */
  readonly control: TaskControl<Api>
}

/** The operations of a task. The functions are bound: pass `task.control.start` as a callback. */
export interface TaskControl<Api> extends AsyncBlockScoped {
  readonly taskId: string
  readonly taskName?: string | undefined
  /** Calls a method whose name is a variable. `options` merge over those of {@link TaskHandle.with}. */
  call<Method extends MethodOf<Api>>(
    this: void,
    method: Method,
    args: ArgsOf<Api, Method>,
    options?: TaskDispatchOptions<ProgressOf<Api, Method>>,
  ): CallOf<Api, Method>
  /** Runs a method over inputs, and pulls them only as the queue has room. */
  map<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>, Input extends ArgsOf<Api, Method>[0]>(
    this: void,
    method: Method,
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options: MapOptions<Input> & { failures: 'settle' },
  ): AsyncIterableIterator<SettledItem<Input, ResultOf<Api, Method>>>
  map<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>, Input extends ArgsOf<Api, Method>[0]>(
    this: void,
    method: Method,
    inputs: Iterable<Input> | AsyncIterable<Input>,
    options?: MapOptions<Input>,
  ): AsyncIterableIterator<ResultOf<Api, Method>>
  /**
   * Calls `listener` with each event of that name that a worker of the task emits, and returns what ends the subscription. It
   * starts no worker, and goes on when workers are restarted. All listeners are given the same payload.
   */
  on<Event extends EventOf<Api>>(
    this: void,
    event: Event,
    listener: (payload: EventPayloadOf<Api, Event>, info: TaskEventInfo) => void,
  ): () => void
  /**
   * A task whose calls run on one life of one worker, one after another. On a singleton that is its worker; a pool keeps one of its workers
   * for it. The worker is chosen when the first call starts. When that worker is gone, all calls of the session fail with
   * `SessionLostError`, code `session-lost`; only what runs when you end the worker yourself (`stop()`, a runtime that is parked) is `aborted`, as any call
   * is then. Nothing goes on in another worker. `keyMode` does not apply.
   *
   * @throws RangeError where a pool has too many: it keeps all its workers but one, at most.
   * @example
   * using session = database.control.session()
   * await session.begin()
   * await session.insert(row)
   * await session.commit()
   */
  session(this: void, options?: SessionOptions): TaskSession<Api>
  /** Starts all workers, and lifts `stop()` and a failed state. */
  start(this: void): void
  /** Stops all workers: running calls abort, waiting ones wait for `start()`. */
  stop(this: void): void
  /**
   * Ends a worker and starts another in its place. What had started there goes the way of a crash (`retry`, else
   * `WorkerCrashedError`), what had not waits again. False where there is no worker of this index.
   */
  restartWorker(this: void, index: number): boolean
  /**
   * Ends a worker as if it had crashed, to see what your app makes of it: its calls go the way of `onCrash` and `retry`, and the crash
   * counts. False where there is no worker of this index.
   */
  simulateCrash(this: void, index: number): boolean
  /**
   * Has a worker answer as late as on a machine that takes `factor` times as long, to see what your app makes of it; 1 ends that, and so does
   * the end of the worker. Its handlers run as they do: results and progress are held back on the page, and times are told as if they had
   * taken that long. False where there is no worker of this index, and in production.
   *
   * @throws TypeError for a factor below 1.
   */
  simulateSlowdown(this: void, index: number, factor: number): boolean
  /**
   * Calls a method once on each worker that is up or starts, and gives the results in the order of the workers; none where there is no worker. It
   * starts none: a worker that starts later has what `setupData` gives it then. Each is a call like any other, which waits for its worker;
   * arguments are cloned. Rejects with the first error; the other calls go on. One whose worker ends first fails with `WorkerCrashedError`.
   *
   * @example await search.control.broadcast('setLanguage', 'de')
   */
  broadcast<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>>(
    this: void,
    method: Method,
    ...args: ArgsOf<Api, Method>
  ): Promise<ResultOf<Api, Method>[]>
  /** As {@link broadcast}, and tells how each ended, as `Promise.allSettled` does. */
  broadcastSettled<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>>(
    this: void,
    method: Method,
    ...args: ArgsOf<Api, Method>
  ): Promise<PromiseSettledResult<ResultOf<Api, Method>>[]>
  /**
   * Changes how many workers the task may have, and how many handlers may run at once. More takes effect at once; what is too much finishes
   * what it has, and ends. Bounds that the task does not state follow, as at its definition.
   *
   * @throws TypeError or RangeError, as `taskOptions` does: a singleton keeps its one worker, `maxWorkers` is at least `minWorkers`.
   * @example editor.control.resize({ maxWorkers: document.hidden ? 1 : 4 })
   */
  resize(this: void, size: TaskSize): void
  /**
   * Has every worker that is up run its `checkpoint`, which saves what it holds. Fulfilled when all have; rejects with the first error of
   * one, once all are done. They also run when the page is hidden, and when workers are stopped or parked.
   */
  checkpoint(this: void): Promise<void>
  /**
   * Aborts the calls that wait, blocked callers among them, and leaves those that run. Returns how many it has aborted.
   * @param reason what the errors have as their `cause`
   */
  clearQueue(this: void, reason?: unknown): number
  /** Fulfilled when no call is open, and no handler of an aborted one still runs. A task that is stopped and has calls that wait is not idle. */
  whenIdle(this: void): Promise<void>
  /**
   * Ends the task when its work is done: no new calls (they reject with `TaskDisposedError`, code `closed`), those that are open
   * finish, workers run their teardown and end, the task is disposed. Fulfilled then. What waits in a task that is stopped rejects.
   */
  close(this: void): Promise<void>
  /** Ends the task: its open calls reject with `TaskDisposedError`. */
  dispose(this: void): void
  /** The current state: immutable, and the same reference until something has changed. */
  getSnapshot(this: void): RuntimeTaskSnapshot
}

/** What {@link TaskControl.resize} changes; what is left out stays. */
export interface TaskSize {
  /** Workers of a parallel task, at most. */
  maxWorkers?: number | undefined
  /** Handlers that run at once, over all workers. */
  maxInFlight?: number | undefined
}

/** Options of {@link TaskControl.session}. */
export interface SessionOptions {
  /** Milliseconds without a call after which the session ends by itself, and its worker is free; `Infinity`: never. @default 60_000 */
  timeoutMs?: number | undefined
}

/** A task that is bound to one life of one worker; `using` ends it with its block. What its `with()` gives is bound, too. */
export type TaskSession<Api> = Task<Api> & BlockScoped & { readonly control: SessionControl<Api> }

/** The operations of a session's task. */
export interface SessionControl<Api> extends TaskControl<Api> {
  /** Ends the session: its open calls abort, later ones fail with `session-lost`, a pool has its worker back. */
  release(this: void): void
}

/** Options of {@link TaskControl.map}. A signal of `with()` ends the iteration as well. */
export interface MapOptions<Item = unknown> extends ManyOptions<Item> {
  /** Inputs under way at once, at least 1. @default what fills every slot and the queue behind it */
  maxInFlight?: number | undefined
}

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
  /** Returns the same task with other options for its calls, merged over earlier ones. The original does not change. */
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
  /** Calls a method for each input. Pulls an input only when the queue has room. */
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
   * Calls `listener` with each event of that name that a worker of the task emits. Returns a function that ends the subscription. It
   * starts no worker, and continues when workers are restarted. All listeners receive the same payload object.
   */
  on<Event extends EventOf<Api>>(
    this: void,
    event: Event,
    listener: (payload: EventPayloadOf<Api, Event>, info: TaskEventInfo) => void,
  ): () => void
  /**
   * Returns a task whose calls run in one life of one worker, one after another. A singleton uses its worker; a pool reserves one of its
   * workers. The worker is chosen when the first call starts. When that worker is gone, all calls of the session fail with
   * `SessionLostError`, code `session-lost`. If you end the worker yourself (`stop()`, a parked runtime), the running call is `aborted`, as
   * any call is then. No call runs in another worker. `keyMode` does not apply.
   *
   * @throws RangeError if a pool has too many sessions: at least one of its workers stays unreserved.
   * @example
   * using session = database.control.session()
   * await session.begin()
   * await session.insert(row)
   * await session.commit()
   */
  session(this: void, options?: SessionOptions): TaskSession<Api>
  /** Starts all workers. Also ends a `stop()` and a failed state. */
  start(this: void): void
  /** Stops all workers: running calls abort, waiting ones wait for `start()`. */
  stop(this: void): void
  /**
   * Ends a worker and starts a new one. Calls that had started there are treated as after a crash (`retry`, else
   * `WorkerCrashedError`); the others wait again. Returns false if there is no worker with this index.
   */
  restartWorker(this: void, index: number): boolean
  /**
   * Ends a worker as if it had crashed, so that you can see how your app reacts. `onCrash` and `retry` apply to its calls, and the crash
   * counts. Returns false if there is no worker with this index.
   */
  simulateCrash(this: void, index: number): boolean
  /**
   * Makes a worker answer as late as on a machine that takes `factor` times as long, so that you can see how your app reacts. A factor of 1 ends this,
   * and so does the end of the worker. Its handlers run as before: results and progress are held back on the page, and times are reported as if
   * they had taken that long. Returns false if there is no worker of this index, and in production.
   *
   * @throws TypeError for a factor below 1.
   */
  simulateSlowdown(this: void, index: number, factor: number): boolean
  /**
   * Calls a method once on each worker that is up or starting. Resolves with the results in the order of the workers; `[]` without workers. It
   * starts no worker: one that starts later gets its state from `setupData`. Each call is a normal call, which waits for its worker;
   * arguments are cloned. Rejects with the first error; the other calls continue. If its worker ends first, a call fails with `WorkerCrashedError`.
   *
   * @example await search.control.broadcast('setLanguage', 'de')
   */
  broadcast<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>>(
    this: void,
    method: Method,
    ...args: ArgsOf<Api, Method>
  ): Promise<ResultOf<Api, Method>[]>
  /** Like {@link broadcast}, but resolves with how each call ended, as `Promise.allSettled` does. */
  broadcastSettled<Method extends Exclude<MethodOf<Api>, StreamingMethodOf<Api>>>(
    this: void,
    method: Method,
    ...args: ArgsOf<Api, Method>
  ): Promise<PromiseSettledResult<ResultOf<Api, Method>>[]>
  /**
   * Changes how many workers the task may have, and how many handlers may run at once. More takes effect at once; surplus workers finish
   * their calls and end. Limits that you did not set follow, as at the definition.
   *
   * @throws TypeError or RangeError, as `taskOptions` does: a singleton keeps its one worker, `maxWorkers` is at least `minWorkers`.
   * @example editor.control.resize({ maxWorkers: document.hidden ? 1 : 4 })
   */
  resize(this: void, size: TaskSize): void
  /**
   * Runs the `checkpoint` of every worker that is up, which saves its state. Resolves when all are done, or then rejects with the first
   * error. Checkpoints also run when the page is hidden, and when workers are stopped or parked.
   */
  checkpoint(this: void): Promise<void>
  /**
   * Aborts the waiting calls, including those of blocked callers, but not the running ones. Returns how many it aborted.
   * @param reason the `cause` of the errors
   */
  clearQueue(this: void, reason?: unknown): number
  /** Resolves when no call is open, and no handler of an aborted call still runs. A stopped task with waiting calls is not idle. */
  whenIdle(this: void): Promise<void>
  /**
   * Ends the task when its work is done. New calls reject with `TaskDisposedError`, code `closed`; open calls finish; workers run their
   * teardown and end; the task is disposed of. Then the promise resolves. Calls that wait in a stopped task reject.
   */
  close(this: void): Promise<void>
  /** Ends the task: its open calls reject with `TaskDisposedError`. */
  dispose(this: void): void
  /** The current state: immutable, and the same reference until something has changed. */
  getSnapshot(this: void): RuntimeTaskSnapshot
}

/** What {@link TaskControl.resize} changes. A limit that is left out does not change. */
export interface TaskSize {
  /** How many workers a parallel task may have. */
  maxWorkers?: number | undefined
  /** Handlers that run at once, over all workers. */
  maxInFlight?: number | undefined
}

/** Options of {@link TaskControl.session}. */
export interface SessionOptions {
  /** Milliseconds without a call after which the session ends and its worker is free again; `Infinity`: never. @default 60_000 */
  timeoutMs?: number | undefined
}

/** A task that is bound to one life of one worker; `using` ends it with its block. The task that its `with()` returns is bound, too. */
export type TaskSession<Api> = Task<Api> & BlockScoped & { readonly control: SessionControl<Api> }

/** The operations of a session's task. */
export interface SessionControl<Api> extends TaskControl<Api> {
  /** Ends the session: its open calls abort, later ones fail with `session-lost`, and the pool can use the worker again. */
  release(this: void): void
}

/** Options of {@link TaskControl.map}. A signal of `with()` ends the iteration as well. */
export interface MapOptions<Item = unknown> extends ManyOptions<Item> {
  /** How many inputs are under way at once, at least 1. @default enough to fill every slot and the queue */
  maxInFlight?: number | undefined
}

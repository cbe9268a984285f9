/** The types of a defined task: the methods of its worker, and its operations. */
import type { ManyOptions, SettledItem } from '../lib/many-items.ts'
import type { AsyncBlockScoped } from './block-scoped.ts'
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
  with(options: TaskDispatchOptions): Task<Api>
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
    options?: TaskDispatchOptions,
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

/** Options of {@link TaskControl.map}. A signal of `with()` ends the iteration as well. */
export interface MapOptions<Item = unknown> extends ManyOptions<Item> {
  /** Inputs under way at once, at least 1. @default what fills every slot and the queue behind it */
  maxInFlight?: number | undefined
}

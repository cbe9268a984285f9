/** A query: a method of a task with its arguments. Any code can create one; hooks and `prefetch` run it. */
import type { MethodOf, StreamingMethodOf, TaskDispatchOptions } from './task.ts'

/** Names of the methods that return one result: all except generators. */
export type QueryMethodOf<Api> = Exclude<MethodOf<Api>, StreamingMethodOf<Api>>

/** The name of a method that returns one result; for a generator method, what the compiler says instead. */
export type QueryName<Api, Method extends MethodOf<Api>> =
  Method extends QueryMethodOf<Api> ? Method : 'This is a generator method: use useTaskStream()'

/** Created by {@link taskQuery}: data that calls nothing by itself. */
export interface TaskQuery<
  Args extends readonly unknown[] = readonly unknown[],
  Result = unknown,
  Progress = unknown,
> {
  /** Options from `taskOptions()`, or a task. */
  readonly task: object
  readonly method: string
  readonly args: Args
  /** Carries the type of the result; does not exist at run time. */
  readonly '~result'?: Result
  /** Carries the type of the values that the handler passes to `progress`; does not exist at run time. */
  readonly '~progress'?: Progress
  /** @internal What `runtime.prefetch` does: it comes with the query, so that who makes none does not load it. */
  readonly '~prefetch': (define: (options: never) => object, options: PrefetchOptions<never>) => void
}

/** Options of {@link TaskRuntime.prefetch}. */
export interface PrefetchOptions<Progress = unknown> {
  /** A string that stands for the arguments: the same `argsKey` as in the hook that will read the result. @default their contents */
  readonly argsKey?: string | undefined
  /** Milliseconds that a result waits for its first reader; `Infinity`: as long as the task. @default 30_000 */
  readonly gcMs?: number | undefined
  /** Options of the call, as in `task.with()`. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
}

/** A query: which method of which task to ask, and with what. It is made anywhere, and asked by hooks and `prefetch`. */
import type { MethodOf, StreamingMethodOf, TaskDispatchOptions } from './task.ts'

/** Names of the methods that give one result: all but the generators. */
export type QueryMethodOf<Api> = Exclude<MethodOf<Api>, StreamingMethodOf<Api>>

/** The name of a method that can be asked; of a generator method, what the compiler says instead. */
export type QueryName<Api, Method extends MethodOf<Api>> =
  Method extends QueryMethodOf<Api> ? Method : 'This is a generator method: use useTaskStream()'

/** Made by {@link taskQuery}: data that asks nothing by itself. */
export interface TaskQuery<
  Args extends readonly unknown[] = readonly unknown[],
  Result = unknown,
  Progress = unknown,
> {
  /** Options from `taskOptions()`, or a task. */
  readonly task: object
  readonly method: string
  readonly args: Args
  /** Carries the type of the result; never there at run time. */
  readonly '~result'?: Result
  /** Carries the type of what the handler gives to `progress`; never there at run time. */
  readonly '~progress'?: Progress
  /** @internal What `runtime.prefetch` does: it comes with the query, so that who makes none does not load it. */
  readonly '~prefetch': (define: (options: never) => object, options: PrefetchOptions<never>) => void
}

/** Options of {@link TaskRuntime.prefetch}. */
export interface PrefetchOptions<Progress = unknown> {
  /** What the arguments are known by: the same `argsKey` as the hook's that will read the result. @default their contents */
  readonly argsKey?: string | undefined
  /** Milliseconds that a result waits for its first reader; `Infinity`: as long as the task. @default 30_000 */
  readonly gcMs?: number | undefined
  /** Options of the call, as `task.with()` takes them. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
}

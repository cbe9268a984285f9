/** The state of a call as a component sees it: immutable data, discriminated on `status`. */
import type {
  ArgsOf,
  CallOf,
  MethodOf,
  MissingApi,
  ProgressOf,
  ResultOf,
  TaskCall,
  TaskStream,
} from '../../src/index.ts'

/** Names of the methods that give one result: all but the generators. */
export type CallMethodOf<Api> = {
  [Method in MethodOf<Api>]: CallOf<Api, Method> extends TaskStream<unknown> ? never : Method
}[MethodOf<Api>]

/** Names of the generator methods. */
export type StreamMethodOf<Api> = {
  [Method in MethodOf<Api>]: CallOf<Api, Method> extends TaskCall<unknown> ? never : Method
}[MethodOf<Api>]

/** The name of a method that gives one result; of a generator method, what the compiler says instead. */
export type CallName<Api, Method extends MethodOf<Api>> =
  Method extends CallMethodOf<Api> ? Method : 'This is a generator method: use useTaskStream()'

/** The name of a generator method; of another, what the compiler says instead. */
export type StreamName<Api, Method extends MethodOf<Api>> =
  Method extends StreamMethodOf<Api>
    ? Method
    : Method extends keyof MissingApi
      ? Method
      : 'This method gives one result: use useTaskCall()'

/** The states of a call with these arguments and this result. */
export type CallState<Args extends readonly unknown[], Result, Progress = unknown> =
  | IdleCall
  | OpenCall<Args, Result, Progress>
  | SucceededCall<Args, Result>
  | FailedCall<Args, Result, Progress>
  | CanceledCall<Args, Result, Progress>

/** The state that {@link useTaskCall} returns, for one method of a worker's API. */
export type TaskCallState<Api, Method extends MethodOf<Api>> = CallState<
  ArgsOf<Api, Method>,
  ResultOf<Api, Method>,
  ProgressOf<Api, Method>
>

/** Nothing was called, or the state was reset. */
export interface IdleCall {
  readonly status: 'idle'
  readonly args?: undefined
  readonly data?: undefined
  readonly progress?: undefined
  readonly error?: undefined
  readonly reason?: undefined
}

/** `queued` until the handler starts, then `running`. */
export interface OpenCall<Args extends readonly unknown[], Result, Progress = unknown> {
  readonly status: 'queued' | 'running'
  readonly args: Args
  /** The result of the last call that succeeded. */
  readonly data?: Result | undefined
  /** The newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly error?: undefined
  readonly reason?: undefined
}

/** The call has its result. */
export interface SucceededCall<Args extends readonly unknown[], Result> {
  readonly status: 'success'
  readonly args: Args
  readonly data: Result
  readonly progress?: undefined
  readonly error?: undefined
  readonly reason?: undefined
}

/** The call failed. */
export interface FailedCall<Args extends readonly unknown[], Result, Progress = unknown> {
  readonly status: 'error'
  readonly args: Args
  readonly error: Error
  /** The result of the last call that succeeded. */
  readonly data?: Result | undefined
  /** How far it came: the newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly reason?: undefined
}

/** The call was canceled: by `abort()`, its key, a parked runtime; or its component was gone for too long. */
export interface CanceledCall<Args extends readonly unknown[], Result, Progress = unknown> {
  readonly status: 'canceled'
  readonly args: Args
  /** What `abort()` was given; the `TaskAbortError` where it was given nothing. */
  readonly reason: unknown
  /** The result of the last call that succeeded. */
  readonly data?: Result | undefined
  /** How far it came: the newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly error?: undefined
}

export const IDLE: IdleCall = Object.freeze({ status: 'idle' })
export const getIdle = (): IdleCall => IDLE

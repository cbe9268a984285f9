/** The state of a query: `status` is about its data, `activity` about the work for it. */
import { asError } from './call-errors.ts'
import type { CallState } from './call-state.ts'

/** The work for a query: none, a waiting call, or a running one. */
export type QueryActivity = 'none' | 'queued' | 'running'

/** The states of a query with these arguments: narrow it by `status`. */
export type TaskQueryState<Args extends readonly unknown[], Data, Progress = unknown> =
  | IdleQuery
  | PendingQuery<Args, Progress>
  | SucceededQuery<Args, Data, Progress>
  | FailedQuery<Args, Data, Progress>

/** There is no query, because it is `skipToken`. */
export interface IdleQuery {
  readonly status: 'idle'
  readonly activity: 'none'
  readonly isPending: false
  readonly isPlaceholderData: false
  readonly args?: undefined
  readonly data?: undefined
  readonly progress?: undefined
  readonly error?: undefined
}

/** There is no result yet. With activity `none`, its call was canceled; `refetch` or the next mount calls again. */
export interface PendingQuery<Args extends readonly unknown[], Progress = unknown> {
  readonly status: 'pending'
  readonly activity: QueryActivity
  readonly isPending: true
  readonly isPlaceholderData: false
  readonly args: Args
  readonly data?: undefined
  /** The newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly error?: undefined
}

/** There is a result, or a placeholder until it arrives. */
export interface SucceededQuery<Args extends readonly unknown[], Data, Progress = unknown> {
  readonly status: 'success'
  /** `none`, unless the query is being called again, or for the first time while `isPlaceholderData`. */
  readonly activity: QueryActivity
  readonly isPending: false
  /** `data` comes from `placeholderData`. It is not the result for `args`. */
  readonly isPlaceholderData: boolean
  readonly args: Args
  readonly data: Data
  /** The newest value that the handler gave to `progress`, while the query is being called again. */
  readonly progress?: Progress | undefined
  readonly error?: undefined
}

/** The last call failed, and none is open. */
export interface FailedQuery<Args extends readonly unknown[], Data, Progress = unknown> {
  readonly status: 'error'
  readonly activity: 'none'
  readonly isPending: false
  readonly isPlaceholderData: false
  readonly args: Args
  readonly error: Error
  /** The result of the last call for these arguments that succeeded. */
  readonly data?: Data | undefined
  /** How far it came: the newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
}

export const IDLE_QUERY: IdleQuery = Object.freeze({
  status: 'idle',
  activity: 'none',
  isPending: false,
  isPlaceholderData: false,
})

/** What is known about a query apart from the open call: its last result, boxed, and the error of its last call. */
export interface KnownResult<Result> {
  readonly data?: { readonly value: Result } | undefined
  readonly failure?: { readonly error: Error; readonly progress: unknown } | undefined
}

/** What is known after a call has settled. A canceled call changes nothing. */
export function learn<Result>(
  before: KnownResult<Result>,
  call: CallState<readonly unknown[], Result>,
): KnownResult<Result> {
  if (call.status === 'success') return { data: { value: call.data } }
  if (call.status === 'error')
    return { data: before.data, failure: { error: call.error, progress: call.progress } }
  return before
}

/** The activity of a call. */
export function activityOf({ status }: CallState<readonly unknown[], unknown>): QueryActivity {
  return status === 'queued' || status === 'running' ? status : 'none'
}

/** The state to show. While a call is open, an earlier failure is not shown. */
export function queryState<Args extends readonly unknown[], Result>(
  args: Args,
  { data, failure }: KnownResult<Result>,
  activity: QueryActivity,
  progress?: unknown,
): TaskQueryState<Args, Result> {
  if (failure && activity === 'none')
    return {
      status: 'error',
      activity,
      isPending: false,
      isPlaceholderData: false,
      args,
      data: data?.value,
      ...failure,
    }
  const asked = { activity, isPlaceholderData: false, args, progress } as const
  return data
    ? { status: 'success', isPending: false, data: data.value, ...asked }
    : { status: 'pending', isPending: true, ...asked }
}

/** Whether two states of one query are equal. Their arguments are equal by value, even if the objects differ. */
export function isSameState(
  a: TaskQueryState<readonly unknown[], unknown>,
  b: TaskQueryState<readonly unknown[], unknown>,
): boolean {
  return (
    a.status === b.status &&
    a.activity === b.activity &&
    Object.is(a.data, b.data) &&
    a.error === b.error &&
    Object.is(a.progress, b.progress)
  )
}

/** How a component transforms the state. */
export interface QueryView<Result, Data> {
  readonly select: ((data: Result) => Data) | undefined
  /** Represents a missing result, boxed. */
  readonly placeholder: { readonly value: Result } | undefined
}

/** The state as its component shows it: with selected data, and with a placeholder for missing data. */
export function viewOf<Args extends readonly unknown[], Result, Data>(
  state: TaskQueryState<Args, Result>,
  { select, placeholder }: QueryView<Result, Data>,
): TaskQueryState<Args, Data> {
  const shown: TaskQueryState<Args, Result> =
    state.status === 'pending' && placeholder
      ? { ...state, status: 'success', isPending: false, isPlaceholderData: true, data: placeholder.value }
      : state
  if (!select || (shown.status !== 'success' && shown.data === undefined))
    return shown as unknown as TaskQueryState<Args, Data>
  try {
    return { ...shown, data: select(shown.data as Result) } as TaskQueryState<Args, Data>
  } catch (error) {
    const { args, progress } = shown as SucceededQuery<Args, Result>
    return queryState<Args, Data>(args, { failure: { error: asError(error), progress } }, 'none')
  }
}

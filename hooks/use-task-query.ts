/** `useTaskQuery`: the result of a query, called when the component has mounted. */
import {
  useCallback,
  useContext,
  useDebugValue,
  useInsertionEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Task, TaskDispatchOptions, TaskOptions, TaskQuery, TaskRetry } from '../src/index.ts'
import { queryId } from '../src/lib/known-queries.ts'
import { type SkipToken, skipToken, useKeyedArgs } from './args/use-keyed-args.ts'
import { type ThrowOnError, throwIfWanted } from './calls/call-errors.ts'
import { useRenderNote, useOwnRenders } from './args/render-loop.ts'
import { callMethod, type RunnerConfig, withRetry } from './calls/call-run.ts'
import { QueryReader, querySource, stillSource } from './calls/query-cache.ts'
import { IDLE_QUERY, queryState, type TaskQueryState, viewOf } from './calls/query-state.ts'
import { refuseOther, refuseUnknown, type Fixed, type OptionNames } from './state/development.ts'
import { useShared } from './state/shared.ts'
import { taskIdentity } from './tree/define-cold.ts'
import { TraceScopeContext } from './tree/contexts.ts'
import { useRetain, useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useTaskQuery}. */
export interface UseTaskQueryOptions<Result, Data = Result, Progress = unknown> {
  /** Turns the result into `data`. It runs again when you pass another function. Equal data stays the same object. */
  readonly select?: ((result: Result) => Data) | undefined
  /**
   * `data` until the result arrives; it is never stored. A value, or a function of the last result that this component has
   * shown for the same method and task. `keepPrevious` is such a function. `undefined` means none.
   */
  readonly placeholderData?:
    | Fixed<Result>
    | ((previous: Fixed<Result> | undefined) => Fixed<Result> | undefined)
    | undefined
  /**
   * Whether a new result that is equal to the last one, as plain data, stays the same object, so that nothing renders. It is compared as
   * arguments are. @default true
   */
  readonly structuralSharing?: boolean | undefined
  /** Milliseconds that a result stays after its last reader, for the next one. @default 0 */
  readonly gcMs?: number | undefined
  /** A string that stands for the arguments instead of their contents, for large plain data. */
  readonly argsKey?: string | undefined
  /** Throw errors into the nearest error boundary at render: all of them, or those that a function picks. @default false */
  readonly throwOnError?: ThrowOnError | undefined
  /**
   * How often the call is retried when its handler throws: a number, or a {@link TaskRetry}. All attempts are one call for the state.
   * It overrides `with` and the task. @default the task's `retry`
   */
  readonly retry?: number | TaskRetry | undefined
  /** Options of the calls, as in `task.with()`: `{ priority: 'high', timeoutMs: 500 }`. A change makes no call; each call uses the newest. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
}

const KNOWN: OptionNames<UseTaskQueryOptions<never>> = [
  'select',
  'placeholderData',
  'structuralSharing',
  'gcMs',
  'argsKey',
  'throwOnError',
  'retry',
  'with',
]

/** What {@link useTaskQuery} returns: narrow it by `status`. */
export type UseTaskQueryResult<Args extends readonly unknown[], Data, Progress = unknown> = TaskQueryState<
  Args,
  Data,
  Progress
> & {
  /**
   * Calls again with the same arguments; `data` stays until the new result arrives. Resolves to the state when the call is over,
   * and never rejects. Stable for the same arguments.
   */
  readonly refetch: () => Promise<TaskQueryState<Args, Data, Progress>>
}

/** A value for `placeholderData`: the last result stays until the next one arrives. */
export function keepPrevious<Result>(previous: Result | undefined): Result | undefined {
  return previous
}

/**
 * Returns the result of a query. The call is made when the component has mounted, and again when the arguments change. With `skipToken`
 * no call is made, and the status is `idle`. `status` is about the data: `pending` until the first result, on a server too.
 * `activity` is about the work: `none`, `queued` or `running`.
 *
 * Components with the same query share one call. Plain data in the arguments is compared by value, everything else (blobs, buffers,
 * instances) by identity, so it must be stable. When the last component with the query unmounts or changes its query,
 * an open call is aborted, and the result is dropped after `gcMs`. An aborted call restores the state that
 * there was before it.
 *
 * @param query created by {@link taskQuery}, in this render or before. A trace of the task or of `with` overrides that of the scope.
 * @throws Error outside a provider; at render, what `throwOnError` lets through.
 *
 * @example
 * const hits = useTaskQuery(text ? hitsOf(text) : skipToken, { placeholderData: keepPrevious })
 */
export function useTaskQuery<Args extends readonly unknown[], Result, Data = Result, Progress = unknown>(
  query: TaskQuery<Args, Result, Progress> | SkipToken,
  options: UseTaskQueryOptions<Result, Data, Progress> = {},
): UseTaskQueryResult<Args, Data, Progress> {
  if (query !== skipToken) refuseOther('useTaskQuery()', query, '~prefetch')
  refuseUnknown('useTaskQuery()', options, KNOWN)
  const { select, placeholderData, structuralSharing = true, gcMs = 0 } = options
  const { argsKey, throwOnError = false } = options
  const callOptions = withRetry(options)
  const { task, method = '', args } = query === skipToken ? NOTHING : query
  const handle = useTaskHandle(task as TaskOptions<never> | Task<never> | undefined, 'useTaskQuery()')
  const scope = useContext(TraceScopeContext)
  const retain = useRetain(handle)
  const caller = `useTaskQuery(${handle?.taskId}, '${method}')`
  const renders = useOwnRenders()
  const wanted = (args as Args | undefined) ?? skipToken
  const asked = useKeyedArgs<Args | SkipToken>(wanted, argsKey, caller, renders)

  const identity = handle && taskIdentity(handle)
  const config: RunnerConfig<Args, Result> | undefined = handle && {
    subject: { taskId: handle.taskId, method, identity: taskIdentity(handle) },
    dispatch: (given, tell) =>
      callMethod(handle, method as never, given as never, { with: callOptions, scope }, tell),
    retain,
    mode: 'latest',
    abortAfterUnmountMs: 0,
  }
  const [reader] = useState(() => new QueryReader<Args, Result, Data>())
  // Configure before any effect that could call.
  useInsertionEffect(() => reader.configure({ config, gcMs, select }))
  // A new source only for a new query: other changes in a render must not make a call.
  const source = useMemo(() => {
    const { key, args: known, error } = asked
    if (!identity || known === skipToken) return stillSource<Args, Result, Data>(reader, IDLE_QUERY)
    if (!error) return querySource(reader, { identity, id: queryId(method, key) }, known)
    return stillSource(
      reader,
      queryState<Args, never>(known, { failure: { error, progress: undefined } }, 'none'),
    )
  }, [identity, method, asked, reader])

  const { subscribe, getState, getServerState } = source
  const listen = useCallback(
    (listener: () => void) =>
      subscribe(() => {
        renders.tell(getState())
        listener()
      }),
    [subscribe, getState, renders],
  )
  const state = useSyncExternalStore<TaskQueryState<Args, Result>>(listen, getState, getServerState)
  useRenderNote(renders, asked.key, state, asked.error !== undefined)
  const placeholder = usePlaceholder(state, placeholderData, identity, method)
  const view = useMemo(() => viewOf(state, { select, placeholder }), [state, select, placeholder])
  const { status, activity, isPending, isPlaceholderData, args: shownArgs, progress, error } = view
  const data = useShared(view.data, structuralSharing)
  useDebugValue(status)
  throwIfWanted(view, throwOnError)
  const { refetch } = source
  return useMemo(
    () =>
      ({
        status,
        activity,
        isPending,
        isPlaceholderData,
        args: shownArgs,
        data,
        progress,
        error,
        refetch,
      }) as UseTaskQueryResult<Args, Data, Progress>,
    [status, activity, isPending, isPlaceholderData, shownArgs, data, progress, error, refetch],
  )
}

const NOTHING: Partial<TaskQuery> = {}

/** A result, and what it is a result of. */
interface Previous<Result> {
  readonly data: Result
  readonly identity: object | undefined
  readonly method: string
}

/** Represents a missing result, boxed. */
function usePlaceholder<Result>(
  state: TaskQueryState<readonly unknown[], Result>,
  placeholderData: UseTaskQueryOptions<Result>['placeholderData'],
  identity: object | undefined,
  method: string,
): { readonly value: Result } | undefined {
  const [previous, setPrevious] = useState<Previous<Result> | null>(null)
  const isOfThis = previous !== null && previous.identity === identity && previous.method === method
  const make = typeof placeholderData === 'function' ? (placeholderData as MakePlaceholder<Result>) : null
  if (make && state.status === 'success' && !(isOfThis && Object.is(previous.data, state.data)))
    setPrevious({ data: state.data, identity, method })
  let value: Result | undefined
  if (state.status === 'pending')
    value = make ? make(isOfThis ? previous.data : undefined) : (placeholderData as Result | undefined)
  return useMemo(() => (value === undefined ? undefined : { value }), [value])
}

type MakePlaceholder<Result> = (previous: Result | undefined) => Result | undefined

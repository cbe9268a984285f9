/** `useTaskQuery`: the result of a call for given arguments, made when the component has mounted. */
import { useContext, useDebugValue, useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { ArgsOf, ResultOf, Task, TaskCall, TaskOptions } from '../src/index.ts'
import { type SkipToken, skipToken } from './args/args-key.ts'
import { callMethod, type RunnerConfig } from './calls/call-run.ts'
import {
  type CallMethodOf,
  type CallState,
  IDLE,
  type OpenCall,
  type TaskCallState,
} from './calls/call-state.ts'
import { taskIdentity } from './tree/define-cold.ts'
import { QueryReader } from './calls/query-cache.ts'
import { type ThrowOnError, throwIfWanted } from './calls/call-errors.ts'
import { retainNothing, RuntimeContext, TraceScopeContext } from './tree/contexts.ts'
import { useKeyedArgs } from './args/use-keyed-args.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useTaskQuery}. */
export interface UseTaskQueryOptions {
  /** While a query with other arguments is open, `data` is still the result of the last one. @default false */
  readonly keepPrevious?: boolean | undefined
  /** Milliseconds that a result stays after its last reader, for whoever asks again. @default 0 */
  readonly gcMs?: number | undefined
  /** What the arguments are known by, instead of their contents: for large plain data. */
  readonly key?: string | undefined
  /** Throw errors into the nearest error boundary at render, as in {@link useTaskCall}. @default false */
  readonly throwOnError?: ThrowOnError | undefined
}

/** What {@link useTaskQuery} returns: narrow it by `status`. */
export type UseTaskQueryResult<Api, Method extends CallMethodOf<Api>> = TaskCallState<Api, Method> & {
  /** Calls again with the same arguments; `data` stays until the new result is there. Stable for the same arguments. */
  readonly refetch: () => void
}

/**
 * The result of a worker method for `args`. The call is made when the component has mounted, and anew when the arguments
 * change; with `skipToken` there is none, and the status is `idle`. Until the first result the status is `queued`
 * or `running`, on a server too.
 *
 * Components that ask the same of the same task share one call. Arguments are compared by what they hold if they are plain data, and by
 * identity otherwise (blobs, buffers, instances), so those must be stable. When the last component that asks has gone, or asks
 * something else, an open call is aborted, and the result is dropped after `gcMs`.
 *
 * @param task options from `taskOptions()`, or a task. A trace that the task has of its own goes before the scope's.
 * @throws Error outside a provider; at render, what `throwOnError` lets through.
 *
 * @example
 * const hits = useTaskQuery(indexTask, 'search', text ? [text] : skipToken, { keepPrevious: true })
 */
export function useTaskQuery<Api, Method extends CallMethodOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  method: Method,
  args: ArgsOf<Api, Method> | SkipToken,
  options: UseTaskQueryOptions = {},
): UseTaskQueryResult<Api, Method> {
  type Args = ArgsOf<Api, Method>
  type Result = ResultOf<Api, Method>

  const { keepPrevious = false, gcMs = 0, throwOnError = false } = options
  const handle = useTaskHandle(task, 'useTaskQuery()')
  const scope = useContext(TraceScopeContext)
  const retain = useContext(RuntimeContext)?.retain ?? retainNothing
  const caller = `useTaskQuery(${handle.taskId}, '${method}')`
  const asked = useKeyedArgs<Args | SkipToken>(args, options.key, caller)

  const identity = taskIdentity(handle)
  const config: RunnerConfig<Args, Result> = {
    subject: { taskId: handle.taskId, method, identity },
    dispatch: (given, tell) =>
      callMethod(handle, method, given, { scope }, tell) as unknown as TaskCall<Result>,
    retain,
    mode: 'latest',
    graceMs: 0,
  }
  const [reader] = useState(() => new QueryReader<Args, Result>(config))
  // Before any effect that could ask.
  useInsertionEffect(() => reader.configure(config, gcMs))
  // Another one only for another question: what else a render says is no reason to ask again.
  const query = useMemo(() => {
    const { key, args: known, error } = asked
    if (known === skipToken || error) {
      const state: CallState<Args, Result> =
        error && known !== skipToken ? { status: 'error', args: known, error } : IDLE
      const subscribe = () => {
        reader.drop()
        return noop
      }
      return { subscribe, getState: () => state, getServerState: () => state, refetch: noop }
    }
    const name = { identity, id: `${method.length}:${method}${key}` }
    const pending: OpenCall<Args, Result> = { status: 'queued', args: known }
    return {
      subscribe: (listener: () => void) => reader.read(name, known, listener),
      getState: (): CallState<Args, Result> => {
        const state = reader.stateOf(name) ?? pending
        // What the effect is about to start is queued already: it does not render once more for having been.
        const isNew = state.status === 'queued' && state.data === undefined
        return isNew ? pending : state
      },
      getServerState: () => pending,
      refetch: () => reader.refetch(name, known),
    }
  }, [identity, method, asked, reader])

  const state = useSyncExternalStore<CallState<Args, Result>>(
    query.subscribe,
    query.getState,
    query.getServerState,
  )
  const previous = usePrevious(state, keepPrevious, identity, method)
  useDebugValue(state.status)
  throwIfWanted(state, throwOnError)
  const { refetch } = query
  return useMemo(() => {
    const isWithout = state.status !== 'success' && state.status !== 'idle' && state.data === undefined
    return { ...(isWithout && previous ? { ...state, data: previous.data } : state), refetch }
  }, [state, previous, refetch])
}

/** A result, boxed, since `undefined` may be one, and what it is a result of. */
interface Previous<Result> {
  readonly data: Result
  readonly identity: object
  readonly method: string
}

/** The last result of this method of this task. */
function usePrevious<Result>(
  state: CallState<readonly unknown[], Result>,
  isWanted: boolean,
  identity: object,
  method: string,
): Previous<Result> | null {
  const [previous, setPrevious] = useState<Previous<Result> | null>(null)
  const isOfThis = previous !== null && previous.identity === identity && previous.method === method
  if (isWanted && state.status === 'success' && !(isOfThis && Object.is(previous.data, state.data)))
    setPrevious({ data: state.data, identity, method })
  return isWanted && isOfThis ? previous : null
}

function noop(): void {}

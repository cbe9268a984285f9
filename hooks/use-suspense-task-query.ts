/** `useSuspenseTaskQuery`: the result of a query, for a component that suspends until it arrives. */
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
import { identityKey } from '../src/lib/args-key.ts'
import { queryId } from '../src/lib/known-queries.ts'
import { madeAtEachAttempt } from './args/made-in-render.ts'
import { callMethod, withRetry } from './calls/call-run.ts'
import { homeOf, taskIdentity } from './tree/define-cold.ts'
import { refuseOther, refuseUnknown, type OptionNames, warnOnce } from './state/development.ts'
import { isCommitted, type ProvidedRuntime, RuntimeContext, TraceScopeContext } from './tree/contexts.ts'
import { SuspenseAsker, suspenseEntry, type SuspenseWork } from './calls/suspense-cache.ts'
import { useKeyedArgs } from './args/use-keyed-args.ts'
import { useShared } from './state/shared.ts'
import { useRetain, useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useSuspenseTaskQuery}. */
export interface UseSuspenseTaskQueryOptions<Result = unknown, Data = Result, Progress = unknown> {
  /** Turns the result into `data`. If it throws, the error goes to the error boundary. Equal data stays the same object. */
  readonly select?: ((result: Result) => Data) | undefined
  /** Whether a new result that is equal to the last one, as plain data, stays the same object. @default true */
  readonly structuralSharing?: boolean | undefined
  /** A string that stands for the arguments instead of their contents, for large plain data. */
  readonly argsKey?: string | undefined
  /**
   * How often the call is retried when its handler throws, before the error goes to an error boundary: a number, or a {@link TaskRetry}.
   * It overrides `with` and the task. @default the task's `retry`
   */
  readonly retry?: number | TaskRetry | undefined
  /** Options of the calls, as in `task.with()`: `{ priority: 'high', timeoutMs: 500 }`. A change makes no call; each call uses the newest. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
}

const KNOWN: OptionNames<UseSuspenseTaskQueryOptions> = [
  'select',
  'structuralSharing',
  'argsKey',
  'retry',
  'with',
]

/** What {@link useSuspenseTaskQuery} returns. */
export interface UseSuspenseTaskQueryResult<Result> {
  readonly data: Result
  /** Calls again with the same arguments; `data` stays until the new result arrives. Stable for the same arguments. */
  readonly refetch: () => void
}

/**
 * Returns the result of a query. The component suspends until the result arrives, and throws into the nearest error
 * boundary if the call fails. It is the only hook that starts work in render. All components and renders with the same query
 * share one call. Arguments are compared as in {@link useTaskQuery}.
 *
 * Put the `<Suspense>` boundary inside the provider: a tree that suspends before it has mounted loses its state, including the runtime
 * of a provider. A result that no component has committed is dropped one second after it arrives, or when everything else
 * that is pending has arrived. An error is dropped in the same way, so that a boundary that is reset later tries again. When the last
 * reader unmounts, the result is dropped at once.
 *
 * On a server it throws: there are no workers. Within a `<Suspense>` boundary the server sends its fallback.
 *
 * @param query created by {@link taskQuery}, in this render or before. A trace of the task or of `with` overrides that of the scope.
 * @throws a promise while it waits; the call's error; Error outside a provider, and on a server.
 *
 * @example
 * const { data: outline } = useSuspenseTaskQuery(outlineOf(text))
 */
export function useSuspenseTaskQuery<
  Args extends readonly unknown[],
  Result,
  Data = Result,
  Progress = unknown,
>(
  query: TaskQuery<Args, Result, Progress>,
  options: UseSuspenseTaskQueryOptions<Result, Data, Progress> = {},
): UseSuspenseTaskQueryResult<Data> {
  refuseOther('useSuspenseTaskQuery()', query, '~prefetch')
  refuseUnknown('useSuspenseTaskQuery()', options, KNOWN)
  if (typeof document === 'undefined') throw onServer()
  const { task, method, args } = query
  const { select, structuralSharing = true, argsKey } = options
  const callOptions = withRetry(options)
  const handle = useTaskHandle(task as TaskOptions<never> | Task<never>, 'useSuspenseTaskQuery()')
  const provided = useContext(RuntimeContext)
  const scope = useContext(TraceScopeContext)
  const retain = useRetain(handle)
  const caller = `useSuspenseTaskQuery(${handle.taskId}, '${method}')`
  const { key, args: known, error } = useKeyedArgs(args, argsKey, caller)
  if (error) throw error

  const identity = taskIdentity(handle)
  const id = queryId(method, key)
  const work: SuspenseWork<Result> = {
    subject: { taskId: handle.taskId, method, identity },
    id,
    dispatch: () =>
      callMethod(handle, method as never, known as never, {
        with: callOptions,
        scope,
      }),
    retain,
    settledUnread: () => warnOfLoop(provided),
    refuse: () => madeAtEachAttempt(caller),
  }
  // The component keeps the entry, too: the cache drops it while an Activity hides the last reader.
  const owner = homeOf(handle)?.getRuntimeSnapshot ?? provided?.runtime ?? identity
  const kind = `${identityKey(identity)}.${queryId(method, '')}`
  const name = kind + key
  const [found, setFound] = useState(() => ({
    owner,
    name,
    entry: suspenseEntry<Result>(owner, name, kind, work),
  }))
  let { entry } = found
  if (found.owner !== owner || found.name !== name) {
    entry = suspenseEntry<Result>(owner, name, kind, work)
    setFound({ owner, name, entry })
  }
  const [asker] = useState(() => new SuspenseAsker(work))
  useInsertionEffect(() => asker.configure(work))
  const refetch = useCallback(() => asker.refetch(entry), [asker, entry])
  const state = useSyncExternalStore(entry.subscribe, entry.getState, entry.getState)
  useDebugValue(state.status)
  const isThere = state.status === 'success'
  const given = isThere ? state.data : undefined
  const selected = useMemo(
    () => (isThere && select ? select(given as Result) : (given as unknown as Data)),
    [isThere, given, select],
  )
  const data = useShared(selected, structuralSharing)
  const result = useMemo(() => ({ data, refetch }), [data, refetch])
  if (state.status === 'error') throw state.error
  // React 18 has no `use`, but throwing a promise suspends in both versions.
  if (!isThere) throw entry.promise as unknown as Error
  return result
}

let lost = 0

/** Warns if the provider itself is suspended: it creates a new runtime at each attempt, and never finishes. */
function warnOfLoop(provided: ProvidedRuntime | null): void {
  if (!provided?.owned || isCommitted(provided.runtime) || ++lost < 2) return
  warnOnce(
    'suspended-provider',
    'A result of useSuspenseTaskQuery was lost, because its <AtelierProvider> has not mounted: it is suspended itself, and creates a new ' +
      'runtime at each attempt. Put a <Suspense> boundary inside the provider, or pass the provider a runtime',
  )
}

function onServer(): Error {
  return new Error(
    'useSuspenseTaskQuery() needs workers, which a server does not have. Inside a <Suspense> boundary this is expected: the server ' +
      'sends the fallback, and the browser renders the rest',
  )
}

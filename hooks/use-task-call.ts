/** `useTaskCall`: calls of one method, and the state of the last one. */
import { useContext, useDebugValue, useMemo } from 'react'
import type { ArgsOf, ResultOf, Task, TaskCall, TaskOptions, TraceContext } from '../src/index.ts'
import { callMethod, type CallCallbacks, type CallMode, type RunnerConfig } from './calls/call-run.ts'
import type { CallMethodOf, TaskCallState } from './calls/call-state.ts'
import { taskIdentity } from './tree/define-cold.ts'
import { type ThrowOnError, throwIfWanted } from './calls/call-errors.ts'
import { retainNothing, RuntimeContext, TraceScopeContext } from './tree/contexts.ts'
import { useCallRunner } from './calls/call-runner.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useTaskCall}. */
export interface UseTaskCallOptions<Args extends readonly unknown[], Result>
  extends CallCallbacks<Args, Result> {
  /**
   * What a call does while an earlier one of the same hook is open. `latest` aborts the earlier, whose promise rejects with code
   * `superseded`; `drop` turns the new one away (`dropped-latest`); `queue` runs one after another; `parallel` runs all,
   * and the state is the newest's. @default 'latest'
   */
  readonly mode?: CallMode | undefined
  /** The trace of the calls. @default the trace of the `TraceScope` around it */
  readonly trace?: TraceContext | undefined
  /**
   * Throw errors into the nearest error boundary at render: all of them, or those that a function picks. Aborts are
   * thrown only by a function. @default false
   */
  readonly throwOnError?: ThrowOnError | undefined
  /** Milliseconds that a call goes on after the unmount; `Infinity`: to its end. @default 0: one macrotask */
  readonly graceMs?: number | undefined
}

/** What {@link useTaskCall} returns beside the state; stable functions. */
export interface TaskCallActions<Args extends readonly unknown[], Result> {
  /** Calls the method. Never rejects: what happens is in the state. */
  readonly run: (...args: Args) => void
  /** Calls the method; the promise settles as the call does, and rejects when it is superseded, dropped or aborted. */
  readonly runAsync: (...args: Args) => Promise<Result>
  /** Aborts the hook's open calls; a settled one is left as it is. */
  readonly abort: (reason?: unknown) => void
  /** Aborts the hook's open calls and goes back to `idle`. */
  readonly reset: () => void
}

/** What {@link useTaskCall} returns: narrow it by `status`. */
export type UseTaskCallResult<Api, Method extends CallMethodOf<Api>> = TaskCallState<Api, Method> &
  TaskCallActions<ArgsOf<Api, Method>, ResultOf<Api, Method>>

/**
 * Calls of one worker method from handlers and effects, with the state of the last call. Nothing is called until
 * `run` or `runAsync` is.
 *
 * The state is immutable and discriminated on `status`: `idle`, `queued`, `running`, `success`, `error` or `aborted`;
 * while a call is open, and after one that failed, `data` is still the last result. Progress renders at most once a frame.
 * The unmount aborts open calls after `graceMs`; under StrictMode the second mount takes them over. What arrives while
 * an Activity hides the component is shown when it is revealed.
 *
 * @param task options from `taskOptions()`, or a task. A trace that the task has of its own goes before the scope's.
 * @throws Error outside a provider; at render, what `throwOnError` lets through.
 *
 * @example
 * const search = useTaskCall(indexTask, 'search')
 * <input onChange={(event) => search.run(event.target.value)} />
 * {search.status === 'success' && <Results hits={search.data} />}
 */
export function useTaskCall<Api, Method extends CallMethodOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  method: Method,
  options: UseTaskCallOptions<ArgsOf<Api, Method>, ResultOf<Api, Method>> = {},
): UseTaskCallResult<Api, Method> {
  type Args = ArgsOf<Api, Method>
  type Result = ResultOf<Api, Method>

  const handle = useTaskHandle(task, 'useTaskCall()')
  const scope = useContext(TraceScopeContext)
  const retain = useContext(RuntimeContext)?.retain ?? retainNothing
  const { mode = 'latest', trace, throwOnError = false, graceMs = 0, onSuccess, onError, onSettled } = options
  const identity = taskIdentity(handle)

  const config: RunnerConfig<Args, Result> = {
    subject: { taskId: handle.taskId, method, identity },
    dispatch: (args, tell) =>
      callMethod(handle, method, args, { trace, scope }, tell) as unknown as TaskCall<Result>,
    retain,
    mode,
    graceMs,
    onSuccess,
    onError,
    onSettled,
  }
  const [runner, state] = useCallRunner(config)
  useDebugValue(state.status)
  throwIfWanted(state, throwOnError)
  return useMemo(() => {
    const { run, runAsync, abort, reset } = runner
    return { ...state, run, runAsync, abort, reset }
  }, [state, runner])
}

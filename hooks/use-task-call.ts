/** `useTaskCall`: calls of one method, and the state of the last one. */
import { useContext, useDebugValue, useMemo } from 'react'
import type {
  ArgsOf,
  MethodOf,
  ProgressOf,
  ResultOf,
  Task,
  TaskCall,
  TaskDispatchOptions,
  TaskOptions,
} from '../src/index.ts'
import { callMethod, type CallCallbacks, type CallMode, type RunnerConfig } from './calls/call-run.ts'
import type { CallName, TaskCallState } from './calls/call-state.ts'
import { taskIdentity } from './tree/define-cold.ts'
import { type ThrowOnError, throwIfWanted } from './calls/call-errors.ts'
import { TraceScopeContext } from './tree/contexts.ts'
import { refuseOther, refuseUnknown, type OptionNames } from './state/development.ts'
import { useCallRunner } from './calls/call-runner.ts'
import { useRetain, useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useTaskCall}. */
export interface UseTaskCallOptions<Args extends readonly unknown[], Result, Progress = unknown>
  extends CallCallbacks<Args, Result> {
  /**
   * What a call does while an earlier one of the same hook is open. `latest` aborts the earlier, whose promise rejects with code
   * `superseded`; `drop-latest` turns the new one away (code `dropped-latest`); `serial` runs one after another; `keep-last` does so, too, and
   * lets the newest wait alone: an older one that waits rejects with `superseded`; `parallel` runs all, and the state is the newest's. @default 'latest'
   */
  readonly mode?: CallMode | undefined
  /** Options of the calls, as `task.with()` takes them: `{ priority: 'high', timeoutMs: 500 }`. The next call takes the newest. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
  /**
   * Throw errors into the nearest error boundary at render: all of them, or those that a function picks. Aborts are
   * thrown only by a function. @default false
   */
  readonly throwOnError?: ThrowOnError | undefined
  /** Milliseconds that a call goes on after the unmount; `Infinity`: to its end. @default 0: one macrotask */
  readonly abortAfterUnmountMs?: number | undefined
}

const KNOWN: OptionNames<UseTaskCallOptions<never, never>> = [
  'mode',
  'with',
  'throwOnError',
  'abortAfterUnmountMs',
  'onSuccess',
  'onError',
  'onSettled',
]

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
export type UseTaskCallResult<Api, Method extends MethodOf<Api>> = TaskCallState<Api, Method> &
  TaskCallActions<ArgsOf<Api, Method>, ResultOf<Api, Method>>

/**
 * Calls of one worker method from handlers and effects, with the state of the last call. Nothing is called until
 * `run` or `runAsync` is.
 *
 * The state is immutable and discriminated on `status`: `idle`, `queued`, `running`, `success`, `error` or `canceled`;
 * while a call is open, and after one that failed, `data` is still the last result. Progress renders at most once a frame.
 * The unmount aborts open calls after `abortAfterUnmountMs`; under StrictMode the second mount takes them over. What arrives while
 * an Activity hides the component is shown when it is revealed.
 *
 * @param task options from `taskOptions()`, or a task. A trace that the task has from `with()` takes precedence over the scope's.
 * @throws Error outside a provider; at render, what `throwOnError` lets through.
 *
 * @example
 * const search = useTaskCall(indexTask, 'search')
 * <input onChange={(event) => search.run(event.target.value)} />
 * {search.status === 'success' && <Results hits={search.data} />}
 */
export function useTaskCall<Api, Method extends MethodOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  method: CallName<Api, Method>,
  options: UseTaskCallOptions<ArgsOf<Api, Method>, ResultOf<Api, Method>, ProgressOf<Api, Method>> = {},
): UseTaskCallResult<Api, Method> {
  type Args = ArgsOf<Api, Method>
  type Result = ResultOf<Api, Method>

  refuseOther('useTaskCall()', task, 'worker')
  refuseUnknown('useTaskCall()', options, KNOWN)
  const handle = useTaskHandle(task, 'useTaskCall()')
  const scope = useContext(TraceScopeContext)
  const retain = useRetain(handle)
  const {
    mode = 'latest',
    with: callOptions,
    throwOnError = false,
    abortAfterUnmountMs = 0,
    onSuccess,
    onError,
    onSettled,
  } = options
  const identity = taskIdentity(handle)

  const config: RunnerConfig<Args, Result> = {
    subject: { taskId: handle.taskId, method, identity },
    dispatch: (args, tell) =>
      callMethod(
        handle,
        method as Method,
        args,
        { with: callOptions, scope },
        tell,
      ) as unknown as TaskCall<Result>,
    retain,
    mode,
    abortAfterUnmountMs,
    onSuccess,
    onError,
    onSettled,
  }
  const [runner, state] = useCallRunner(config)
  useDebugValue(state.status)
  throwIfWanted(state, throwOnError)
  return useMemo(() => {
    const { run, runAsync, abort, reset } = runner
    return { ...state, run, runAsync, abort, reset } as UseTaskCallResult<Api, Method>
  }, [state, runner])
}

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
   * What a new call does while an earlier one of the same hook is open. `latest` aborts the earlier one, whose promise rejects with code
   * `superseded`. `drop-latest` rejects the new one (code `dropped-latest`). `serial` runs one after another. `keep-last` does so, too, but
   * only the newest waits: an older waiting call rejects with `superseded`. `parallel` runs all; the state is that of the newest. @default 'latest'
   */
  readonly mode?: CallMode | undefined
  /** Options of the calls, as in `task.with()`: `{ priority: 'high', timeoutMs: 500 }`. Each call uses the newest. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
  /**
   * Throws errors into the nearest error boundary at render: all of them, or those that a function picks. Only a function can
   * pick aborts. @default false
   */
  readonly throwOnError?: ThrowOnError | undefined
  /** Milliseconds that a call may continue after the unmount; `Infinity`: to its end. @default 0: one macrotask */
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

/** The stable functions that {@link useTaskCall} returns with the state. */
export interface TaskCallActions<Args extends readonly unknown[], Result> {
  /** Calls the method. Never rejects: the state shows the outcome. */
  readonly run: (...args: Args) => void
  /** Calls the method; the promise settles as the call does, and rejects when it is superseded, dropped or aborted. */
  readonly runAsync: (...args: Args) => Promise<Result>
  /** Aborts the hook's open calls. A settled call does not change. */
  readonly abort: (reason?: unknown) => void
  /** Aborts the hook's open calls and goes back to `idle`. */
  readonly reset: () => void
}

/** What {@link useTaskCall} returns: narrow it by `status`. */
export type UseTaskCallResult<Api, Method extends MethodOf<Api>> = TaskCallState<Api, Method> &
  TaskCallActions<ArgsOf<Api, Method>, ResultOf<Api, Method>>

/**
 * Calls one worker method from event handlers and effects, and returns the state of the last call. It makes no call before
 * you call `run` or `runAsync`.
 *
 * The state is immutable and discriminated on `status`: `idle`, `queued`, `running`, `success`, `error` or `canceled`;
 * while a call is open, and after a failed one, `data` is still the last result. Progress renders at most once a frame.
 * The unmount aborts open calls after `abortAfterUnmountMs`; under StrictMode the second mount takes them over. A result that arrives
 * while an Activity hides the component is shown when it is revealed.
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

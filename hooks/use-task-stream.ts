/** `useTaskStream`: the items of a generator method as they arrive. */
import { useContext, useDebugValue, useMemo } from 'react'
import type {
  ArgsOf,
  CallOf,
  MethodOf,
  ProgressOf,
  Task,
  TaskDispatchOptions,
  TaskOptions,
  TaskStream,
} from '../src/index.ts'
import { callMethod, type RunnerConfig } from './calls/call-run.ts'
import type { CallState, StreamName } from './calls/call-state.ts'
import { taskIdentity } from './tree/define-cold.ts'
import { collect, type StreamEnd, type StreamProgress } from './calls/stream-items.ts'
import { type ThrowOnError, throwIfWanted } from './calls/call-errors.ts'
import { TraceScopeContext } from './tree/contexts.ts'
import { refuseOther, refuseUnknown, type OptionNames } from './state/development.ts'
import { useCallRunner } from './calls/call-runner.ts'
import { useRetain, useTaskHandle } from './tree/use-task-handle.ts'

/** The type of a generator method's items. */
export type StreamItemOf<Api, Method extends MethodOf<Api>> =
  CallOf<Api, Method> extends TaskStream<infer Item> ? Item : never

/** What a generator method returns at its end. */
export type StreamResultOf<Api, Method extends MethodOf<Api>> =
  CallOf<Api, Method> extends TaskStream<unknown, infer End> ? End : never

/** Options of {@link useTaskStream}. */
export interface UseTaskStreamOptions<Args extends readonly unknown[], Item, End, Progress = unknown> {
  /** How many of the newest items it keeps. @default Infinity */
  readonly limit?: number | undefined
  /** Options of the calls, as in `task.with()`: `{ priority: 'high', timeoutMs: 500 }`. Each call uses the newest. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
  /** Throws errors into the nearest error boundary at render, as in {@link useTaskCall}. @default false */
  readonly throwOnError?: ThrowOnError | undefined
  /** Milliseconds that a stream may continue after the unmount; `Infinity`: to its end. @default 0: one macrotask */
  readonly abortAfterUnmountMs?: number | undefined
  /** Called with each item as it arrives. */
  readonly onItem?: ((item: Item, args: Args) => void) | undefined
  /** The generator has returned. */
  readonly onSuccess?: ((result: End, args: Args) => void) | undefined
  /** The stream failed; an abort is no failure. */
  readonly onError?: ((error: Error, args: Args) => void) | undefined
}

const KNOWN: OptionNames<UseTaskStreamOptions<never, never, never>> = [
  'limit',
  'with',
  'throwOnError',
  'abortAfterUnmountMs',
  'onItem',
  'onSuccess',
  'onError',
]

/**
 * The states of a stream. The items are those of the stream that was started last. Each state has all the fields, so that they can
 * be taken apart before it is narrowed.
 */
export type TaskStreamState<Args extends readonly unknown[], Item, End, Progress = unknown> =
  | IdleStream<Item>
  | OpenStream<Args, Item, Progress>
  | EndedStream<Args, Item, End>
  | FailedStream<Args, Item, Progress>
  | CanceledStream<Args, Item, Progress>

/** Nothing was started, or the state was reset. */
export interface IdleStream<Item> {
  readonly status: 'idle'
  readonly items: readonly Item[]
  readonly args?: undefined
  readonly result?: undefined
  readonly progress?: undefined
  readonly error?: undefined
  readonly reason?: undefined
}

/** `queued` until the handler starts, then `running`. */
export interface OpenStream<Args extends readonly unknown[], Item, Progress = unknown> {
  readonly status: 'queued' | 'running'
  readonly args: Args
  readonly items: readonly Item[]
  /** The newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly result?: undefined
  readonly error?: undefined
  readonly reason?: undefined
}

/** The generator has returned. */
export interface EndedStream<Args extends readonly unknown[], Item, End> {
  readonly status: 'success'
  readonly args: Args
  readonly items: readonly Item[]
  /** What the generator returned. */
  readonly result: End
  readonly progress?: undefined
  readonly error?: undefined
  readonly reason?: undefined
}

/** The stream failed. */
export interface FailedStream<Args extends readonly unknown[], Item, Progress = unknown> {
  readonly status: 'error'
  readonly args: Args
  readonly items: readonly Item[]
  readonly error: Error
  /** How far it came: the newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly result?: undefined
  readonly reason?: undefined
}

/** The stream was canceled: by `abort()`, its key, a parked runtime; or its component was gone for too long. */
export interface CanceledStream<Args extends readonly unknown[], Item, Progress = unknown> {
  readonly status: 'canceled'
  readonly args: Args
  readonly items: readonly Item[]
  /** What `abort()` was given; the `TaskAbortError` where it was given nothing. */
  readonly reason: unknown
  /** How far it came: the newest value that the handler gave to `progress`. */
  readonly progress?: Progress | undefined
  readonly result?: undefined
  readonly error?: undefined
}

/** The stable functions that {@link useTaskStream} returns with the state. */
export interface TaskStreamActions<Args extends readonly unknown[]> {
  /** Starts the stream; an earlier one of the same hook is aborted. Never rejects: the state shows the outcome. */
  readonly run: (...args: Args) => void
  /** Aborts the open stream; its items stay. */
  readonly abort: (reason?: unknown) => void
  /** Aborts the open stream and goes back to `idle`, without items. */
  readonly reset: () => void
}

/** What {@link useTaskStream} returns: narrow it by `status`. */
export type UseTaskStreamResult<Api, Method extends MethodOf<Api>> = TaskStreamState<
  ArgsOf<Api, Method>,
  StreamItemOf<Api, Method>,
  StreamResultOf<Api, Method>,
  ProgressOf<Api, Method>
> &
  TaskStreamActions<ArgsOf<Api, Method>>

/**
 * Collects the items that a generator method yields, and renders at most once a frame. It makes no call before
 * you call `run`. The items stay when the stream ends, fails or is canceled, until the next `run`. The
 * unmount aborts an open stream after `abortAfterUnmountMs`; under StrictMode the second mount takes it over.
 *
 * @param task options from `taskOptions()`, or a task. A trace that the task has from `with()` takes precedence over the scope's.
 * @throws Error outside a provider; at render, what `throwOnError` lets through.
 *
 * @example
 * const lines = useTaskStream(searchTask, 'grep', { limit: 1_000 })
 * <button onClick={() => lines.run(pattern)}>Search</button>
 * {lines.items.map((line) => <Line key={line.number} {...line} />)}
 */
export function useTaskStream<Api, Method extends MethodOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  method: StreamName<Api, Method>,
  options: UseTaskStreamOptions<
    ArgsOf<Api, Method>,
    StreamItemOf<Api, Method>,
    StreamResultOf<Api, Method>,
    ProgressOf<Api, Method>
  > = {},
): UseTaskStreamResult<Api, Method> {
  type Args = ArgsOf<Api, Method>
  type Item = StreamItemOf<Api, Method>
  type End = StreamResultOf<Api, Method>

  refuseOther('useTaskStream()', task, 'worker')
  refuseUnknown('useTaskStream()', options, KNOWN)
  const handle = useTaskHandle(task, 'useTaskStream()')
  const scope = useContext(TraceScopeContext)
  const retain = useRetain(handle)
  const identity = taskIdentity(handle)
  const {
    with: callOptions,
    limit = Number.POSITIVE_INFINITY,
    throwOnError = false,
    abortAfterUnmountMs = 0,
    onItem,
    onSuccess,
    onError,
  } = options

  const config: RunnerConfig<Args, StreamEnd<Item, End>> = {
    subject: { taskId: handle.taskId, method, identity },
    dispatch: (args, tell) =>
      collect<Item, End>(
        (told) =>
          callMethod(
            handle,
            method as Method,
            args,
            { with: callOptions, scope },
            told,
          ) as unknown as TaskStream<Item, End>,
        limit,
        tell,
      ),
    onItem: onItem && ((item, args) => onItem(item as Item, args)),
    retain,
    mode: 'latest',
    abortAfterUnmountMs,
    onSuccess: onSuccess && ((end, args) => onSuccess(end.result, args)),
    onError,
  }
  const [runner, state] = useCallRunner(config)
  useDebugValue(state.status)
  throwIfWanted(state, throwOnError)
  return useMemo(() => {
    const { run, abort, reset } = runner
    return { ...streamState<Args, Item, End>(state), run, abort, reset } as UseTaskStreamResult<Api, Method>
  }, [state, runner])
}

function streamState<Args extends readonly unknown[], Item, End>(
  state: CallState<Args, StreamEnd<Item, End>>,
): TaskStreamState<Args, Item, End> {
  const { status } = state
  if (status === 'idle') return { status, items: [] }
  const { args } = state
  if (status === 'success')
    return { status, args, items: state.data.progress.items(), result: state.data.result }
  const progress = state.progress as StreamProgress<Item> | undefined
  const common = { args, items: progress?.items() ?? [], progress: progress?.value }
  if (status === 'error') return { status, ...common, error: state.error }
  if (status === 'canceled') return { status, ...common, reason: state.reason }
  return { status, ...common }
}

/** One run of a hook's method, and what a hook reports about its runs. */
import type {
  ArgsOf,
  CallOf,
  MethodOf,
  Task,
  TaskCall,
  TaskDispatchOptions,
  TraceContext,
} from '../../src/index.ts'
import type { CallSubject } from './call-errors.ts'

/** How the calls of one hook relate. */
export type CallMode = 'latest' | 'serial' | 'parallel' | 'drop-latest' | 'keep-last'

/** Called for each call once it is over. The callbacks of the newest render are used. */
export interface CallCallbacks<Args extends readonly unknown[], Result> {
  /** The call succeeded. */
  readonly onSuccess?: ((data: Result, args: Args) => void) | undefined
  /** The call failed; an abort is no failure. */
  readonly onError?: ((error: Error, args: Args) => void) | undefined
  /** The call is over, whatever its outcome: also when it was aborted or superseded. */
  readonly onSettled?: ((data: Result | undefined, error: Error | undefined, args: Args) => void) | undefined
}

export interface RunnerConfig<Args extends readonly unknown[], Result> extends CallCallbacks<Args, Result> {
  readonly subject: CallSubject
  readonly dispatch: (args: Args, tell: CallEars) => TaskCall<Result>
  /** Keeps the workers for a call without a mounted component, because there may be no provider left to stop them. */
  readonly retain: () => () => void
  /** Called for each item of a stream. */
  readonly onItem?: ((item: unknown, args: Args) => void) | undefined
  readonly mode: CallMode
  /** Milliseconds that calls keep running after the last owner has gone. */
  readonly abortAfterUnmountMs: number
}

/** What a call reports while it is open. */
export interface CallEars {
  /** Its handler is presumed to start. */
  readonly start: () => void
  readonly progress: (value: unknown) => void
  readonly item: (item: unknown) => void
}

/** One run, from its request. */
export class Run<Args extends readonly unknown[], Result> {
  readonly args: Args
  readonly subject: CallSubject
  readonly promise: Promise<Result>
  /** Whether it had a component. Callbacks belong to the component, and one that is gone receives nothing. */
  isOwned = false
  declare readonly resolve: (data: Result) => void
  declare readonly reject: (error: unknown) => void
  private call: TaskCall<Result> | undefined
  /** Why it was aborted before its call existed: by a listener that ran while the call was being made. */
  private early: { readonly reason: unknown } | undefined

  constructor(args: Args, subject: CallSubject) {
    this.args = args
    this.subject = subject
    this.promise = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }))
  }

  get callId(): string | undefined {
    return this.call?.callId
  }

  /** It was dispatched. */
  began(call: TaskCall<Result>): void {
    this.call = call
    if (this.early) call.abort(this.early.reason)
  }

  abort(reason: unknown): void {
    if (this.call) this.call.abort(reason)
    else this.early ??= { reason }
  }
}

/** How a hook calls. */
export interface HookDispatch {
  /** The hook's own option `with`: applied before the task's own `with()`. */
  readonly with: TaskDispatchOptions | undefined
  /** The trace of the `TraceScope`, if neither names one. */
  readonly scope: TraceContext | null
}

/** The options of a query's calls. */
export function withRetry({ with: options, retry }: QueryDispatch): TaskDispatchOptions | undefined {
  return retry === undefined ? options : { ...options, retry }
}

interface QueryDispatch {
  readonly with?: TaskDispatchOptions | undefined
  readonly retry?: TaskDispatchOptions['retry']
}

/** Calls `method` of `task`. Listeners of the task and of the option are called beside those of the hook. */
export function callMethod<Api, Method extends MethodOf<Api>>(
  task: Task<Api>,
  method: Method,
  args: ArgsOf<Api, Method>,
  { with: options, scope }: HookDispatch,
  ears?: Pick<CallEars, 'progress' | 'start'>,
): CallOf<Api, Method> {
  const bound = (options ? task.with(options) : task).with({
    inheritedTrace: scope ?? undefined,
    onProgress: ears?.progress,
    onStart: ears?.start,
  })
  const call = bound[method] as (...args: ArgsOf<Api, Method>) => CallOf<Api, Method>
  return call(...args)
}

/** Every error that Atelier makes: one hierarchy, one shape of message (what happened, to which call, what to do). */

/** What a class is, to the copies of this package: its name in the code may be another. */
const KIND: unique symbol = Symbol.for('atelier.error-kind') as never

/** Where a call was when it failed. */
export type CallPhase = 'blocked' | 'pending' | 'starting' | 'running'

/** What went wrong, for programs. Later versions may add codes: give a `switch` a default. */
export type AtelierErrorCode =
  | 'aborted'
  | 'superseded'
  | 'timeout-queue'
  | 'timeout-run'
  | 'timeout-total'
  | 'queue-full'
  | 'dropped-latest'
  | 'dropped-oldest'
  | 'max-blocked'
  | 'start-failed'
  | 'start-timeout'
  | 'version-mismatch'
  | 'crashed'
  | 'poison'
  | 'hang'
  | 'not-replayable'
  | 'clone-args'
  | 'clone-result'
  | 'no-method'
  | 'is-stream'
  | 'no-stream'
  | 'disposed'
  | 'closed'
  | 'session-lost'
  | 'host-lost'
  | 'shared-unavailable'

/** Which call an error is about. */
export interface AtelierErrorInfo {
  readonly code: AtelierErrorCode
  readonly taskId?: string | undefined
  readonly method?: string | undefined
  readonly callId?: string | undefined
  readonly phase?: CallPhase | undefined
  readonly cause?: unknown
}

/** Base of all errors that Atelier creates. An error that a handler throws keeps its class and name. */
export class AtelierError extends Error {
  override name = 'AtelierError'
  /** What went wrong, for programs. */
  readonly code: AtelierErrorCode
  readonly taskId: string | undefined
  readonly method: string | undefined
  /** Undefined for a task as a whole, and for an error that many calls of one abort share. */
  readonly callId: string | undefined
  /** Where the call was. */
  readonly phase: CallPhase | undefined

  constructor(message: string, info: AtelierErrorInfo) {
    super(message, info.cause === undefined ? undefined : { cause: info.cause })
    this.code = info.code
    this.taskId = info.taskId
    this.method = info.method
    this.callId = info.callId
    this.phase = info.phase
  }

  /** @internal */
  get [KIND](): string {
    return 'AtelierError'
  }

  /** @internal The package may be loaded as ES modules and with `require()` at once: an error of either is one of both. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const prototype = this.prototype as object
    const kind = kindOf(prototype)
    for (let at: unknown = value; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at))
      if (at === prototype || (kind !== undefined && kindOf(at) === kind)) return true
    return false
  }
}

/** The class whose prototype this is, if it is one of ours. */
function kindOf(prototype: object): unknown {
  return Object.getOwnPropertyDescriptor(prototype, KIND)?.get?.call(prototype)
}

/** A call was aborted by its signal, its key, `call.abort()`, or superseded by a newer call of its key. */
export class TaskAbortError extends AtelierError {
  declare readonly code: 'aborted' | 'superseded'
  /** @internal */
  override get [KIND](): string {
    return 'TaskAbortError'
  }
  // The name that DOM code tests for.
  override name = 'AbortError'
}

/** A call exceeded one of its timeouts; `code` and the message name which. */
export class TaskTimeoutError extends AtelierError {
  declare readonly code: 'timeout-queue' | 'timeout-run' | 'timeout-total'
  /** @internal */
  override get [KIND](): string {
    return 'TaskTimeoutError'
  }
  override name = 'TimeoutError'
}

/** The queue was full and its policy turned the call away, or dropped it later. */
export class QueueFullError extends AtelierError {
  declare readonly code: 'queue-full' | 'dropped-latest' | 'dropped-oldest' | 'max-blocked'
  /** @internal */
  override get [KIND](): string {
    return 'QueueFullError'
  }
  override name = 'QueueFullError'
}

/** The worker's script did not load, threw while it loaded, or did not answer in time. */
export class WorkerStartError extends AtelierError {
  declare readonly code: 'start-failed' | 'start-timeout' | 'version-mismatch' | 'shared-unavailable'
  /** @internal */
  override get [KIND](): string {
    return 'WorkerStartError'
  }
  override name = 'WorkerStartError'
  /** The script's URL as far as the browser gave it, else the `new URL(…)` of the worker factory, else an empty string. */
  readonly script: string
  /** What was seen, e.g. the message of the error event. */
  readonly seen: string

  constructor(message: string, info: AtelierErrorInfo & { script: string; seen: string }) {
    super(message, info)
    this.script = info.script
    this.seen = info.seen
  }
}

/** The worker that ran the call died, or was replaced because the call hung. */
export class WorkerCrashedError extends AtelierError {
  declare readonly code: 'crashed' | 'poison' | 'hang' | 'not-replayable' | 'host-lost'
  /** @internal */
  override get [KIND](): string {
    return 'WorkerCrashedError'
  }
  override name = 'WorkerCrashedError'
  readonly workerIndex: number
  /** The number of the attempt, from 1; 0 if the call had not started. */
  readonly attempt: number

  constructor(message: string, info: AtelierErrorInfo & { workerIndex: number; attempt: number }) {
    super(message, info)
    this.workerIndex = info.workerIndex
    this.attempt = info.attempt
  }
}

/** An argument or a result cannot be cloned; `path` says which value, e.g. `args[0].onClick`. */
export class TaskCloneError extends AtelierError {
  declare readonly code: 'clone-args' | 'clone-result'
  /** @internal */
  override get [KIND](): string {
    return 'TaskCloneError'
  }
  override name = 'DataCloneError'
  readonly path: string

  constructor(message: string, info: AtelierErrorInfo & { path: string }) {
    super(message, info)
    this.path = info.path
  }
}

/** The worker has no method of that name (the message lists its methods), or a generator method was awaited, or items of another method were read. */
export class TaskMethodError extends AtelierError {
  declare readonly code: 'no-method' | 'is-stream' | 'no-stream'
  /** @internal */
  override get [KIND](): string {
    return 'TaskMethodError'
  }
  override name = 'TaskMethodError'
}

/** The task or its runtime was disposed of or closed: it takes no more calls. */
export class TaskDisposedError extends AtelierError {
  declare readonly code: 'disposed' | 'closed'
  /** @internal */
  override get [KIND](): string {
    return 'TaskDisposedError'
  }
  override name = 'TaskDisposedError'
}

/** The session of the call has ended: its worker is gone, it was released, or it was idle for too long. */
export class SessionLostError extends AtelierError {
  declare readonly code: 'session-lost'
  /** @internal */
  override get [KIND](): string {
    return 'SessionLostError'
  }
  override name = 'SessionLostError'
}

/** Every error that Atelier creates: `code` narrows to the class, and the class to its codes. */
export type AnyAtelierError =
  | TaskAbortError
  | TaskTimeoutError
  | QueueFullError
  | WorkerStartError
  | WorkerCrashedError
  | TaskCloneError
  | TaskMethodError
  | TaskDisposedError
  | SessionLostError

/** The errors that have one of these codes. */
export type AtelierErrorOf<Code extends AtelierErrorCode> = WithCode<AnyAtelierError, Code>

type WithCode<Each, Code> = Each extends { readonly code: infer Own }
  ? [Own & Code] extends [never]
    ? never
    : Each & { readonly code: Own & Code }
  : never

/**
 * Returns whether Atelier created an error and, if you pass codes, whether it has one of them. It recognizes the errors of every copy of
 * the package on the page, by a brand and not by their class. Never throws.
 *
 * @example
 * if (isAtelierError(error, 'queue-full', 'max-blocked')) retryLater()
 */
export function isAtelierError<Code extends AtelierErrorCode = AtelierErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is AtelierErrorOf<Code> {
  try {
    return (
      error instanceof AtelierError &&
      (codes.length === 0 || (codes as readonly string[]).includes(error.code))
    )
  } catch {
    return false
  }
}

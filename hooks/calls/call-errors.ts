/** The errors that the hooks themselves reject with, how they show a rejection, and which failures go to an error boundary. */
import { QueueFullError, TaskAbortError } from '../../src/index.ts'
import { isError, messageOf, nameOf, toText } from '../../src/lib/words.ts'

/** What a hook calls, as its errors name it. */
export interface CallSubject {
  readonly taskId: string
  readonly method: string
  /** Distinguishes tasks with the same id in different runtimes. */
  readonly identity: object
}

/** A newer call of the same hook took its place, as its mode says. */
export function supersededBy(
  { taskId, method }: CallSubject,
  callId: string | undefined,
  mode: 'latest' | 'keep-last' = 'latest',
): TaskAbortError {
  return new TaskAbortError(
    `${taskId}.${method} was superseded by a newer call of the same hook (mode '${mode}')`,
    {
      code: 'superseded',
      taskId,
      method,
      callId,
    },
  )
}

/** Mode `drop-latest`: an earlier call of the same hook is still open. */
export function droppedFor({ taskId, method }: CallSubject): QueueFullError {
  return new QueueFullError(
    `${taskId}.${method} was dropped: an earlier call of the same hook is still open (mode 'drop-latest'); wait for it, or use mode 'serial'`,
    { code: 'dropped-latest', taskId, method },
  )
}

/** Modes `serial` and `keep-last`: aborted before its turn came. */
export function abortedInLine({ taskId, method }: CallSubject, reason: unknown): TaskAbortError {
  const text = reason === undefined ? '' : messageOf(reason)
  return new TaskAbortError(`${taskId}.${method} was aborted before it was called${text && `: ${text}`}`, {
    code: 'aborted',
    taskId,
    method,
    phase: 'pending',
    cause: reason,
  })
}

/** Why the calls of a component that went away are aborted. */
export function unmounted(): DOMException {
  return new DOMException('The component that made the call is gone', 'AbortError')
}

/** Whether a call was aborted. By its code: a runtime may come from another copy of the package. */
export function isAbort(error: unknown): error is TaskAbortError {
  if (!isError(error)) return false
  const { name, code } = error as Partial<TaskAbortError>
  return name === 'AbortError' && (code === 'aborted' || code === 'superseded')
}

/** Handlers may throw anything; a state's `error` is an Error, with the thrown object's name and words. */
export function asError(thrown: unknown): Error {
  if (isError(thrown)) return thrown
  const error = new Error(messageOf(thrown), { cause: thrown })
  const name = nameOf(thrown)
  if (name) error.name = name
  return error
}

/** `true` means every error. A function decides for each one, including aborts. */
export type ThrowOnError = boolean | ((error: Error) => boolean)

/** A value in a state that could be thrown. */
interface ThrowableState {
  readonly status: string
  readonly error?: Error | undefined
  readonly reason?: unknown
}

/** Throws at render what `throwOnError` lets through. */
export function throwIfWanted(state: ThrowableState, throwOnError: ThrowOnError): void {
  if (state.status === 'error' && state.error) {
    if (typeof throwOnError === 'function' ? throwOnError(state.error) : throwOnError) throw state.error
  } else if (state.status === 'canceled' && typeof throwOnError === 'function') {
    const error = abortError(state.reason)
    if (throwOnError(error)) throw error
  }
}

function abortError(reason: unknown): Error {
  if (isError(reason)) return reason
  return new TaskAbortError(`The call was aborted: ${toText(reason)}`, { code: 'aborted', cause: reason })
}

/** Which of a call's failures go to an error boundary. */
import { TaskAbortError } from '../../src/index.ts'
import { isError, toText } from '../../src/lib/words.ts'

/** `true`: every error; a function is asked, about aborts as well. */
export type ThrowOnError = boolean | ((error: Error) => boolean)

/** What a state may have that could be thrown. */
interface ThrowableState {
  readonly status: string
  readonly error?: Error | undefined
  readonly reason?: unknown
}

/** Throws at render what `throwOnError` lets through. */
export function throwIfWanted(state: ThrowableState, throwOnError: ThrowOnError): void {
  if (state.status === 'error' && state.error) {
    if (typeof throwOnError === 'function' ? throwOnError(state.error) : throwOnError) throw state.error
  } else if (state.status === 'aborted' && typeof throwOnError === 'function') {
    const error = abortError(state.reason)
    if (throwOnError(error)) throw error
  }
}

function abortError(reason: unknown): Error {
  if (isError(reason)) return reason
  return new TaskAbortError(`The call was aborted: ${toText(reason)}`, { code: 'aborted', cause: reason })
}

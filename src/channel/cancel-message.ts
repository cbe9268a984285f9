/** Tells a worker to stop a call, with the caller's reason as far as it can travel. */
import { encodeThrown } from '../wire/error-codec.ts'
import { CANCEL } from '../wire/protocol.ts'

/** Errors travel encoded, so that the handler's `signal.reason` has its class; other values as they are, or as text. */
export function postCancel(post: (message: unknown) => void, id: number, reason: unknown): void {
  try {
    const isError = reason instanceof Error
    post([CANCEL, id, isError, isError ? encodeThrown(reason) : reason])
  } catch {
    post([CANCEL, id, true, encodeThrown(reason)])
  }
}

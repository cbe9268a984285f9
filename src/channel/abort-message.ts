/** Asks a worker to stop a call, and sends the caller's reason as far as it can be cloned. */
import { isError } from '../lib/words.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { CANCEL } from '../wire/protocol.ts'

/** Errors travel encoded, so that the handler's `signal.reason` has its class; other values as they are, or as text. */
export function postCancel(post: (message: unknown) => void, id: number, reason: unknown): void {
  try {
    const isEncoded = isError(reason)
    post([CANCEL, id, isEncoded, isEncoded ? encodeThrown(reason) : reason])
  } catch {
    post([CANCEL, id, true, encodeThrown(reason)])
  }
}

/** Aborts that can be outstanding at once before the oldest flag is overwritten; the message arrives all the same. */
const FLAGS = 64

/**
 * Memory shared with a worker. A synchronous loop receives no message, but can see here that its call was aborted.
 * Flags are raised only for running calls: others would push the flags of running calls out of the ring.
 */
export class CancelFlags {
  readonly flags: Int32Array | null
  private next = 0

  /** Needs a cross-origin isolated page; elsewhere there is nothing to share. */
  constructor(slots: number, sharesMemory = true) {
    const isShared =
      sharesMemory && globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer !== 'undefined'
    const bytes = Math.max(FLAGS, 2 * Math.min(slots, 1_024)) * Int32Array.BYTES_PER_ELEMENT
    this.flags = isShared ? new Int32Array(new SharedArrayBuffer(bytes)) : null
  }

  raise(id: number): void {
    if (this.flags === null) return
    Atomics.store(this.flags, this.next, id)
    this.next = (this.next + 1) % this.flags.length
  }
}

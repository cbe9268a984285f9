/** Memory shared with a worker, so that a synchronous loop, which receives no message, can see that its call was aborted. */

/** Aborts that can be outstanding at once before the oldest flag is overwritten; the message arrives all the same. */
const FLAGS = 64

export interface CancelFlags {
  readonly flags: Int32Array
  raise(id: number): void
}

/** Needs a cross-origin isolated page; elsewhere there is nothing to share. */
export function shareCancelFlags(): CancelFlags | null {
  if (globalThis.crossOriginIsolated !== true || typeof SharedArrayBuffer === 'undefined') return null
  const flags = new Int32Array(new SharedArrayBuffer(FLAGS * Int32Array.BYTES_PER_ELEMENT))
  let next = 0
  return {
    flags,
    raise(id) {
      Atomics.store(flags, next, id)
      next = (next + 1) % FLAGS
    },
  }
}

/**
 * Whether what `postMessage` threw is about the value, or came out of a getter of the user's. Engines differ: where others
 * have their DataCloneError, WebKit has a TypeError for a port that is not transferred and for a buffer that was. So what
 * a TypeError says here of such a value is learned from one, and only after one was thrown.
 */
import { messageOf } from '../lib/words.ts'

/** Not clonable, nested too deeply, or not transferable. */
export function isCloneFailure(error: unknown): boolean {
  return error instanceof TypeError
    ? error.message === wordsOfRefusal()
    : isExhausted(error) || (error instanceof DOMException && error.name === 'DataCloneError')
}

/**
 * Nested too deeply for the stack, or too large for the memory that is left: the value is not refused as such. By the words
 * of the engines, as a getter of the user's may throw a RangeError, too.
 */
export function isExhausted(error: unknown): boolean {
  return error instanceof RangeError && /call stack|memory|allocat/i.test(messageOf(error))
}

/** What a TypeError says here of a value without a clone; `false` where it is no TypeError. */
function wordsOfRefusal(): unknown {
  const gone = new ArrayBuffer(1)
  try {
    structuredClone(gone, { transfer: [gone] })
    return structuredClone(gone)
  } catch (error) {
    return error instanceof TypeError && error.message
  }
}

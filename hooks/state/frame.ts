/** The pace at which anything re-renders: once a frame, and slowly while nobody looks. */

/** How often a hidden page is told, in ms: it has no frames. */
const HIDDEN_MS = 250
/** A frame where there is no `requestAnimationFrame`. */
const FRAME_MS = 16

/** Calls `callback` once, at the next frame or after 250 ms, whichever is first. Returns how to call it off. */
export function onNextFrame(callback: () => void): () => void {
  if (typeof requestAnimationFrame !== 'function') {
    const timer = setTimeout(callback, FRAME_MS)
    return () => clearTimeout(timer)
  }
  // A race, not a question: the page may be hidden after the question was answered.
  const run = () => {
    cancel()
    callback()
  }
  const timer = setTimeout(run, HIDDEN_MS)
  const frame = requestAnimationFrame(run)
  const cancel = () => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
  }
  return cancel
}

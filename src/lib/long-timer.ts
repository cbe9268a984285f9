/** One timer of any length: the host's own hold 2^31 - 1 ms, and fire at once for more. */
import { type Clock, LONGEST_TIMER_MS } from './clock.ts'

/** Calls `fn` once after `ms`; `Infinity` is never. Returns the function that cancels it. */
export function setLongTimer(
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  fn: () => void,
  ms: number,
): () => void {
  let left = ms
  let handle: unknown
  const arm = () => {
    const step = Math.min(left, LONGEST_TIMER_MS)
    left -= step
    handle = clock.setTimeout(left > 0 ? arm : fn, step)
  }
  if (ms < Number.POSITIVE_INFINITY) arm()
  return () => {
    if (handle !== undefined) clock.clearTimeout(handle)
  }
}

/** Time and timers, so that tests can bring their own. */

export interface Clock {
  /** Milliseconds on the page's monotonic clock. */
  readonly now: () => number
  readonly setTimeout: (fn: () => void, ms: number) => unknown
  readonly clearTimeout: (handle: unknown) => void
  /** Calls `fn` when the messages that are waiting now have been delivered. */
  readonly afterMail?: ((fn: () => void) => void) | undefined
}

/** The longest delay of the host's timers; anything longer fires at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1

/** The host's clock. Looked up at each use, because a test may install fake timers later. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  afterMail: (fn) => {
    if (typeof MessageChannel === 'undefined') {
      setTimeout(fn, 0)
      return
    }
    // A message is delivered after those already waiting, but a timer may overtake them. A single message may overtake them, too: on a page that
    // was frozen while it was blocked (Chromium 156), and where a worker's messages are delivered one by one (Firefox 153). So
    // two hops in a row must meet no message, and a page that is never done waits only a limited time.
    let quiet = 2
    let most = MOST_HOPS
    let seen = mail
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      quiet = seen === mail ? quiet - 1 : 2
      seen = mail
      if (quiet > 0 && --most > 0) {
        port2.postMessage(null)
        return
      }
      port1.close()
      fn()
    }
    port2.postMessage(null)
  },
}

const MOST_HOPS = 100

/** Messages of workers that were delivered. */
let mail = 0

/** A message of a worker was delivered. Others may be waiting behind it. */
export function noteMail(): void {
  mail++
}

/** Calls `fn` when the messages that are waiting now have been delivered; after a timer of 0 ms on a clock that cannot tell. */
export function afterMail(clock: Clock, fn: () => void): void {
  if (clock.afterMail) clock.afterMail(fn)
  else clock.setTimeout(fn, 0)
}

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

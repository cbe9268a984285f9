/** Time and timers, so that tests can bring their own. */

export interface Clock {
  /** Milliseconds on the page's monotonic clock. */
  readonly now: () => number
  readonly setTimeout: (fn: () => void, ms: number) => unknown
  readonly clearTimeout: (handle: unknown) => void
  /** Calls `fn` when the messages that have arrived are read. Without it, a timer of 0 ms has to do. */
  readonly afterMail?: ((fn: () => void) => void) | undefined
}

/** The host's own. Looked up at each use: a test's fake timers may come later. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
}

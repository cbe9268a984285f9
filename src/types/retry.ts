/** The type of `retry`: which calls run again. */

/** Which calls run again, and when. What is left out stays as it was said before. */
export interface TaskRetry {
  /**
   * How often a call runs again whose handler threw. Calls that were aborted, timed out, were turned away or could not be cloned never
   * do, nor do those whose arguments were transferred. @default 0
   */
  error?: number | undefined
  /**
   * How often a call that had started runs again when its worker died, at its old place in the queue. Past it the call rejects
   * with `WorkerCrashedError`, code `poison`. @default 0: it rejects at once, with code `crashed`
   */
  crash?: number | undefined
  /** Milliseconds before a call that threw runs again. @default 0: at once, at its old place in the queue */
  delayMs?: number | undefined
  /** By how much the delay grows with each time, 1 or more. @default 2 */
  factor?: number | undefined
  /** Shortens each delay at random, by up to half, so that calls that failed together do not come back together. @default true */
  jitter?: boolean | undefined
  /**
   * Asked before a call that threw runs again: with the error as the caller would see it, and the number of attempts so far. Anything but
   * `true` makes it the call's own error. @default always
   */
  // Method syntax: parameters are compared bivariantly.
  shouldRetry?(error: unknown, attempt: number): boolean
}

/** The type of `retry`: which calls run again. */

/** Which calls run again, and when. A field that is left out keeps its earlier value. */
export interface TaskRetry {
  /**
   * How often a call runs again when its handler threw. Calls that were aborted, timed out, were turned away or could not be cloned never
   * run again, nor do calls whose arguments were transferred. @default 0
   */
  error?: number | undefined
  /**
   * How often a call that had started runs again when its worker died, at its old place in the queue. After that it rejects
   * with `WorkerCrashedError`, code `poison`. @default 0: it rejects at once, with code `crashed`
   */
  crash?: number | undefined
  /** Milliseconds before a call that threw runs again. @default 0: at once, at its old place in the queue */
  delayMs?: number | undefined
  /** The factor by which the delay grows each time, 1 or more. @default 2 */
  factor?: number | undefined
  /** Shortens each delay at random, by up to half, so that calls that failed together do not come back together. @default true */
  jitter?: boolean | undefined
  /**
   * Called before a call that threw runs again, with the error as the caller would see it, and the number of attempts so far. Unless it
   * returns `true`, the call rejects with that error. @default always
   */
  // Method syntax: parameters are compared bivariantly.
  shouldRetry?(error: unknown, attempt: number): boolean
}

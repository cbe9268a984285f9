/** The types of callbacks: functions of the page that a handler calls. */

/**
 * A function of the page, as a handler sees it: it calls the page, and gives a promise of what the function returned there. It is
 * made by `callback(fn)`, and dies when its call settles. Declare a parameter as one with `Callback`.
 */
export interface CallbackFunction<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>
  /** Tells it from a function that cannot cross to a worker; never there at run time. */
  readonly '~callback': true
}

/** Options of {@link callback}. */
export interface CallbackOptions {
  /** Calls of the function that may be under way at once, at least 1; the others wait in the worker, 1,024 at most. @default 16 */
  readonly credit?: number | undefined
}

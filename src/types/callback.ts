/** The types of callbacks: functions of the page that a handler calls. */

/**
 * A function of the page, as a handler sees it. It calls the function on the page, and returns a promise of its result. The page creates
 * it with `callback(fn)`, and it ends when its call settles. Declare the parameter of the handler with `Callback`.
 */
export interface CallbackFunction<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>
  /** Distinguishes it from a function that cannot cross to a worker; does not exist at run time. */
  readonly '~callback': true
}

/** Options of {@link callback}. */
export interface CallbackOptions {
  /** How many calls of the function may be under way at once, at least 1. Up to 1,024 more wait in the worker. @default 16 */
  readonly credit?: number | undefined
}

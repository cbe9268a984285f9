/** The types of callbacks: functions of the page that a handler calls. */

/**
 * A function of the page, as a handler sees it: it calls the page, and gives a promise of what the function returned there. It is
 * made by `callback(fn)`, and dies when its call settles. Declare a parameter as one with {@link Callback}.
 */
export interface CallbackFunction<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>
  /** Tells it from a function that cannot cross to a worker; never there at run time. */
  readonly '~callback': true
}

/**
 * The type of a handler's parameter that is a callback, from the type of the function on the page.
 *
 * @example async import(file: Blob, onRow: Callback<(row: Row) => void>) { … }
 */
export type Callback<Fn extends (...args: never[]) => unknown> = CallbackFunction<
  Parameters<Fn>,
  Awaited<ReturnType<Fn>>
>

/** Options of {@link callback}. */
export interface CallbackOptions {
  /** Calls of the function that may be under way at once, at least 1; the others wait in the worker, 1,024 at most. @default 16 */
  readonly credit?: number | undefined
}

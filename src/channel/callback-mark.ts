/** `callback()`: marks a function in the arguments of a call. What runs it comes with the code that speaks with workers. */
import { checkOptions, callable, wholeNumber } from '../lib/validate.ts'
import { oneInstance } from '../lib/one-instance.ts'
import type { CallbackFunction, CallbackOptions } from '../types/callback.ts'

/** What `callback()` has marked. */
export interface Marked {
  readonly fn: (...args: unknown[]) => unknown
  readonly credit: number
}

const DEFAULT_CREDIT = 16

/** Nothing is looked through before the first was marked. */
export const callbackMarks: { isUsed: boolean; readonly of: WeakMap<object, Marked> } =
  /* @__PURE__ */ oneInstance('callback-marks', () => ({ isUsed: false, of: new WeakMap() }))

/**
 * Marks a function in the arguments of a call, so that the handler can call it: `task.load(url, callback((row) => rows.push(row)))`.
 * It may stand in plain objects and arrays, too. In the handler it is an async function: its calls run on the page in their order,
 * `credit` of them at once at most, and what `fn` returns or throws is what the handler gets. When the call settles it is over: a
 * later use rejects. A call that runs again after a crash calls it again.
 *
 * @throws TypeError for what is no function, RangeError for a credit below 1.
 */
export function callback<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result | PromiseLike<Result>,
  options: CallbackOptions = {},
): CallbackFunction<Args, Result> {
  callable('fn', fn)
  const { credit = DEFAULT_CREDIT } = checkOptions('callback(fn, options)', options, {
    credit: (option: string, value: number) => wholeNumber(option, value, 1),
  })
  // A wrapper: the same function may be marked twice, each time with a separate credit.
  const marked = async (...args: Args): Promise<Result> => await fn(...args)
  callbackMarks.isUsed = true
  callbackMarks.of.set(marked, { fn: fn as unknown as Marked['fn'], credit })
  return marked as unknown as CallbackFunction<Args, Result>
}

/** `callback()` marks a function in the arguments of a call. The code that runs it loads with the code that talks to workers. */
import { checkOptions, callable, wholeNumber } from '../lib/validate.ts'
import { oneInstance } from '../lib/one-instance.ts'
import type { CallbackFunction, CallbackOptions } from '../types/callback.ts'

/** The functions that `callback()` has marked. */
export interface Marked {
  readonly fn: (...args: unknown[]) => unknown
  readonly credit: number
}

const DEFAULT_CREDIT = 16

/** Arguments are searched only after the first mark. */
export const callbackMarks: { isUsed: boolean; readonly of: WeakMap<object, Marked> } =
  /* @__PURE__ */ oneInstance('callback-marks', () => ({ isUsed: false, of: new WeakMap() }))

/**
 * Marks a function in the arguments of a call, so that the handler can call it: `task.load(url, callback((row) => rows.push(row)))`.
 * It can be inside plain objects and arrays, too. In the handler it is an async function. Its calls run on the page in order,
 * at most `credit` of them at once, and the handler gets what `fn` returns or throws. It ends when the call settles: a
 * later use rejects. If the call runs again after a crash, `fn` is called again, too.
 *
 * @throws TypeError if `fn` is not a function, RangeError for a credit below 1.
 */
export function callback<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result | PromiseLike<Result>,
  options: CallbackOptions = {},
): CallbackFunction<Args, Result> {
  callable('fn', fn)
  const { credit = DEFAULT_CREDIT } = checkOptions('callback(fn, options)', options, {
    credit: (option: string, value: number) => wholeNumber(option, value, 1),
  })
  // A wrapper, because the same function may be marked twice, each time with a separate credit.
  const marked = async (...args: Args): Promise<Result> => await fn(...args)
  callbackMarks.isUsed = true
  callbackMarks.of.set(marked, { fn: fn as unknown as Marked['fn'], credit })
  return marked as unknown as CallbackFunction<Args, Result>
}

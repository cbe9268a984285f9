/** Functions in the arguments of a call, which its handler may call while it runs. */
import { type Call, SETTLED } from '../call/call.ts'
import { checkOptions, callable, wholeNumber } from '../lib/validate.ts'
import { oneInstance } from '../lib/one-instance.ts'
import type { CallbackFunction, CallbackOptions } from '../types/callback.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { postValue, Refusal } from '../wire/post.ts'
import { ANSWER, type WireCallback } from '../wire/protocol.ts'
import { type ArgsWithCallbacks, type CallbackSeam, callbackSeam } from './callback-seam.ts'

/** What `callback()` has marked. */
interface Marked {
  readonly fn: (...args: unknown[]) => unknown
  readonly credit: number
}

/** Values that are looked at for callbacks, in one call. */
const MOST_VALUES = 10_000
const DEFAULT_CREDIT = 16

const marks: WeakMap<object, Marked> = /* @__PURE__ */ oneInstance('callback-marks', () => new WeakMap())

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
  callbackSeam.used ??= seam
  // A function of ours: the same one may be marked twice, each with a credit of its own.
  const marked = async (...args: Args): Promise<Result> => await fn(...args)
  marks.set(marked, { fn: fn as unknown as Marked['fn'], credit })
  return marked as unknown as CallbackFunction<Args, Result>
}

/** The callbacks of each call, in the order in which they were found. */
const byCall: WeakMap<Call, readonly Marked[]> = /* @__PURE__ */ oneInstance(
  'callbacks-of',
  () => new WeakMap(),
)

const seam: CallbackSeam = {
  take(call) {
    const search = new Search()
    const args = search.without(call.args, []) as readonly unknown[]
    if (search.found.length === 0) return null
    byCall.set(call, search.found)
    return { args, callbacks: search.callbacks } satisfies ArgsWithCallbacks
  },

  called(call, [, id, number, index, args], post, tell) {
    const fail = (error: unknown) => post([ANSWER, id, number, false, encodeThrown(error)])
    const give = (value: unknown) => {
      try {
        postValue(post, [ANSWER, id, number, true, value], value, 'result', undefined)
      } catch (error) {
        fail(error instanceof Refusal ? refusalOf(call, error) : error)
      }
    }
    tell(() => {
      const marked = byCall.get(call)?.[index as number]
      if (marked === undefined || call.state === SETTLED || !Array.isArray(args)) fail(over(call))
      else void run(marked, args).then(give, fail)
    })
  },
}

/** Runs now; async, so that whatever is thrown is a rejection. */
async function run({ fn }: Marked, args: readonly unknown[]): Promise<unknown> {
  return await fn(...args)
}

function over(call: Call): DOMException {
  return new DOMException(
    `A callback of ${call.taskId}.${call.method} (${call.callId}) was called when its call had settled`,
    'AbortError',
  )
}

function refusalOf(call: Call, { culprit, isForClone, cause }: Refusal): unknown {
  if (!isForClone) return cause
  const [path, ...why] = culprit.split('\n')
  const said = why.join(' ') || 'cannot be cloned'
  return new DOMException(`A callback of ${call.taskId}.${call.method}: ${path} ${said}`, 'DataCloneError')
}

/** Looks into arrays and plain objects; what holds a callback is copied without it. */
class Search {
  readonly found: Marked[] = []
  readonly callbacks: WireCallback[] = []
  private readonly seen = new Set<object>()

  without(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === 'function') return this.take(value, path)
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value
    if (this.seen.has(value) || this.seen.size >= MOST_VALUES) return value
    this.seen.add(value)
    const changed = new Map<string, unknown>()
    for (const name of Object.keys(value)) {
      // No getter runs.
      const part: unknown = Object.getOwnPropertyDescriptor(value, name)?.value
      if (typeof part !== 'function' && (typeof part !== 'object' || part === null)) continue
      const kept = this.without(part, [...path, Array.isArray(value) ? Number(name) : name])
      if (kept !== part) changed.set(name, kept)
    }
    if (changed.size === 0) return value
    const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...value }
    return Object.assign(copy, Object.fromEntries(changed))
  }

  private take(value: object, path: readonly (string | number)[]): unknown {
    const marked = marks.get(value)
    if (marked === undefined) return value
    this.found.push(marked)
    this.callbacks.push([path, marked.credit])
    return null
  }
}

function isPlain(value: object): boolean {
  try {
    if (Array.isArray(value)) return true
    const prototype: unknown = Object.getPrototypeOf(value)
    return prototype === Object.prototype || prototype === null
  } catch {
    // A proxy whose traps throw.
    return false
  }
}

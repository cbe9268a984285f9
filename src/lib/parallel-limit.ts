/** `parallelLimit`: an async function over items, a limited number at a time, with results as they complete. */
import {
  type ItemContext,
  MANY_CHECKS,
  type ManyOptions,
  overMany,
  type SettledItem,
  SKIPPED,
} from './many-items.ts'
import { bound, callable, checkOptions, fail, iterable } from './validate.ts'

/** Which keys are aborted: `runtime.keys`, or an `AbortTaskController`. */
export interface AbortedKeys {
  isAborted(key: string): boolean
}

/** Options of {@link parallelLimit}. */
export interface ParallelLimitOptions<Item> extends ManyOptions<Item> {
  /** With `keyOf`: skips the items whose key is aborted before they start or while they run, however they end. */
  keys?: AbortedKeys | undefined
  /** If it throws for an item, the item fails with that error. */
  keyOf?: ((item: Item) => string | undefined) | undefined
}

export function parallelLimit<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ItemContext) => Result | Promise<Result>,
  options: ParallelLimitOptions<Item> & { failures: 'settle' },
): AsyncGenerator<SettledItem<Item, Result>, void, void>
/**
 * Runs `fn` over `items`, at most `limit` at a time; items are pulled only when there is room. Yields results in the
 * order of completion, or in the order of the items with `ordered`.
 *
 * @throws RangeError for a limit below 1; the signal's reason when it aborts; the first failure unless `failures` says otherwise.
 * @example for await (const page of parallelLimit(files, 4, (file) => parse.process(file))) show(page)
 */
export function parallelLimit<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ItemContext) => Result | Promise<Result>,
  options?: ParallelLimitOptions<Item>,
): AsyncGenerator<Result, void, void>
export function parallelLimit<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ItemContext) => Result | Promise<Result>,
  options: ParallelLimitOptions<Item> = {},
): AsyncGenerator<Result | SettledItem<Item, Result>, void, void> {
  bound(1)('limit', limit)
  callable('fn', fn)
  iterable('items', items)
  const checked = checkOptions('parallelLimit(items, limit, fn, options)', options, {
    ...MANY_CHECKS,
    keys: (option, value: AbortedKeys | null) =>
      typeof value?.isAborted === 'function' ||
      fail(option, value, 'runtime.keys, or an AbortTaskController'),
    keyOf: callable,
  })
  return run(items, limit, fn, checked)
}

/** Reports the abort of a key that is not sticky. */
interface KeyNews extends AbortedKeys {
  onAbort?(listener: (key: string) => void): () => void
}

async function* run<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ItemContext) => Result | Promise<Result>,
  options: ParallelLimitOptions<Item>,
): AsyncGenerator<Result | SettledItem<Item, Result>, void, void> {
  const { keyOf } = options
  const keys: KeyNews | undefined = options.keys
  const aborted = new Set<string>()
  const forget = keys?.onAbort?.((key) => aborted.add(key))
  const isAborted = (key: string | undefined): boolean =>
    key !== undefined && (aborted.has(key) || keys?.isAborted(key) === true)
  // For the item that starts next: its key, or what `keyOf` threw.
  let starts: { readonly key?: string | undefined; readonly refusal?: { readonly error: unknown } } = {}
  const isSkipped = (item: Item): boolean => {
    starts = {}
    try {
      starts = { key: keyOf?.(item) }
      return isAborted(starts.key)
    } catch (error) {
      starts = { refusal: { error } }
      return false
    }
  }
  const prepare = (signal: AbortSignal) => async (item: Item, index: number) => {
    const { key, refusal } = starts
    if (refusal) throw refusal.error
    try {
      const result = await fn(item, { index, signal })
      return isAborted(key) ? SKIPPED : result
    } catch (error) {
      if (isAborted(key)) return SKIPPED
      throw error
    }
  }
  try {
    yield* overMany(items, prepare, options, { name: 'parallelLimit', limit, isSkipped })
  } finally {
    forget?.()
  }
}

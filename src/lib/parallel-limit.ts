/** `parallelLimit`: an async function over items, so many at a time, results as they complete. */
import type { AbortTaskController } from './abort-task-controller.ts'
import { limitedRun } from './limited-run.ts'
import { runListener } from './run-listener.ts'
import { abortSignal, joinSignals } from './foreign-signals.ts'
import { among, callable, type Check, checkOptions, fail, flag, iterable, wholeNumber } from './validate.ts'

/** Options of {@link parallelLimit}. */
export interface ParallelLimitOptions<Item> {
  /** `fail-fast`: the first failure ends the iteration and is thrown. `continue`: failures are left out. @default 'fail-fast' */
  errorPolicy?: 'fail-fast' | 'continue' | undefined
  /** Yield settled results, as `Promise.allSettled` gives them; nothing is thrown then. @default false */
  returnSettled?: boolean | undefined
  /**
   * Called with each failure of `fn` as it happens, whatever the policy: also for items that were still running when the iteration
   * ended. An item that only stopped because of that end (its error, or the error's `cause`, is the reason) has not failed.
   */
  onError?: ((error: unknown, item: Item) => void) | undefined
  /** Ends the iteration, which throws its reason. */
  signal?: AbortSignal | undefined
  /** With `keyOf`: items whose key is aborted before they start are skipped. */
  abortTaskController?: AbortTaskController | undefined
  /** An item for which it throws fails with what it threw. */
  keyOf?: ((item: Item) => string | undefined) | undefined
}

/** What `fn` is told beside its item. */
export interface ParallelLimitContext {
  readonly index: number
  /** Aborts when the iteration ends early. */
  readonly signal: AbortSignal
}

export function parallelLimit<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ParallelLimitContext) => Result | Promise<Result>,
  options: ParallelLimitOptions<Item> & { returnSettled: true },
): AsyncGenerator<PromiseSettledResult<Result>, void, void>
/**
 * Runs `fn` over `items`, at most `limit` at a time; items are pulled only when there is room. Yields results in the
 * order of completion.
 *
 * @throws RangeError for a limit below 1; the signal's reason when it aborts; under `fail-fast` the first failure.
 * @example for await (const page of parallelLimit(files, 4, (file) => parse.process(file))) show(page)
 */
export function parallelLimit<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ParallelLimitContext) => Result | Promise<Result>,
  options?: ParallelLimitOptions<Item>,
): AsyncGenerator<Result, void, void>
export function parallelLimit<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ParallelLimitContext) => Result | Promise<Result>,
  options: ParallelLimitOptions<Item> = {},
): AsyncGenerator<Result | PromiseSettledResult<Result>, void, void> {
  if (limit !== Number.POSITIVE_INFINITY) wholeNumber('limit', limit, 1)
  callable('fn', fn)
  iterable('items', items)
  return run(items, limit, fn, checkOptions('parallelLimit(items, limit, fn, options)', options, CHECKS))
}

const CHECKS: { readonly [Name in keyof ParallelLimitOptions<never>]-?: Check } = {
  errorPolicy: among('fail-fast', 'continue'),
  returnSettled: flag,
  onError: callable,
  signal: abortSignal,
  abortTaskController: (option, value: AbortTaskController | null) =>
    typeof value?.isAborted === 'function' || fail(option, value, 'an AbortTaskController'),
  keyOf: callable,
}

async function* run<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  fn: (item: Item, context: ParallelLimitContext) => Result | Promise<Result>,
  options: ParallelLimitOptions<Item>,
): AsyncGenerator<Result | PromiseSettledResult<Result>, void, void> {
  const {
    errorPolicy = 'fail-fast',
    returnSettled = false,
    onError,
    signal,
    abortTaskController,
    keyOf,
  } = options
  const end = new AbortController()
  const joined = joinSignals(end.signal, 'signal', signal)
  const aborted = new Set<string>()
  const forget = abortTaskController?.onAbort((key) => aborted.add(key))
  // What `keyOf` threw for the item that starts next.
  let refusal: { readonly error: unknown } | undefined
  const isSkipped = (item: Item): boolean => {
    refusal = undefined
    try {
      const key = keyOf?.(item)
      return key !== undefined && (aborted.has(key) || abortTaskController?.isAborted(key) === true)
    } catch (error) {
      refusal = { error }
      return false
    }
  }
  const start = async (item: Item, index: number): Promise<Result> => {
    try {
      if (refusal) throw refusal.error
      return await fn(item, { index, signal: joined })
    } catch (error) {
      if (onError && !isStop(error, joined)) runListener(onError, error, item)
      throw error
    }
  }
  try {
    const onEnd = () => end.abort(new DOMException('The iteration over parallelLimit ended', 'AbortError'))
    const bounds = { limit, isOrdered: false, signal: joined, onEnd, isSkipped }
    for await (const { settled } of limitedRun(items, start, bounds)) {
      if (returnSettled) yield settled
      else if (settled.status === 'fulfilled') yield settled.value
      else if (errorPolicy === 'fail-fast') throw settled.reason
    }
  } finally {
    forget?.()
  }
}

/** Whether an item ended because the iteration did. */
function isStop(error: unknown, { aborted, reason }: AbortSignal): boolean {
  try {
    return aborted && (error === reason || (error as Error | undefined)?.cause === reason)
  } catch {
    return false
  }
}

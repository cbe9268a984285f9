/** A function over many items: what `control.map` and `parallelLimit` have in common, options and all. */
import { abortSignal, joinSignals } from './foreign-signals.ts'
import { limitedRun } from './limited-run.ts'
import { runListener } from './run-listener.ts'
import { among, callable, type Check, flag } from './validate.ts'

/** How one of many items ended, as in `Promise.allSettled`, with the item and its index. */
export type SettledItem<Item, Result> =
  | (PromiseFulfilledResult<Result> & { readonly item: Item; readonly index: number })
  | (PromiseRejectedResult & { readonly item: Item; readonly index: number })

/** Options of `control.map` and {@link parallelLimit}. */
export interface ManyOptions<Item> {
  /** Results in the order of the items. @default false: as they complete */
  ordered?: boolean | undefined
  /**
   * What happens to items that fail. `throw`: the first failure ends the iteration and is thrown. `skip`: failures are left out.
   * `settle`: settled results; nothing is thrown. @default 'throw'
   */
  failures?: 'throw' | 'skip' | 'settle' | undefined
  /**
   * Called with each failure as it happens, whatever `failures` is, also for items that were still running when the iteration
   * ended. An item that only stopped because the iteration ended (its error, or the error's `cause`, is the reason) has not failed.
   */
  onError?: ((error: unknown, item: Item, index: number) => void) | undefined
  /** Ends the iteration, which throws its reason. */
  signal?: AbortSignal | undefined
}

export const MANY_CHECKS: { readonly [Name in keyof ManyOptions<never>]-?: Check } = {
  ordered: flag,
  failures: among('throw', 'skip', 'settle'),
  onError: callable,
  signal: abortSignal,
}

/** What the function receives besides its item. */
export interface ItemContext {
  /** The index of the item. */
  readonly index: number
  /** Aborts when the iteration ends early. */
  readonly signal: AbortSignal
}

/** How {@link overMany} runs, in addition to what the caller passed. */
export interface ManyBounds<Item> {
  /** Named by the reason of an early end. */
  readonly name: string
  readonly limit: number
  readonly isSkipped?: (item: Item) => boolean
  /** Ends the iteration, like the caller's signal. */
  readonly endSignal?: AbortSignal | undefined
}

/** Returned by the function for an item that is to be left out after all. */
export const SKIPPED: unique symbol = Symbol('skipped')

/** Runs what `prepare` returns over the items. It is called once, with the signal that ends the iteration. */
export async function* overMany<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  prepare: (
    signal: AbortSignal,
  ) => (item: Item, index: number) => Result | typeof SKIPPED | PromiseLike<Result | typeof SKIPPED>,
  { ordered = false, failures = 'throw', onError, signal }: ManyOptions<Item>,
  { name, limit, isSkipped, endSignal }: ManyBounds<Item>,
): AsyncGenerator<Result | SettledItem<Item, Result>, void, void> {
  const end = new AbortController()
  const joined = joinSignals(joinSignals(end.signal, 'signal', endSignal), 'signal', signal)
  const fn = prepare(joined)
  const start = async (item: Item, index: number): Promise<Result | typeof SKIPPED> => {
    try {
      return await fn(item, index)
    } catch (error) {
      if (onError && !isStop(error, joined)) runListener(() => onError(error, item, index))
      throw error
    }
  }
  // Also when the consumer leaves early: nothing keeps running.
  const onEnd = () => end.abort(new DOMException(`The iteration over ${name} ended`, 'AbortError'))
  const bounds = {
    limit,
    isOrdered: ordered,
    signal: joined,
    onEnd,
    ...(isSkipped ? { isSkipped } : undefined),
  }
  for await (const { settled: ended, item, index } of limitedRun(items, start, bounds)) {
    if (ended.status === 'fulfilled' && ended.value === SKIPPED) continue
    const settled = ended as PromiseSettledResult<Result>
    if (failures === 'settle') yield { ...settled, item, index }
    else if (settled.status === 'fulfilled') yield settled.value
    else if (failures === 'throw') throw settled.reason
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

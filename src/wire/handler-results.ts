/** What handlers give back: a value, a promise of one, or an iterator of items. */

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>
type Step = IteratorResult<unknown>

/** Whether a handler returned a generator (or another iterator), whose items are to be streamed. */
export function isIterator(value: unknown): value is AnyIterator {
  if (typeof value !== 'object' || value === null) return false
  const candidate = value as {
    next?: unknown
    [Symbol.iterator]?: unknown
    [Symbol.asyncIterator]?: unknown
  }
  if (typeof candidate.next !== 'function') return false
  return (
    typeof candidate[Symbol.asyncIterator] === 'function' || typeof candidate[Symbol.iterator] === 'function'
  )
}

/** The same kind of result, with `map` over its values; a value that is available at once stays so. */
export function mapResult(result: unknown, map: (value: unknown) => unknown): unknown {
  if (isIterator(result)) return mapItems(result, map)
  return isThenable(result) ? mapLater(result, map) : map(result)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

async function mapLater(result: PromiseLike<unknown>, map: (value: unknown) => unknown): Promise<unknown> {
  return map(await result)
}

function mapItems(items: AnyIterator, map: (value: unknown) => unknown): object {
  const step = ({ done, value }: Step): Step => ({ done: done === true, value: map(value) })
  const stepped = (result: Step | PromiseLike<Step>): unknown =>
    isThenable(result) ? mapLater(result, (given) => step(given as Step)) : step(result)
  return {
    next: () => stepped(items.next()),
    return: (value?: unknown) => (items.return ? stepped(items.return(value)) : { done: true, value }),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

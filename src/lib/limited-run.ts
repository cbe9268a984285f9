/** Runs a function over items, so many at a time, and pulls items only as results are read: what both iterators are made of. */
import { systemClock } from './clock.ts'

/** How one item ended. */
export interface Outcome<Item, Result> {
  /** The order in which the items were started. */
  readonly id: number
  readonly item: Item
  /** Its place among the items, those that were left out counted. */
  readonly index: number
  readonly settled: PromiseSettledResult<Result>
}

export interface LimitedRunOptions<Item> {
  /** Items that are under way, or done and not yet read. */
  readonly limit: number
  /** In the order of the items; else as they complete. */
  readonly isOrdered: boolean
  /** Ends the run with its reason. */
  readonly signal: AbortSignal
  /** Called when the run ends, however it ends, before the source is closed: that may take its time. */
  readonly onEnd: () => void
  /** Items that are left out, asked just before they would start. */
  readonly isSkipped?: (item: Item) => boolean
}

/** Items without a wait between them after which the page gets a turn: an endless source of failures must not freeze it. */
const AT_ONCE = 500

/** Yields an outcome for each item; when its consumer leaves, the source is closed. */
export async function* limitedRun<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  start: (item: Item, index: number) => Result | PromiseLike<Result>,
  { limit, isOrdered, signal, onEnd, isSkipped }: LimitedRunOptions<Item>,
): AsyncGenerator<Outcome<Item, Result>, void, void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const inbox = new Inbox<Outcome<Item, Result>>(isOrdered)
  const onAbort = () => inbox.fail(signal.reason)
  signal.addEventListener('abort', onAbort)
  let open = 0
  let next = 0
  let pulled = 0
  let isPulling = false
  let isExhausted = false
  let hasFailed = false
  // Not awaited: what is done is read while the source has nothing more to give yet.
  const pull = async () => {
    isPulling = true
    try {
      const step = await source.next()
      if (step.done) isExhausted = true
      else {
        const index = pulled++
        if (!isSkipped?.(step.value)) {
          open++
          void settle({ id: next++, item: step.value, index }, start).then(inbox.put)
        }
      }
      inbox.poke()
    } catch (error) {
      isExhausted = true
      inbox.fail(error)
    }
    isPulling = false
  }
  try {
    for (let round = 1; ; round++) {
      if (round % AT_ONCE === 0) await new Promise<void>((resolve) => systemClock.afterMail?.(resolve))
      signal.throwIfAborted()
      if (!isExhausted && !isPulling && open < limit) void pull()
      if (isExhausted && open === 0) inbox.throwFailure()
      if (isExhausted && open === 0) return
      const outcome = await inbox.take()
      if (!outcome) continue
      open--
      yield outcome
    }
  } catch (error) {
    hasFailed = true
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    onEnd()
    if (!isExhausted) {
      const closed = new Promise((resolve) => resolve(source.return?.()))
      // A source that is asked for its next item closes after that one: nobody waits for it.
      if (isPulling) closed.catch(() => {})
      // As in a loop, where the first error is the one that is thrown.
      else await (hasFailed ? closed.catch(() => {}) : closed)
    }
  }
}

async function settle<Item, Result>(
  place: Omit<Outcome<Item, Result>, 'settled'>,
  start: (item: Item, index: number) => Result | PromiseLike<Result>,
): Promise<Outcome<Item, Result>> {
  try {
    return { ...place, settled: { status: 'fulfilled', value: await start(place.item, place.index) } }
  } catch (reason) {
    return { ...place, settled: { status: 'rejected', reason } }
  }
}

/** What is done and not read. A race of promises would leave a reaction on the slow ones for each that is fast. */
class Inbox<T extends { readonly id: number }> {
  private readonly isOrdered: boolean
  /** By the place in which they are read. */
  private readonly done = new Map<number, T>()
  private arrived = 0
  private expected = 0
  private failure: { readonly reason: unknown } | undefined
  private wake: (() => void) | undefined

  constructor(isOrdered: boolean) {
    this.isOrdered = isOrdered
  }

  readonly put = (outcome: T): void => {
    this.done.set(this.isOrdered ? outcome.id : this.arrived++, outcome)
    this.wake?.()
  }

  fail(reason: unknown): void {
    this.failure ??= { reason }
    this.wake?.()
  }

  /** Something has changed beside what is done. */
  poke(): void {
    this.wake?.()
  }

  throwFailure(): void {
    if (this.failure) throw this.failure.reason
  }

  /** The next that is done; nothing when something else has changed meanwhile. */
  async take(): Promise<T | undefined> {
    const ready = this.shift()
    if (ready) return ready
    await new Promise<void>((resolve) => {
      this.wake = resolve
    })
    return this.shift()
  }

  private shift(): T | undefined {
    this.throwFailure()
    const first = this.done.get(this.expected)
    if (first) this.done.delete(this.expected++)
    return first
  }
}

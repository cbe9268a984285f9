/** The consumer's end of a stream. It buffers the granted items, and grants more as they are read. */
import { type Linked, LinkedList } from '../lib/linked-list.ts'
import { fail } from '../lib/validate.ts'
import type { CallHighWaterMark, CallStream } from './call.ts'

/** The most items that may be in transit or wait to be read, by default. */
const WINDOW = 16
/** The first grant. A reader that stops early has then caused one step too many, not sixteen. */
const FIRST_WINDOW = 2
/** The window is this fraction of what was read, within the two bounds. */
const READ_TO_WINDOW = 8
/** In effect no limit, but still a number that can be added to. */
const MOST = 2 ** 40

/** A reader that waits for an item. */
interface Reader extends Linked<Reader> {
  resolve(result: IteratorResult<unknown>): void
  reject(error: unknown): void
}

export class StreamBuffer implements CallStream {
  private items: unknown[] = []
  private at = 0
  private readonly readers = new LinkedList<Reader>()
  /** How often the next item was requested. */
  private asked = 0
  private delivered = 0
  private granted: number
  /** The size of the largest item so far, if items are measured. */
  private largest = -1
  private over: { value: unknown } | { error: unknown } | undefined
  private readonly grant: (items: number) => void
  private readonly mark: CallHighWaterMark | undefined
  private readonly decoded: ((item: unknown) => unknown) | undefined

  /**
   * `grant` grants the producer room. It is first called when reading begins, and may call back into this class. `decoded` makes
   * the reader's value from an item, if that differs.
   */
  constructor(
    grant: (items: number) => void,
    mark?: CallHighWaterMark,
    decoded?: (item: unknown) => unknown,
  ) {
    this.grant = grant
    this.mark = mark
    this.decoded = decoded
    this.granted = this.window(0)
    grant(this.granted)
  }

  push(items: readonly unknown[]): void {
    if (this.mark?.size !== undefined) this.measureLater(items)
    for (const item of items) {
      // Was in transit when the consumer left.
      if (this.over) return
      const reader = this.readers.shift()
      if (reader) {
        reader.resolve({ done: false, value: item })
        this.delivered++
      } else this.items.push(item)
    }
    this.grantMore()
  }

  end(value: unknown): void {
    if (this.over) return
    this.over = { value }
    this.settleReaders()
  }

  fail(error: unknown): void {
    if (this.over) return
    this.over = { error }
    this.settleReaders()
  }

  next(): Promise<IteratorResult<unknown>> {
    this.asked++
    if (this.at < this.items.length) {
      const value = this.items[this.at++]
      // A reader that is always slightly behind must not keep what it has read.
      if (this.at === this.items.length || this.at === WINDOW) {
        this.items = this.items.slice(this.at)
        this.at = 0
      }
      this.delivered++
      this.grantMore()
      return Promise.resolve({ done: false, value })
    }
    const item = new Promise<IteratorResult<unknown>>((resolve, reject) => {
      this.readers.push({ list: null, previous: null, next: null, resolve, reject })
      if (this.over) this.settleReaders()
    })
    this.grantMore()
    return item
  }

  /** The consumer leaves. The producer stops, and buffered items and an unread error are dropped. */
  return(value?: unknown): Promise<IteratorResult<unknown>> {
    const wasOver = this.over !== undefined
    this.items = []
    this.at = 0
    // Before the producer knows: the abort of its call is not an error for a consumer that has left.
    this.over = { value: undefined }
    if (!wasOver) this.grant(-1)
    this.settleReaders()
    return Promise.resolve({ done: true, value })
  }

  /** An item is done when the next one is requested. A loop that is left requests none. */
  private grantMore(): void {
    if (this.over) return
    const read = Math.min(this.delivered, this.asked - 1)
    const window = this.window(read)
    const owed = read + window - this.granted
    // Half a window at a time: a message for each item would double the traffic.
    if (owed < window / 2) return
    this.granted += owed
    this.grant(owed)
  }

  private window(read: number): number {
    const { mark } = this
    if (mark === undefined) return Math.min(Math.max(Math.floor(read / READ_TO_WINDOW), FIRST_WINDOW), WINDOW)
    if (mark.size === undefined) return Math.min(mark.max, MOST)
    // Nothing is known before the first item.
    if (this.largest < 0) return 1
    return Math.min(Math.max(Math.floor(mark.max / this.largest), 1), MOST)
  }

  /** User code, which runs when no transition is in progress. */
  private measureLater(items: readonly unknown[]): void {
    const { decoded } = this
    if (decoded === undefined) queueMicrotask(() => this.measure(items))
    // If an item cannot be decoded, its reader gets the error.
    else
      Promise.all(items.map(decoded)).then(
        (made) => this.measure(made),
        () => {},
      )
  }

  /** The size of the items that have arrived. The next grant follows from the largest. */
  private measure(items: readonly unknown[]): void {
    if (this.over) return
    try {
      for (const item of items) {
        const size = this.mark?.size?.(item) as number
        if (!(size >= 0)) fail('highWaterMark.size(…)', size, 'a number, 0 or more')
        this.largest = Math.max(this.largest, size)
      }
    } catch (error) {
      this.fail(error)
      this.grant(-1)
      return
    }
    this.grantMore()
  }

  /** Buffered items come first, then the end once, then always `done`. */
  private settleReaders(): void {
    if (this.at < this.items.length) return
    while (this.over && this.readers.size > 0) {
      const { over } = this
      const reader = this.readers.shift()
      this.over = { value: undefined }
      if ('error' in over) reader?.reject(over.error)
      else reader?.resolve({ done: true, value: over.value })
    }
  }
}

/** The consumer's end of a stream: buffers what was granted, and grants more as it is read. */
import { type Linked, LinkedList } from '../lib/linked-list.ts'
import { fail } from '../lib/validate.ts'
import type { CallHighWaterMark, CallStream } from './call.ts'

/** Items that may be under way or waiting to be read, at most, where nobody says how many. */
const WINDOW = 16
/** So many at first: a reader that stops early has caused one step too many, not sixteen. */
const FIRST_WINDOW = 2
/** The window is this part of what was read, within the two. */
const READ_TO_WINDOW = 8
/** As good as no limit, and still a number that can be added to. */
const MOST = 2 ** 40

/** Who waits for an item. */
interface Reader extends Linked<Reader> {
  resolve(result: IteratorResult<unknown>): void
  reject(error: unknown): void
}

export class StreamBuffer implements CallStream {
  private items: unknown[] = []
  private at = 0
  private readonly readers = new LinkedList<Reader>()
  /** Times that the next item was asked for. */
  private asked = 0
  private delivered = 0
  private granted: number
  /** The largest of the items so far, where they are measured. */
  private largest = -1
  private over: { value: unknown } | { error: unknown } | undefined
  private readonly grant: (items: number) => void
  private readonly mark: CallHighWaterMark | undefined
  private readonly decoded: ((item: unknown) => unknown) | undefined

  /**
   * `grant` tells the producer of room; it is called first when reading begins. What it does may come back in here. `decoded` makes
   * of an item what its reader is given, where that is another.
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
      // What was under way when the consumer left.
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
      // A reader that is always a little behind must not keep what it has read.
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

  /** The consumer leaves: the producer stops, what is buffered is dropped, an error that was not read with it. */
  return(value?: unknown): Promise<IteratorResult<unknown>> {
    const wasOver = this.over !== undefined
    this.items = []
    this.at = 0
    // Before the producer hears of it: the abort of its call is no error of a consumer that has left.
    this.over = { value: undefined }
    if (!wasOver) this.grant(-1)
    this.settleReaders()
    return Promise.resolve({ done: true, value })
  }

  /** An item is done with when the next one is asked for: who leaves the loop over it asks for none. */
  private grantMore(): void {
    if (this.over) return
    const read = Math.min(this.delivered, this.asked - 1)
    const window = this.window(read)
    const owed = read + window - this.granted
    // Half a window at a time: a message per item would double the traffic.
    if (owed < window / 2) return
    this.granted += owed
    this.grant(owed)
  }

  private window(read: number): number {
    const { mark } = this
    if (mark === undefined) return Math.min(Math.max(Math.floor(read / READ_TO_WINDOW), FIRST_WINDOW), WINDOW)
    if (mark.size === undefined) return Math.min(mark.max, MOST)
    // Nothing is known before the first.
    if (this.largest < 0) return 1
    return Math.min(Math.max(Math.floor(mark.max / this.largest), 1), MOST)
  }

  /** The user's code, when no transition is half made. */
  private measureLater(items: readonly unknown[]): void {
    const { decoded } = this
    if (decoded === undefined) queueMicrotask(() => this.measure(items))
    // An item that cannot be decoded is its reader's error.
    else
      Promise.all(items.map(decoded)).then(
        (made) => this.measure(made),
        () => {},
      )
  }

  /** How large items are that have arrived: what is granted next follows from the largest. */
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

  /** Buffered items come first; then the end, once, and `done` after it. */
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

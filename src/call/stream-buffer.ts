/** The consumer's end of a stream: buffers what was granted, and grants more as it is read. */
import { type Linked, LinkedList } from '../lib/linked-list.ts'
import type { CallStream } from './call.ts'

/** Items that may be under way or waiting to be read. */
const WINDOW = 16

/** Who waits for an item. */
interface Reader extends Linked<Reader> {
  resolve(result: IteratorResult<unknown>): void
  reject(error: unknown): void
}

export class StreamBuffer implements CallStream {
  private items: unknown[] = []
  private at = 0
  private readonly readers = new LinkedList<Reader>()
  private owed = 0
  private over: { value: unknown } | { error: unknown } | undefined
  private readonly grant: (items: number) => void

  /** `grant` tells the producer of room; it is called first when reading begins. What it does may come back in here. */
  constructor(grant: (items: number) => void) {
    this.grant = grant
    grant(WINDOW)
  }

  push(items: readonly unknown[]): void {
    for (const item of items) {
      // What was under way when the consumer left.
      if (this.over) return
      const reader = this.readers.shift()
      if (reader) {
        reader.resolve({ done: false, value: item })
        this.consumed()
      } else this.items.push(item)
    }
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
    if (this.at < this.items.length) {
      const value = this.items[this.at++]
      // A reader that is always a little behind must not keep what it has read.
      if (this.at === this.items.length || this.at === WINDOW) {
        this.items = this.items.slice(this.at)
        this.at = 0
      }
      this.consumed()
      return Promise.resolve({ done: false, value })
    }
    return new Promise((resolve, reject) => {
      this.readers.push({ list: null, previous: null, next: null, resolve, reject })
      if (this.over) this.settleReaders()
    })
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

  private consumed(): void {
    this.owed++
    // Half a window at a time: a message per item would double the traffic.
    if (this.owed < WINDOW / 2 || this.over) return
    const { owed } = this
    this.owed = 0
    this.grant(owed)
  }

  /** Buffered items come first; then the end, once, and `done` for whoever asks after it. */
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

/**
 * Writes measures into the User Timing timeline, which never drops an entry, and clears the oldest that it wrote.
 * Both cost more the longer the timeline is, no matter which code filled it: clearing a name scans all of it, and a measure is
 * inserted in the order of starts. So clearing takes a bounded share of the page's time, and where writing has become slow
 * it moves out of the way of calls, into tasks with the same bound.
 */
import type { Clock } from '../../lib/clock.ts'
import type { SinkGuard } from '../sink-guard.ts'

/** Entries past the bound before a task is set up: fewer tasks, not more memory. */
const SLACK = 250
/** Entries past the bound that are not left to a task: a flood lets none in. */
const CEILING = 500
/** Entries past the bound at which new ones wait for older ones to be cleared. */
const MOST_EXCESS = 20_000
/** Measures that wait to be written; past it the oldest are left out. */
const MOST_WAITING = 10_000
/** Work runs for this long, in ms, and then rests for this many times as long: a fifth of the time. */
const STRETCH_MS = 4
const REST = 4
/** What a disposed runtime has left goes faster: half of the time. */
const REST_AT_END = 1
/** For who asks for it, at the end of a page or a runtime, in ms. */
const LONG_STRETCH_MS = 50
/** A measure that takes so long, in ms, is slow: tens of times what it takes in a short timeline. */
const SLOW_MS = 0.05
/** So many slow ones, hardly interrupted by quick ones, are no accident. */
const PATIENCE = 8
/** While all is well, one measure in so many is timed. */
const STRIDE = 4
const SINK = 'the User Timing sink'

/** The two calls of the timeline. */
export interface TimelineAccess {
  readonly measure: (name: string, options: PerformanceMeasureOptions) => void
  readonly clear: (name: string) => void
}

export class TimelineWriter {
  private retain: number
  private readonly clock: Clock
  private readonly guard: SinkGuard
  private readonly access: TimelineAccess
  /** Names of its entries in the timeline, the oldest first. */
  private readonly written = new Fifo<string>()
  private readonly waiting = new Fifo<readonly [name: string, options: PerformanceMeasureOptions]>()
  /** Of those that wait, the first so many are cleared as soon as observers have them. */
  private transient = 0
  private isDisposed = false
  private isSlow = false
  private doubt = 0
  private writes = 0
  private restUntil = 0
  private timer: unknown

  constructor(retain: number, clock: Clock, guard: SinkGuard, access: TimelineAccess) {
    this.retain = retain
    this.clock = clock
    this.guard = guard
    this.access = access
  }

  add(name: string, options: PerformanceMeasureOptions): void {
    if (this.isSlow || this.waiting.size > 0 || this.excess >= MOST_EXCESS) this.postpone(name, options)
    else {
      this.write(name, options)
      if (this.excess >= CEILING) this.work()
    }
    if (this.timer === undefined && this.isDue) this.schedule()
  }

  /** Works for a while, now. */
  flush(): void {
    if (this.waiting.size > 0) this.work(LONG_STRETCH_MS)
  }

  /** Clears all of its entries, now. */
  clearAll(): void {
    for (let left = this.written.size; left > 0; left--) this.clearOldest()
    this.transient = this.waiting.size
  }

  /** From now on nothing stays, unless the application keeps all itself. What takes long is left to tasks. */
  dispose(): void {
    this.isDisposed = true
    if (this.retain !== Number.POSITIVE_INFINITY) this.retain = 0
    this.work(LONG_STRETCH_MS)
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer)
    this.timer = undefined
    if (this.isDue) this.schedule()
  }

  private get excess(): number {
    return this.written.size - this.retain
  }

  private get isDue(): boolean {
    return this.waiting.size > 0 || this.excess > (this.retain === 0 ? 0 : SLACK)
  }

  private schedule(): void {
    const delay = Math.max(0, this.restUntil - this.clock.now())
    this.timer = this.clock.setTimeout(() => {
      this.timer = undefined
      this.work()
      if (this.waiting.size > 0 || this.excess > 0) this.schedule()
    }, delay)
  }

  private work(stretch?: number): void {
    const began = this.clock.now()
    if (stretch === undefined && began < this.restUntil) return
    let now = began
    while (now - began < (stretch ?? STRETCH_MS) && this.step()) now = this.clock.now()
    this.restUntil = now + (now - began) * (this.isDisposed ? REST_AT_END : REST)
  }

  /** Writes one or clears one; false where there is nothing to do. */
  private step(): boolean {
    if (this.excess < (this.isSlow ? CEILING : MOST_EXCESS)) {
      const next = this.waiting.shift()
      if (next !== undefined) {
        this.write(...next)
        if (this.transient > 0) {
          this.transient--
          this.clear(next[0])
        }
        return true
      }
    }
    if (this.excess <= 0) return false
    this.clearOldest()
    return true
  }

  private write(name: string, options: PerformanceMeasureOptions): void {
    const isTimed = this.doubt > 0 || ++this.writes % STRIDE === 0
    const began = isTimed ? this.clock.now() : 0
    try {
      this.access.measure(name, options)
      if (this.transient === 0) this.written.push(name)
    } catch (error) {
      this.guard.failed(SINK, error)
    }
    if (isTimed) this.judge(this.clock.now() - began)
  }

  /** Not by one alone: a collection of garbage or another process may come between. */
  private judge(took: number): void {
    this.doubt = took < SLOW_MS ? Math.max(0, this.doubt - 0.5) : Math.min(PATIENCE, this.doubt + 1)
    if (this.doubt === PATIENCE) this.isSlow = true
    else if (this.doubt === 0) this.isSlow = false
  }

  private postpone(name: string, options: PerformanceMeasureOptions): void {
    this.waiting.push([name, options])
    if (this.waiting.size <= MOST_WAITING) return
    this.waiting.shift()
    if (this.transient > 0) this.transient--
    this.guard.once('timeline', () => [
      'Atelier: the User Timing timeline is so long that writing to it is too slow, so measures of calls were ' +
        'left out. Atelier clears only its own entries. Clear those of other code with clearMeasures() of `performance`.',
    ])
  }

  private clearOldest(): void {
    const name = this.written.shift()
    if (name !== undefined) this.clear(name)
  }

  private clear(name: string): void {
    try {
      this.access.clear(name)
    } catch (error) {
      this.guard.failed(SINK, error)
    }
  }
}

/** First in, first out, at a constant cost. */
class Fifo<T> {
  private items: (T | undefined)[] = []
  private first = 0

  get size(): number {
    return this.items.length - this.first
  }

  push(item: T): void {
    this.items.push(item)
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined
    const item = this.items[this.first]
    this.items[this.first++] = undefined
    // Compacted when half is gone, so that the array is copied at a constant cost per item.
    if (this.first > this.items.length >> 1) {
      this.items = this.items.slice(this.first)
      this.first = 0
    }
    return item
  }
}

/** A clock that only moves when a test moves it. */
import { milliseconds } from '../src/lib/validate.ts'
import { settled } from '../in-process/messages-under-way.ts'

/** Time and timers that a test moves: nothing passes by itself. */
export interface TestClock {
  /** Milliseconds; begins at 1,000. */
  readonly now: () => number
  readonly setTimeout: (fn: () => void, ms: number) => unknown
  readonly clearTimeout: (handle: unknown) => void
  /** Timers that wait. */
  readonly pending: number
  /**
   * Lets so many milliseconds pass and fires the timers that become due, in their order, each at its own time. What they
   * throw is thrown here. Messages of workers arrive later, as they do after a timer on a page.
   */
  advance(ms: number): void
  /** The same, and before the first timer, after each and at the end everything settles, as {@link settle} says. */
  advanceAsync(ms: number): Promise<void>
  /** Moves to the next timer and fires it; false when none waits, or none within `ms`. */
  next(ms?: number): boolean
  /** Lets time pass in which no timer can fire, as on a page that is busy; what is due then fires at the next move. */
  stall(ms: number): void
  /**
   * Resolves when no message of a fake or in-process worker is under way and every promise reaction has run. Handlers
   * that wait for something else (a timer, the network, a latency) are not waited for.
   */
  settle(): Promise<void>
}

/**
 * A clock for {@link createTestRuntime}; several runtimes may share one.
 *
 * @example
 * const clock = createTestClock()
 * const runtime = createTestRuntime({ clock })
 */
export function createTestClock(): TestClock {
  return new SteppedClock()
}

interface Timer {
  readonly at: number
  readonly fn: () => void
}

/** What a browser's timers can hold; more than that, and they fire at once. */
const LONGEST_MS = 2 ** 31 - 1
const FIRST_MS = 1_000

class SteppedClock implements TestClock {
  private time = FIRST_MS
  private readonly timers = new Map<number, Timer>()
  private last = 0

  readonly now = (): number => this.time

  readonly setTimeout = (fn: () => void, ms: number): number => {
    const delay = ms > 0 && ms <= LONGEST_MS ? ms : 0
    this.timers.set(++this.last, { at: this.time + delay, fn })
    return this.last
  }

  readonly clearTimeout = (handle: unknown): void => {
    this.timers.delete(handle as number)
  }

  get pending(): number {
    return this.timers.size
  }

  advance(ms: number): void {
    const until = this.time + milliseconds('ms', ms)
    while (this.fireNext(until));
    this.time = Math.max(this.time, until)
  }

  async advanceAsync(ms: number): Promise<void> {
    const until = this.time + milliseconds('ms', ms)
    do await settled()
    while (this.fireNext(until))
    this.time = Math.max(this.time, until)
  }

  next(ms: number = Number.POSITIVE_INFINITY): boolean {
    return this.fireNext(this.time + milliseconds('ms', ms))
  }

  stall(ms: number): void {
    this.time += milliseconds('ms', ms)
  }

  settle(): Promise<void> {
    return settled()
  }

  private fireNext(until: number): boolean {
    let next: [handle: number, timer: Timer] | undefined
    // The first of those that are due together: a map keeps the order in which they were set.
    for (const entry of this.timers) {
      if (entry[1].at <= until && (next === undefined || entry[1].at < next[1].at)) next = entry
    }
    if (next === undefined) return false
    const [handle, { at, fn }] = next
    this.timers.delete(handle)
    this.time = Math.max(this.time, at)
    fn()
    return true
  }
}

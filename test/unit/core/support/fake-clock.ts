/** A clock that stands still until a test moves it, with timers as a browser has them. */
import type { Clock } from '../../../../src/clock.ts'

interface Timer {
  readonly at: number
  readonly fn: () => void
}

/** What a browser's timers can hold; more than that, and they fire at once. */
const LONGEST_MS = 2 ** 31 - 1

export class FakeClock implements Clock {
  /** Milliseconds; tests may set it forward without firing timers, as a busy page does. */
  time = 1_000
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

  /** Timers that wait. */
  get pending(): number {
    return this.timers.size
  }

  /** Moves to the next timer that is due by `until` and fires it; false when there is none. */
  fireNext(until: number): boolean {
    let next: [number, Timer] | undefined
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

  /** Lets so much time pass, and fires what becomes due. */
  advance(ms: number): void {
    const until = this.time + ms
    while (this.fireNext(until));
    this.time = Math.max(this.time, until)
  }
}

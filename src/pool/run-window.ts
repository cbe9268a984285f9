/**
 * How many calls a busy worker may be handed ahead, so that it does not wait for the page between short calls.
 * Sized in time, by the run times that replies report: about two milliseconds of work, more while the page is slow to
 * answer. Quick to shrink, slow to grow: one long call, and the next ones wait where any worker can take them.
 */

const SHORTEST_MS = 2
const LONGEST_MS = 50
const LATENCY_FACTOR = 1.25
const MOST_CALLS = 1_000
/** How long the longest latency counts, in ms, at least: a page that was blocked is likely to be blocked again. */
const REMEMBERED_MS = 250
/**
 * Up to this run time, in ms, one call may be ahead though the window is shorter than one run: the trip to the page and
 * back (some 0.3 ms while all processors are busy) would be 2 % of it or more.
 */
const ONE_AHEAD_MS = 16
/** The resolution of the clock: a run that measures as nothing still took about so long. */
const SHORTEST_RUN_MS = 0.002

export class RunWindow {
  private expectedRunMs = Number.POSITIVE_INFINITY
  /** The longest latencies of the current span of time and of the one before. */
  private latencyMs = 0
  private earlierLatencyMs = 0
  private spanStart = Number.NEGATIVE_INFINITY
  private cap = 1

  /** A call ran so long. */
  observeRun(ms: number): void {
    // The times come from the worker: a forged one must not spoil the estimate for good.
    if (!(ms >= 0)) return
    if (this.expectedRunMs === Number.POSITIVE_INFINITY) {
      this.expectedRunMs = ms
      return
    }
    if (ms > this.expectedRunMs) {
      if (ms > SHORTEST_MS && ms > 4 * this.expectedRunMs) this.cap = 1
      this.expectedRunMs += (ms - this.expectedRunMs) / (ms > SHORTEST_MS ? 1 : 4)
    } else {
      this.expectedRunMs += (ms - this.expectedRunMs) / 8
    }
    if (this.cap < MOST_CALLS) this.cap = Math.min(MOST_CALLS, this.cap * 2)
  }

  /** A message lay so long before the page read it, at `now`. */
  observeLatency(ms: number, now: number): void {
    const age = now - this.spanStart
    if (age >= REMEMBERED_MS) {
      this.earlierLatencyMs = age < 2 * REMEMBERED_MS ? this.latencyMs : 0
      this.latencyMs = 0
      this.spanStart = now
    }
    if (ms > this.latencyMs) this.latencyMs = ms
  }

  /** How many calls may be ahead on one worker now. */
  get calls(): number {
    const latencyMs = Math.max(this.latencyMs, this.earlierLatencyMs)
    const ms = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, latencyMs * LATENCY_FACTOR))
    return Math.min(this.cap, Math.floor(ms / Math.max(this.expectedRunMs, SHORTEST_RUN_MS)))
  }

  /** Whether one call may be ahead where none fits. */
  get allowsOne(): boolean {
    return this.expectedRunMs <= ONE_AHEAD_MS
  }

  /** Whether a call runs so long that the last ones had better wait for whichever worker is free first. */
  get isCoarse(): boolean {
    return this.expectedRunMs > SHORTEST_MS
  }
}

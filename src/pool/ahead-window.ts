/**
 * How much work a busy worker may be handed ahead, so that it does not wait for the page between calls. Sized in time, by
 * the run times that replies report, method by method: about two milliseconds of work, more while the page is slow to
 * answer. Quick to shrink, slow to grow.
 */

/** A run is short up to this, in ms. */
export const SHORT_MS = 2
const LONGEST_MS = 50
const LATENCY_FACTOR = 1.25
/** With the one that runs, two whole messages: the rest of a third would travel alone, and cost as much as a whole one. */
const MOST_CALLS = 1_023
/** How long the longest latency counts, in ms, at least: a page that was blocked is likely to be blocked again. */
const REMEMBERED_MS = 250
/** The resolution of the clock: a run that measures as nothing still took about so long. */
const SHORTEST_RUN_MS = 0.002

/** What is known of the runs of one method. */
interface Estimate {
  ms: number
  /** Calls of it that may be ahead on one worker: twice as many with each run. */
  cap: number
}

export class AheadWindow {
  private readonly methods = new Map<string, Estimate>()
  /** The longest latencies of the current span of time and of the one before. */
  private latencyMs = 0
  private earlierLatencyMs = 0
  private spanStart = Number.NEGATIVE_INFINITY

  /** A call ran so long. True when it took much longer than was expected. */
  observeRun(method: string, ms: number): boolean {
    // The times come from the worker: a forged one must not spoil the estimate for good.
    if (!(ms >= 0)) return false
    const known = this.methods.get(method)
    if (known === undefined) {
      this.methods.set(method, { ms, cap: 1 })
      return false
    }
    const wasWrong = ms > SHORT_MS && ms > 4 * known.ms
    if (wasWrong) known.cap = 1
    known.ms += (ms - known.ms) / (ms < known.ms ? 8 : ms > SHORT_MS ? 1 : 4)
    known.cap = Math.min(2 * known.cap, MOST_CALLS)
    return wasWrong
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

  /** How long a call of the method is expected to run, in ms; as long as the window may ever be while nothing is known. */
  expectedMs(method: string): number {
    const known = this.methods.get(method)
    return known === undefined ? LONGEST_MS : Math.min(LONGEST_MS, Math.max(known.ms, SHORTEST_RUN_MS))
  }

  /** How many calls of the method may be ahead on one worker. */
  mostCalls(method: string): number {
    return this.methods.get(method)?.cap ?? 1
  }

  /** How much work may be ahead on one worker now, in ms. */
  get budgetMs(): number {
    const latencyMs = Math.max(this.latencyMs, this.earlierLatencyMs)
    return Math.min(LONGEST_MS, Math.max(SHORT_MS, latencyMs * LATENCY_FACTOR))
  }
}

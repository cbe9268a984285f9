/**
 * Decides how much work a busy worker may be handed ahead, so that it does not wait for the page between calls. The window
 * is measured in time, from the run times that replies report for each method. It holds about two milliseconds of work,
 * and more while the page is slow to answer. It shrinks quickly and grows slowly.
 */

/** The longest run that counts as short, in ms. */
export const SHORT_MS = 2
const LONGEST_MS = 50
const LATENCY_FACTOR = 1.25
/** With the running call, two full messages. A partial third message would cost as much as a full one. */
const MOST_CALLS = 1_023
/** The longest latency counts for at least this long, in ms: a page that was blocked is likely to be blocked again. */
const REMEMBERED_MS = 250
/** The resolution of the clock, in ms. A run measured as zero still took about this long. */
const SHORTEST_RUN_MS = 0.002

/** The estimate for the runs of one method. */
interface Estimate {
  ms: number
  /** How many of its calls may be ahead on one worker. Doubles with each run. */
  cap: number
}

export class AheadWindow {
  private readonly methods = new Map<string, Estimate>()
  /** The longest latency of the current time span, and of the one before. */
  private latencyMs = 0
  private earlierLatencyMs = 0
  private spanStart = Number.NEGATIVE_INFINITY

  /** Records how long a call ran. True if it took much longer than expected. */
  observeRun(method: string, ms: number): boolean {
    // The times come from the worker. A forged one must not spoil the estimate permanently.
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

  /** Records how long a message waited until the page read it, at `now`. */
  observeLatency(ms: number, now: number): void {
    const age = now - this.spanStart
    if (age >= REMEMBERED_MS) {
      this.earlierLatencyMs = age < 2 * REMEMBERED_MS ? this.latencyMs : 0
      this.latencyMs = 0
      this.spanStart = now
    }
    if (ms > this.latencyMs) this.latencyMs = ms
  }

  /** How long a call of the method is expected to run, in ms. An unknown method counts as the longest possible window. */
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

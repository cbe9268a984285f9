/** Collects the spans of one run and publishes what they add up to, a few times a second. */
import { inLaterTurn, notifyInTurns } from '../turns.ts'
import { observeSpans } from './span-record.ts'
import type { SpanRecord } from './span-record.ts'
import { largest, statsByTask, statsByTrace, statsByWorker } from './span-stats.ts'
import type { TaskStats, TraceStats, WorkerStats } from './span-stats.ts'

export interface SpanSummary {
  readonly spans: number
  readonly failures: number
  /** Searches that a newer keystroke superseded. */
  readonly supersededSearches: number
  /** Milliseconds in which at least one call was open. */
  readonly wallMs: number
  readonly tasks: readonly TaskStats[]
  readonly workers: readonly WorkerStats[]
  /** Traces by their total time, the longest first. */
  readonly slowest: readonly TraceStats[]
  /** Traces by their time on workers, the longest first. */
  readonly heaviest: readonly TraceStats[]
}

/** Summing up takes some milliseconds: twice a second is as often as one reads it. */
const publishEveryMs = 500
const slowestShown = 5
const nothing: SpanSummary = {
  spans: 0,
  failures: 0,
  supersededSearches: 0,
  wallMs: 0,
  tasks: [],
  workers: [],
  slowest: [],
  heaviest: [],
}

export class SpanLog {
  #spans: SpanRecord[] = []
  #summary: SpanSummary | undefined = nothing
  #published = nothing
  /** What started earlier belongs to another run, or to another page's worth of runs. */
  #since = performance.now()
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  readonly getSummary = (): SpanSummary => this.#published

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Up to date at any instant, where `getSummary` is what was published last. */
  current(): SpanSummary {
    return (this.#summary ??= summarize(this.#spans))
  }

  /** Forgets the run before: only spans that start from now on count. */
  reset(): void {
    this.#since = performance.now()
    this.#spans = []
    this.#changed()
  }

  observe(): () => void {
    const seen = new Set(this.#spans.map((span) => span.spanId))
    const stop = observeSpans((spans) => {
      for (const span of spans) {
        // A buffered observer also hears what came before it, of other runs and of the same.
        if (span.start < this.#since || seen.has(span.spanId)) continue
        seen.add(span.spanId)
        this.#spans.push(span)
      }
      this.#changed()
    })
    return () => {
      stop()
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  #changed(): void {
    this.#summary = undefined
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#published = this.current()
      inLaterTurn(() => notifyInTurns(this.#listeners, () => undefined))
    }, publishEveryMs)
  }
}

function summarize(spans: readonly SpanRecord[]): SpanSummary {
  if (spans.length === 0) return nothing
  // Searches are the reader's time, not the run's.
  const work = spans.filter((span) => span.method !== 'search')
  const wallMs = wallOf(work)
  const traces = statsByTrace(work)
  return {
    spans: spans.length,
    failures: spans.filter((span) => span.status === 'error').length,
    supersededSearches: spans.filter((span) => span.method === 'search' && span.status === 'canceled').length,
    wallMs,
    tasks: statsByTask(work),
    workers: statsByWorker(work, wallMs),
    slowest: largest(traces, 'totalMs', slowestShown),
    heaviest: largest(traces, 'ranMs', slowestShown),
  }
}

/** Time in which at least one call was open: a file that is dropped on the page an hour later adds its own time only. */
export function wallOf(spans: readonly SpanRecord[]): number {
  let wall = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { start, duration } of spans.toSorted((a, b) => a.start - b.start)) {
    const end = start + duration
    if (end > until) wall += end - Math.max(start, until)
    until = Math.max(until, end)
  }
  return wall
}

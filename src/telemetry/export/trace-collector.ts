/** Keeps the spans and traces of a runtime, for an export. */
import type { RuntimeEvent, SpanEvent, TraceEvent } from '../../types/telemetry.ts'

/** Options of {@link collectTrace}. */
export interface CollectTraceOptions {
  /** Events kept, the newest; older ones are dropped. @default 10_000 */
  readonly limit?: number | undefined
}

/** A recording that continues until it is stopped. */
export interface TraceCollection {
  /** What has been kept so far, in the order of the ends. */
  readonly events: readonly (SpanEvent | TraceEvent)[]
  /** Events that had to make room. */
  readonly dropped: number
  /** Stops the recording and returns what was kept. */
  stop(): readonly (SpanEvent | TraceEvent)[]
}

/** What a recording needs of a runtime. */
export interface TraceSource {
  readonly subscribeEvents: (listener: (event: RuntimeEvent) => void) => () => void
}

const DEFAULT_LIMIT = 10_000

/**
 * Gathers the span and trace events of a runtime; {@link toChromeTrace} makes a file of them. Sampling has no say in it.
 *
 * @throws RangeError for a limit that is not a positive number.
 */
export function collectTrace(runtime: TraceSource, options: CollectTraceOptions = {}): TraceCollection {
  const { limit = DEFAULT_LIMIT } = options
  if (!(limit >= 1))
    throw new RangeError(`collectTrace: limit must be a number of at least 1, received ${String(limit)}`)
  return new Collection(runtime, Math.floor(limit))
}

class Collection implements TraceCollection {
  private readonly limit: number
  private readonly unsubscribe: () => void
  private kept: (SpanEvent | TraceEvent)[] = []
  /** How many events there were in all. */
  private total = 0

  constructor(runtime: TraceSource, limit: number) {
    this.limit = limit
    this.unsubscribe = runtime.subscribeEvents((event) => {
      if (event.kind === 'span' || event.kind === 'trace') this.add(event)
    })
  }

  get events(): readonly (SpanEvent | TraceEvent)[] {
    return this.kept.slice(-this.limit)
  }

  get dropped(): number {
    return Math.max(0, this.total - this.limit)
  }

  stop(): readonly (SpanEvent | TraceEvent)[] {
    this.unsubscribe()
    return this.events
  }

  private add(event: SpanEvent | TraceEvent): void {
    this.total++
    // Cut when it has grown to twice the limit, so that keeping one event costs the same however many there are.
    if (this.kept.push(event) >= 2 * this.limit) this.kept = this.kept.slice(-this.limit)
  }
}

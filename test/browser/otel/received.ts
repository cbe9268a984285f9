/** What the receiver hands to a test: spans and metrics, flat. */

export interface Scope {
  readonly name: string
  readonly version: string
  readonly schemaUrl: string
  readonly service: unknown
  /** The version of the SDK that made it. */
  readonly sdk: unknown
}

export interface ReceivedSpan {
  readonly scope: Scope
  readonly traceId: string
  readonly spanId: string
  /** Empty for a root. */
  readonly parentSpanId: string
  readonly name: string
  readonly kind: string
  /** Nanoseconds since the epoch, in decimal. */
  readonly start: string
  readonly end: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly status: string
  readonly statusMessage: string
  readonly events: readonly {
    readonly name: string
    readonly time: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  readonly links: readonly {
    readonly traceId: string
    readonly spanId: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
}

export interface ReceivedPoint {
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of a sum or a gauge. */
  readonly value?: number
  /** Of a histogram. */
  readonly count?: number
  readonly sum?: number
  readonly bounds?: readonly number[]
  readonly buckets?: readonly number[]
}

export interface ReceivedMetric {
  readonly scope: Scope
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly kind: 'sum' | 'gauge' | 'histogram'
  readonly monotonic: boolean
  readonly temporality: string
  readonly points: readonly ReceivedPoint[]
}

export interface Received {
  readonly spans: readonly ReceivedSpan[]
  /** Of the last export; sums and histograms are cumulative. */
  readonly metrics: readonly ReceivedMetric[]
  /** Bodies that could not be decoded. */
  readonly problems: readonly string[]
  /** The `traceparent` headers of requests to `probe`. */
  readonly traceparents: readonly string[]
}

/** What a test needs of either generation of the SDK. */
import type { Meter, Tracer } from '@opentelemetry/api'

export interface SdkOptions {
  /** Where `/v1/traces` and `/v1/metrics` are. */
  readonly url: string
  /** Spans that the batch processor holds before it drops. @default 20_000 */
  readonly maxQueueSize?: number
}

export interface OpenSdk {
  readonly tracer: Tracer
  readonly meter: Meter
  /** Makes its providers the global ones. */
  register(): void
  /** Exports everything now. */
  flush(): Promise<void>
  close(): Promise<void>
}

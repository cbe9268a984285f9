/** The OpenTelemetry sink: spans and metrics through the API, for whatever SDK the application registers, or none. */
import type { Meter, Tracer } from '@opentelemetry/api'

export { OtelMetrics } from './otel-metrics.ts'
export { type OtelContext, type OtelSpan, OtelSpans } from './otel-spans.ts'

/** Where spans and metrics go. What is left out comes from the global API, resolved when it is used. */
export interface OtelConfig {
  /** @default trace.getTracer('atelier') of the global tracer provider */
  tracer?: Tracer | undefined
  /** @default metrics.getMeter('atelier') of the global meter provider */
  meter?: Meter | undefined
}

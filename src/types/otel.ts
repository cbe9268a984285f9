/** What the surface takes from the OpenTelemetry API, as types alone. */
import type { Context, Meter, Span, Tracer } from '@opentelemetry/api'

export type OtelSpan = Span
export type OtelContext = Context

/** Where spans and metrics go. A part that is left out comes from the global API, and is resolved when it is used. */
export interface OtelConfig {
  /** @default trace.getTracer('atelier') of the global tracer provider */
  tracer?: Tracer | undefined
  /** @default metrics.getMeter('atelier') of the global meter provider */
  meter?: Meter | undefined
}

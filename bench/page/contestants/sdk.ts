/** A recording OpenTelemetry SDK whose exporters throw away what they are given: its own cost is in, a network's is not. */
import type { Meter, Tracer } from '@opentelemetry/api'
import { ExportResultCode } from '@opentelemetry/core'
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'

/** Above the largest burst that is measured: the default of 2,048 would drop spans. */
const MOST_QUEUED_SPANS = 200_000

export interface Sdk {
  readonly tracer: Tracer
  readonly meter: Meter
  readonly flush: () => Promise<void>
  readonly shutdown: () => Promise<void>
  /** Spans that reached the exporter: a span that was not recorded would be cheap. */
  readonly exported: () => number
}

export function recordingSdk(): Sdk {
  let exported = 0
  const spans: SpanExporter = {
    export: (list, done) => {
      exported += list.length
      done({ code: ExportResultCode.SUCCESS })
    },
    shutdown: () => Promise.resolve(),
  }
  const metrics: PushMetricExporter = {
    export: (_, done) => done({ code: ExportResultCode.SUCCESS }),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  }
  const tracers = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(spans, { maxQueueSize: MOST_QUEUED_SPANS })],
  })
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 60_000 })],
  })
  return {
    tracer: tracers.getTracer('atelier'),
    meter: meters.getMeter('atelier'),
    flush: () => tracers.forceFlush(),
    shutdown: async () => {
      await tracers.shutdown()
      await meters.shutdown()
    },
    exported: () => exported,
  }
}

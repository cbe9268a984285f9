import { context, metrics, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, StackContextManager, TracerProvider } from '@opentelemetry/sdk-trace'

const resource = resourceFromAttributes({ 'service.name': 'example' })
const collector = new URLSearchParams(location.search).get('collector')

const tracerProvider = new TracerProvider({
  resource,
  spanProcessors: [
    new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${collector}/v1/traces` }) }),
  ],
})
const meterProvider = new MeterProvider({
  resource,
  readers: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: `${collector}/v1/metrics` }),
    }),
  ],
})
trace.setGlobalTracerProvider(tracerProvider)
context.setGlobalContextManager(new StackContextManager().enable())
metrics.setGlobalMeterProvider(meterProvider)

/** Exports what is left. */
export async function flushTelemetry(): Promise<void> {
  await Promise.all([tracerProvider.forceFlush(), meterProvider.forceFlush()])
}

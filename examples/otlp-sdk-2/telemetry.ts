import { metrics } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'

const resource = resourceFromAttributes({ 'service.name': 'example' })
const collector = new URLSearchParams(location.search).get('collector')

const tracerProvider = new WebTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${collector}/v1/traces` }))],
})
const meterProvider = new MeterProvider({
  resource,
  readers: [
    new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter({ url: `${collector}/v1/metrics` }),
    }),
  ],
})
tracerProvider.register()
metrics.setGlobalMeterProvider(meterProvider)

/** Exports what is left. */
export async function flushTelemetry(): Promise<void> {
  await Promise.all([tracerProvider.forceFlush(), meterProvider.forceFlush()])
}

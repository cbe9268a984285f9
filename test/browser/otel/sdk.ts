/** The 2.x generation of the OpenTelemetry SDK, set up as the guide says, with the real exporters. */
import { metrics, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'
import type { OpenSdk, SdkOptions } from './sdk-types.ts'

export const generation: number = 2

export function openSdk({ url, maxQueueSize = 20_000 }: SdkOptions): OpenSdk {
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': 'lab' }))
  const tracers = new WebTracerProvider({
    resource,
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }), { maxQueueSize }),
    ],
  })
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${url}/v1/metrics` }),
        // Exports when it is told to.
        exportIntervalMillis: 3_600_000,
      }),
    ],
  })
  return {
    tracer: tracers.getTracer('injected'),
    meter: meters.getMeter('injected'),
    register() {
      tracers.register()
      metrics.setGlobalMeterProvider(meters)
    },
    async flush() {
      await tracers.forceFlush()
      await meters.forceFlush()
    },
    async close() {
      trace.disable()
      metrics.disable()
      await tracers.shutdown()
      await meters.shutdown()
    },
  }
}

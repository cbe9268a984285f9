/** The 3.x generation of the OpenTelemetry SDK, set up as the guide says, with the real exporters. */
import { context, metrics, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, StackContextManager, TracerProvider } from '@opentelemetry/sdk-trace'
import type { OpenSdk, SdkOptions } from '../sdk-types.ts'

export const generation: number = 3

export function openSdk({ url, maxQueueSize = 20_000 }: SdkOptions): OpenSdk {
  const resource = defaultResource().merge(resourceFromAttributes({ 'service.name': 'lab' }))
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` })
  const tracers = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize })],
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
      trace.setGlobalTracerProvider(tracers)
      context.setGlobalContextManager(new StackContextManager().enable())
      metrics.setGlobalMeterProvider(meters)
    },
    async flush() {
      await tracers.forceFlush()
      await meters.forceFlush()
    },
    async close() {
      trace.disable()
      context.disable()
      metrics.disable()
      await tracers.shutdown()
      await meters.shutdown()
    },
  }
}

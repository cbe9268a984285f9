/** OpenTelemetry's real SDK behind the runtime, with a place to come in between: at each function that the library calls. */
import type { Meter, Tracer } from '@opentelemetry/api'
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

/** Called with the name of each function of telemetry before it runs, e.g. `span.end`. */
export type Touch = (name: string) => void

class Collector extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE })
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

export interface Rig {
  readonly tracer: Tracer
  readonly meter: Meter
  readonly spans: () => readonly ReadableSpan[]
  /** The sum of a counter, or the count of a histogram, over the series of one task. */
  readonly total: (metric: string, taskId: string) => number
  readonly collect: () => Promise<void>
  readonly close: () => Promise<void>
}

export function openRig(touch: Touch): Rig {
  const exporter = new InMemorySpanExporter()
  const write = exporter.export.bind(exporter)
  exporter.export = (spans, done) => {
    write(spans, done)
    touch('exporter.export')
  }
  const tracers = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    spanLimits: { eventCountLimit: 16 },
  })
  const collector = new Collector()
  const meters = new MeterProvider({ readers: [collector] })
  const totals = new Map<string, number>()
  return {
    tracer: touched(tracers.getTracer('torture'), 'tracer', touch),
    meter: touched(meters.getMeter('torture'), 'meter', touch),
    spans: () => exporter.getFinishedSpans(),
    total: (metric, taskId) => totals.get(`${metric} ${taskId}`) ?? 0,
    async collect() {
      totals.clear()
      const { resourceMetrics } = await collector.collect()
      for (const { metrics } of resourceMetrics.scopeMetrics) {
        for (const { descriptor, dataPoints } of metrics) {
          for (const { attributes, value } of dataPoints) {
            const name = `${descriptor.name} ${String(attributes['atelier.task.id'])}`
            const amount = typeof value === 'number' ? value : value.count
            totals.set(name, (totals.get(name) ?? 0) + amount)
          }
        }
      }
    },
    async close() {
      await tracers.shutdown()
      await meters.shutdown()
    },
  }
}

/** What these give is wrapped as well, under this name. */
const GIVES: Readonly<Record<string, string>> = {
  'tracer.startSpan': 'span',
  'meter.createCounter': 'counter',
  'meter.createHistogram': 'histogram',
}

function touched<T extends object>(target: T, name: string, touch: Touch): T {
  return new Proxy(target, {
    get(_target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function' || typeof property === 'symbol') return value
      const path = `${name}.${property}`
      return (...args: unknown[]) => {
        touch(path)
        const given: unknown = Reflect.apply(value, target, args)
        const kind = GIVES[path]
        return kind !== undefined && typeof given === 'object' && given !== null
          ? touched(given, kind, touch)
          : given
      }
    },
  })
}

/** A real MeterProvider whose numbers are read by the page: what an exporter would send, several times a second. */
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics'

/** All metrics of one collection, as charts want them. */
export interface Reading {
  readonly time: number
  /** Of counters and gauges: the sum over all attributes. */
  readonly values: ReadonlyMap<string, number>
  /** Of histograms: the bounds, and how many values lie below each and above the one before. */
  readonly histograms: ReadonlyMap<string, Buckets>
}

export interface Buckets {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number
}

/** Collects when it is asked to. */
class PageReader extends MetricReader {
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

export function openMeter() {
  const reader = new PageReader()
  const provider = new MeterProvider({ readers: [reader] })
  return {
    meter: provider.getMeter('story'),
    async read(): Promise<Reading> {
      const { resourceMetrics } = await reader.collect()
      return readingOf(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics))
    },
    close: () => void provider.shutdown(),
  }
}

function readingOf(metrics: readonly MetricData[]): Reading {
  const values = new Map<string, number>()
  const histograms = new Map<string, Buckets>()
  for (const metric of metrics) {
    const { name } = metric.descriptor
    if (metric.dataPointType === DataPointType.HISTOGRAM) histograms.set(name, merged(metric.dataPoints))
    else if (metric.dataPointType !== DataPointType.EXPONENTIAL_HISTOGRAM)
      values.set(
        name,
        metric.dataPoints.reduce((sum, { value }) => sum + value, 0),
      )
  }
  return { time: performance.now(), values, histograms }
}

type Points = Extract<MetricData, { dataPointType: DataPointType.HISTOGRAM }>['dataPoints']

function merged(points: Points): Buckets {
  const bounds = points[0]?.value.buckets.boundaries ?? []
  const counts = Array.from({ length: bounds.length + 1 }, () => 0)
  let count = 0
  let sum = 0
  for (const { value } of points) {
    value.buckets.counts.forEach((each, index) => (counts[index] = (counts[index] ?? 0) + each))
    count += value.count
    sum += value.sum ?? 0
  }
  return { bounds, counts, count, sum }
}

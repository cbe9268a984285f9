/** Metrics in OpenTelemetry: raw increments and values, nothing aggregated here but the increments of one turn. */
import {
  type BatchObservableCallback,
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics as metricsApi,
  type ObservableGauge,
  ROOT_CONTEXT,
} from '@opentelemetry/api'
import {
  COUNTERS,
  type CounterName,
  DESCRIPTIONS,
  GAUGES,
  type GaugeName,
  HISTOGRAM_BOUNDARIES,
  HISTOGRAMS,
  type HistogramName,
  SCHEMA_URL,
  SCOPE_NAME,
} from '../names.ts'
import type { Tally } from '../record/call-series.ts'
import type { TaskGaugeRegistry } from '../record/gauges.ts'
import type { OtelConfig } from '../../types/otel.ts'
import type { SinkGuard } from '../record/sink-guard.ts'
import type { Attributes } from '../../types/telemetry.ts'
import { VERSION } from '../version.ts'

type MetricAttributes = Parameters<Counter['add']>[1]

interface Instruments {
  readonly counters: Readonly<Record<CounterName, Counter>>
  readonly histograms: Readonly<Record<HistogramName, Histogram>>
  readonly gauges: Readonly<Record<GaugeName, ObservableGauge>>
}

const NOOP_METER = createNoopMeter()

export class OtelMetrics {
  private readonly injected: Meter | null
  private readonly gauges: TaskGaugeRegistry
  private readonly guard: SinkGuard
  private provider: MeterProvider | null = null
  private meter: Meter | null = null
  /** Null without an SDK. */
  private instruments: Instruments | null = null
  private readonly tallies: Tally[] = []
  private readonly waits: number[] = []
  private readonly waitAttributes: Attributes[] = []

  constructor(config: OtelConfig, gauges: TaskGaugeRegistry, guard: SinkGuard) {
    this.injected = config.meter ?? null
    this.gauges = gauges
    this.guard = guard
  }

  /** One increment; written with the next flush or collection, in one sum with its like. */
  count(tally: Tally): void {
    if (tally.pending++ > 0) return
    this.tallies.push(tally)
  }

  /** A value of `queue.wait_ms`; written with the next flush or collection. */
  wait(value: number, attributes: Attributes): void {
    this.waitAttributes.push(attributes)
    this.waits.push(value)
  }

  /** After {@link refresh}. The root context: what is active at a flush has nothing to do with the call. */
  add(counter: CounterName, attributes: Attributes, increment = 1): void {
    try {
      this.instruments?.counters[counter].add(increment, attributes as MetricAttributes, ROOT_CONTEXT)
    } catch (error) {
      this.guard.failed('the OpenTelemetry meter', error)
    }
  }

  /** After {@link refresh}. */
  record(histogram: HistogramName, value: number, attributes: Attributes): void {
    try {
      this.instruments?.histograms[histogram].record(value, attributes as MetricAttributes, ROOT_CONTEXT)
    } catch (error) {
      this.guard.failed('the OpenTelemetry meter', error)
    }
  }

  flush(): void {
    if (this.tallies.length === 0 && this.waits.length === 0) return
    this.refresh()
    for (const tally of this.tallies) {
      const { pending } = tally
      tally.pending = 0
      this.add(tally.counter, tally.attributes, pending)
    }
    for (let index = 0; index < this.waits.length; index++) {
      this.record('queue.wait_ms', this.waits[index] ?? 0, this.waitAttributes[index] ?? {})
    }
    this.tallies.length = 0
    this.waits.length = 0
    this.waitAttributes.length = 0
  }

  /**
   * The metrics API has no proxies: an instrument that was made before the provider was set does nothing for ever.
   * So the provider is compared before each use, and a new one gets new instruments.
   */
  refresh(): void {
    try {
      if (this.injected !== null) {
        if (this.meter === null) this.use(this.injected)
        return
      }
      const provider = metricsApi.getMeterProvider()
      if (provider === this.provider) return
      this.provider = provider
      this.use(provider.getMeter(SCOPE_NAME, VERSION, { schemaUrl: SCHEMA_URL }))
    } catch (error) {
      this.guard.failed('the OpenTelemetry meter', error)
    }
  }

  private use(meter: Meter): void {
    if (this.meter !== null && this.instruments !== null) {
      this.meter.removeBatchObservableCallback(this.observe, Object.values(this.instruments.gauges))
    }
    this.meter = meter
    this.instruments = null
    if (meter === NOOP_METER) return
    this.instruments = instrumentsOf(meter)
    meter.addBatchObservableCallback(this.observe, Object.values(this.instruments.gauges))
  }

  private readonly observe: BatchObservableCallback = (result) => {
    try {
      // A collection comes between turns: what it is about to read must be complete.
      this.flush()
      const { instruments } = this
      if (instruments === null) return
      this.gauges.observeAll((name, value, attributes) => {
        result.observe(instruments.gauges[name], value, attributes as MetricAttributes)
      })
    } catch (error) {
      this.guard.failed('the OpenTelemetry meter', error)
    }
  }
}

function instrumentsOf(meter: Meter): Instruments {
  const advice = { explicitBucketBoundaries: [...HISTOGRAM_BOUNDARIES] }
  return {
    counters: build(COUNTERS, (name, unit) =>
      meter.createCounter(name, { unit, description: DESCRIPTIONS[name] }),
    ),
    histograms: build(HISTOGRAMS, (name, unit) =>
      meter.createHistogram(name, { unit, description: DESCRIPTIONS[name], advice }),
    ),
    gauges: build(GAUGES, (name, unit) =>
      meter.createObservableGauge(name, { unit, description: DESCRIPTIONS[name] }),
    ),
  }
}

function build<Name extends string, T>(
  units: Readonly<Record<Name, string>>,
  make: (name: Name, unit: string) => T,
): Record<Name, T> {
  const made = {} as Record<Name, T>
  for (const name of Object.keys(units) as Name[]) made[name] = make(name, units[name])
  return made
}

/** Metrics in OpenTelemetry: raw increments and values, nothing aggregated here but the increments of one turn. */
import {
  type BatchObservableCallback,
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MetricOptions,
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
import type { Tally } from '../record/method-metrics.ts'
import type { TaskGaugeRegistry } from '../record/gauges.ts'
import type { OtelConfig } from '../../types/otel.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { Attributes } from '../../types/telemetry.ts'
import { VERSION } from './otel-spans.ts'

type MetricAttributes = Parameters<Counter['add']>[1]

/** An instrument that could not be made is missing. */
interface Instruments {
  readonly counters: Partial<Record<CounterName, Counter>>
  readonly histograms: Partial<Record<HistogramName, Histogram>>
  readonly gauges: Partial<Record<GaugeName, ObservableGauge>>
}

const NOOP_METER = createNoopMeter()
const METER = 'the OpenTelemetry meter'

export class OtelMetrics {
  private readonly injected: Meter | null
  private readonly gauges: TaskGaugeRegistry
  private readonly guard: SinkGuard
  private provider: MeterProvider | null = null
  private meter: Meter | null = null
  /** Null without an SDK. */
  private instruments: Instruments | null = null
  private isFlushing = false
  private isDisposed = false
  private readonly tallies: Tally[] = []
  private readonly waits: number[] = []
  private readonly waitAttributes: Attributes[] = []

  constructor(config: OtelConfig, gauges: TaskGaugeRegistry, guard: SinkGuard) {
    this.injected = config.meter ?? null
    this.gauges = gauges
    this.guard = guard
  }

  /** An increment; written with the next flush or collection, in one sum with its like. */
  count(tally: Tally, increment: number): void {
    tally.pending += increment
    if (tally.pending > increment) return
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
      this.instruments?.counters[counter]?.add(increment, attributes as MetricAttributes, ROOT_CONTEXT)
    } catch (error) {
      this.guard.failed(METER, error)
    }
  }

  /** After {@link refresh}. */
  record(histogram: HistogramName, value: number, attributes: Attributes): void {
    try {
      this.instruments?.histograms[histogram]?.record(value, attributes as MetricAttributes, ROOT_CONTEXT)
    } catch (error) {
      this.guard.failed(METER, error)
    }
  }

  /** An exporter may make calls, or collect: what they add is written by the loop that runs already. */
  flush(): void {
    if (this.isFlushing || (this.tallies.length === 0 && this.waits.length === 0)) return
    this.isFlushing = true
    this.refresh()
    for (let index = 0; index < this.tallies.length; index++) {
      const tally = this.tallies[index] as Tally
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
    this.isFlushing = false
  }

  /**
   * The metrics API has no proxies: an instrument that was made before the provider was set does nothing forever.
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
      this.guard.failed(METER, error)
    }
  }

  private use(meter: Meter): void {
    const { meter: last, instruments } = this
    this.meter = meter
    this.instruments = null
    this.stopObserving(last, instruments)
    if (meter === NOOP_METER) return
    const gauges = this.build(GAUGES, (name, options) => meter.createObservableGauge(name, options))
    this.instruments = {
      counters: this.build(COUNTERS, (name, options) => meter.createCounter(name, options)),
      histograms: this.build(HISTOGRAMS, (name, options) => meter.createHistogram(name, options), {
        advice: { explicitBucketBoundaries: [...HISTOGRAM_BOUNDARIES] },
      }),
      gauges,
    }
    this.attempt(() => {
      meter.addBatchObservableCallback(this.observe, Object.values(gauges))
      this.gauges.hasCollector = true
    })
  }

  /** After the zeros have been collected the meter forgets this runtime. */
  dispose(): void {
    this.isDisposed = true
  }

  private stopObserving(meter: Meter | null, instruments: Instruments | null): void {
    if (meter === null || instruments === null) return
    this.attempt(() => {
      meter.removeBatchObservableCallback(this.observe, Object.values(instruments.gauges))
    })
  }

  private readonly observe: BatchObservableCallback = (result) => {
    // A collection comes between turns: what it is about to read must be complete.
    this.flush()
    const { instruments } = this
    if (instruments === null) return
    this.gauges.observeAll((name, value, attributes) => {
      const gauge = instruments.gauges[name]
      if (gauge) this.attempt(() => result.observe(gauge, value, attributes as MetricAttributes))
    })
    // Not while the meter walks through its callbacks.
    if (this.isDisposed && this.gauges.isEmpty)
      queueMicrotask(() => this.stopObserving(this.meter, this.instruments))
  }

  private build<Name extends CounterName | HistogramName | GaugeName, T>(
    units: Readonly<Record<Name, string>>,
    make: (name: Name, options: MetricOptions) => T,
    more?: MetricOptions,
  ): Partial<Record<Name, T>> {
    const made: Partial<Record<Name, T>> = {}
    for (const name of Object.keys(units) as Name[]) {
      this.attempt(() => {
        made[name] = make(name, { unit: units[name], description: DESCRIPTIONS[name], ...more })
      })
    }
    return made
  }

  private attempt(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.guard.failed(METER, error)
    }
  }
}

/** Drives the telemetry seam with real calls, as an executor does, on a clock that the test turns. */
import { context, metrics, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import {
  Call,
  type CallControl,
  type CallOptions,
  type CallTask,
  READY,
  RUNNING,
  SETTLED,
} from '../../../src/call/call.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { LIBRARY_DEFAULTS } from '../../../src/options/call-options.ts'
import { createTelemetry, type Telemetry } from '../../../src/telemetry/create-telemetry.ts'
import type { TelemetryConfig } from '../../../src/telemetry/recording.ts'
import type { CallOutcome, RuntimeEvent } from '../../../src/types/telemetry.ts'

/** Time that stands still until it is told to go on; timers run when it passes them. */
export class ManualClock implements Clock {
  time: number
  private timers = new Map<number, { at: number; fn: () => void }>()
  private lastHandle = 0

  constructor(time = 1_000) {
    this.time = time
  }

  readonly now = (): number => this.time

  readonly setTimeout = (fn: () => void, ms: number): number => {
    this.timers.set(++this.lastHandle, { at: this.time + ms, fn })
    return this.lastHandle
  }

  readonly clearTimeout = (handle: unknown): void => {
    this.timers.delete(handle as number)
  }

  get pendingTimers(): number {
    return this.timers.size
  }

  advance(ms: number): void {
    this.time += ms
    for (let due = this.due(); due !== undefined; due = this.due()) {
      this.timers.delete(due[0])
      due[1].fn()
    }
  }

  private due() {
    return [...this.timers].find(([, { at }]) => at <= this.time)
  }
}

/** No executor: the test moves the calls. */
const CONTROL: CallControl = { abort: () => {}, awaited: () => {}, grant: () => {}, prioritize: () => {} }

export function makeTask(taskId: string, overrides: Partial<CallTask> = {}): CallTask {
  return {
    taskId,
    taskName: undefined,
    type: 'parallel',
    policy: 'block',
    control: CONTROL,
    ...overrides,
  }
}

export interface DriveOptions {
  task?: CallTask
  method?: string
  args?: readonly unknown[]
  key?: string
  options?: Partial<CallOptions>
}

export interface SettleOptions {
  outcome?: CallOutcome
  error?: unknown
  run?: readonly [start: number, end: number]
}

/** One runtime's telemetry, and calls that pass its edges. */
export class Driver {
  readonly clock: ManualClock
  readonly telemetry: Telemetry
  readonly task: CallTask
  readonly events: RuntimeEvent[] = []
  private lastId = 0

  constructor(config: Partial<TelemetryConfig> = {}, clock = new ManualClock()) {
    this.clock = clock
    this.task = makeTask('resize', { taskName: 'Resize' })
    this.telemetry = createTelemetry({
      name: 'atelier',
      otel: null,
      performance: null,
      sampleRate: 1,
      clock,
      ...config,
    })
  }

  listen(): () => void {
    return this.telemetry.subscribeEvents((event) => this.events.push(event))
  }

  enqueue({ task = this.task, method = 'process', args = [], key, options }: DriveOptions = {}): Call {
    const call = new Call(++this.lastId, task, method, args, { ...LIBRARY_DEFAULTS, key, ...options }, key)
    this.telemetry.active?.callEnqueued(call)
    return call
  }

  dispatch(call: Call, workerIndex = 0): void {
    const now = this.clock.now()
    call.state = RUNNING
    call.workerIndex = workerIndex
    if (++call.attempt === 1) call.firstDispatchedAt = now
    call.dispatchedAt = now
    this.telemetry.active?.callDispatched(call, now, call.handedAhead)
  }

  retry(call: Call, error: unknown): void {
    this.telemetry.active?.callRetried(call, error, this.clock.now())
  }

  requeue(call: Call, reason = 'crashed'): void {
    call.state = READY
    this.telemetry.active?.callRequeued(call, reason, this.clock.now())
  }

  /** As a turn of the host does: the settlement, then the flush. */
  settle(call: Call, { outcome = 'success', error, run }: SettleOptions = {}): void {
    call.state = SETTLED
    call.outcome = outcome
    call.error = error
    call.settledAt = this.clock.now()
    if (run) [call.runStartedAt, call.runEndedAt] = run
    if (call.telemetry !== null) this.telemetry.active?.callSettled(call, outcome)
    call.args = []
    this.telemetry.active?.flush()
  }

  /** A whole call: 2 ms in the queue, 8 ms on its worker. */
  run(drive: DriveOptions = {}, settle: SettleOptions = {}): Call {
    const call = this.enqueue(drive)
    this.clock.advance(2)
    this.dispatch(call)
    this.clock.advance(8)
    this.settle(call, settle)
    return call
  }
}

class CollectingReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }
}

/** One data point, flat. */
export interface Point {
  readonly name: string
  readonly unit: string
  readonly attributes: Record<string, unknown>
  readonly value: number
  readonly count: number
  readonly boundaries: readonly number[] | undefined
}

/** The real SDK, with exporters that keep what they are given. */
export class Sdk {
  readonly exporter = new InMemorySpanExporter()
  readonly tracerProvider: BasicTracerProvider
  readonly reader = new CollectingReader({
    aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
  })
  readonly meterProvider = new MeterProvider({ readers: [this.reader] })

  constructor(options: { sampler?: Sampler } = {}) {
    this.tracerProvider = new BasicTracerProvider({
      ...options,
      spanProcessors: [new SimpleSpanProcessor(this.exporter)],
    })
  }

  register(): this {
    trace.setGlobalTracerProvider(this.tracerProvider)
    metrics.setGlobalMeterProvider(this.meterProvider)
    return this
  }

  get spans(): ReadableSpan[] {
    return this.exporter.getFinishedSpans()
  }

  /** The spans of calls. */
  get calls(): ReadableSpan[] {
    return this.spans.filter((span) => span.name === 'atelier.task')
  }

  async points(name?: string): Promise<Point[]> {
    const { resourceMetrics, errors } = await this.reader.collect()
    if (errors.length > 0) throw errors[0]
    return resourceMetrics.scopeMetrics
      .flatMap(({ metrics: list }) => list)
      .filter(({ descriptor }) => name === undefined || descriptor.name === name)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => {
          const histogram = typeof value === 'object' && 'buckets' in value ? value : undefined
          return {
            name: descriptor.name,
            unit: descriptor.unit,
            attributes,
            value: histogram ? (histogram.sum ?? 0) : (value as number),
            count: histogram ? histogram.count : 1,
            boundaries: histogram?.buckets.boundaries,
          }
        }),
      )
  }

  /** What the instruments say of themselves, with the attributes of their points. */
  async descriptors() {
    const { resourceMetrics } = await this.reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ scope, metrics: list }) =>
      list.map(({ descriptor: { name, unit, description }, dataPointType, dataPoints, ...rest }) => ({
        scope: scope.name,
        name,
        unit,
        description,
        instrument:
          dataPointType === DataPointType.HISTOGRAM
            ? 'histogram'
            : 'isMonotonic' in rest && rest.isMonotonic
              ? 'counter'
              : 'gauge',
        points: dataPoints.map(({ attributes }): Record<string, unknown> => attributes),
      })),
    )
  }

  /** The sum of a counter or gauge over all its attributes; the number of values of a histogram. */
  async total(name: string): Promise<number> {
    const points = await this.points(name)
    return points.reduce((sum, point) => sum + (point.boundaries ? point.count : point.value), 0)
  }
}

/** Takes the global providers and context manager away again. */
export function resetOtel(): void {
  trace.disable()
  metrics.disable()
  context.disable()
}

/** `[seconds, nanoseconds]` as milliseconds of the clock that began at `anchor`. */
export function sinceAnchor([seconds, nanos]: readonly [number, number], anchor: number): number {
  return seconds * 1_000 - anchor + nanos / 1e6
}

/** This runtime's own measures in the timeline. */
export function measures(prefix = 'atelier:'): PerformanceMeasure[] {
  return performance
    .getEntriesByType('measure')
    .filter(({ name }) => name.startsWith(prefix)) as PerformanceMeasure[]
}

/** Telemetry of one runtime, as the runtime knows it: the seam, the traces, the event stream. */
import type { Clock } from '../lib/clock.ts'
import type { TraceFunction } from '../types/runtime.ts'
import { EventStream } from './events/event-stream.ts'
import { TaskGaugeRegistry } from './record/gauges.ts'
import type { Instrumentation, TaskGauges } from './instrumentation.ts'
import { OtelMetrics } from './otel/otel-metrics.ts'
import { OtelSpans } from './otel/otel-spans.ts'
import type { OtelConfig } from '../types/otel.ts'
import { ParentResolver } from './trace/parent-resolver.ts'
import { Recorder } from './record/recorder.ts'
import { SinkGuard } from './record/sink-guard.ts'
import { Sinks } from './record/sinks.ts'
import { SpanStarter } from './trace/span-starter.ts'
import type { RuntimeEvent, Trace, TraceOptions, UserTimingConfig } from '../types/telemetry.ts'
import { OpenTraces } from './trace/trace.ts'
import { TraceMaker } from './trace/trace-maker.ts'
import { UserTimingSink } from './user-timing/user-timing.ts'

/** What `createTaskRuntime` makes of its options. */
export interface TelemetryConfig {
  readonly name: string
  readonly otel: OtelConfig | null
  readonly performance: UserTimingConfig | null
  /** 0 to 1. */
  readonly sampleRate: number
  readonly clock: Clock
}

export interface Telemetry {
  /** Null while nobody listens: all sinks off and no event listener. */
  readonly active: Instrumentation | null
  /** Errors that sinks and listeners have thrown and that were swallowed. */
  readonly failures: number
  readonly subscribeEvents: (listener: (event: RuntimeEvent) => void) => () => void
  readonly createTrace: (name?: string, options?: TraceOptions) => Trace
  readonly trace: TraceFunction
  /** The gauges read the task from now on; the function that is returned makes it report 0, and then no more. */
  readonly registerTask: (read: () => TaskGauges) => () => void
  readonly clearMeasures: () => void
  readonly flush: () => void
  /** Ends the open traces and everything else. */
  readonly dispose: () => void
}

/** Makes the telemetry of a runtime. Nothing is registered, listened to or allocated for the sinks before the first call. */
export function createTelemetry(config: TelemetryConfig): Telemetry {
  return new RuntimeTelemetry(config)
}

/** Its methods are properties, so that the runtime can hand them out. */
class RuntimeTelemetry implements Telemetry {
  active: Instrumentation | null = null
  readonly trace: TraceFunction
  private readonly guard = new SinkGuard()
  private readonly events = new EventStream(this.guard, () => this.update())
  private readonly open = new OpenTraces()
  private readonly gauges: TaskGaugeRegistry
  private readonly recorder: Recorder
  private readonly sinks: Sinks
  private readonly traces: TraceMaker
  private isDisposed = false
  private isClosed = false

  constructor({ name, otel, performance, sampleRate, clock }: TelemetryConfig) {
    const { guard, open } = this
    this.gauges = new TaskGaugeRegistry(name)
    const spans = otel && new OtelSpans(otel, guard)
    const metrics = otel && new OtelMetrics(otel, this.gauges, guard)
    const timing = performance && new UserTimingSink(performance, name, clock, guard)
    this.sinks = new Sinks(spans, metrics, timing, this.events, guard)
    const parents = new ParentResolver(spans, open, guard)
    const starter = new SpanStarter(spans, sampleRate)
    this.recorder = new Recorder(this.sinks, parents, starter, this.gauges, clock, name)
    this.traces = new TraceMaker(this.sinks, parents, starter, open, clock, this.recorder.traceEnded)
    this.trace = this.traces.run
    this.update()
  }

  get failures(): number {
    return this.guard.failures
  }

  readonly subscribeEvents = (listener: (event: RuntimeEvent) => void): (() => void) => {
    return this.events.subscribe(listener)
  }

  readonly createTrace = (name?: string, options?: TraceOptions): Trace => {
    return this.traces.create(name, options)
  }

  readonly registerTask = (read: () => TaskGauges): (() => void) => {
    return this.gauges.register(read)
  }

  readonly clearMeasures = (): void => {
    this.sinks.timing?.clear()
  }

  readonly flush = (): void => {
    this.recorder.flush()
    this.sinks.timing?.flush()
  }

  readonly dispose = (): void => {
    if (this.isDisposed) return
    this.isDisposed = true
    for (const trace of this.open.all()) trace.end({ status: 'canceled' })
    this.recorder.flush()
    this.gauges.zeroAll()
    this.sinks.timing?.dispose()
    this.sinks.metrics?.dispose()
    // A listener may dispose in the middle of an edge: what has been recorded is written first.
    this.recorder.whenIdle(() => {
      this.isClosed = true
      this.events.clear()
      this.update()
    })
  }

  private update(): void {
    const { otel, timing, events } = this.sinks
    const isListening = otel !== null || timing !== null || events.listening
    this.active = isListening && !this.isClosed ? this.recorder : null
    if (!events.listening) this.gauges.forgetListeners()
  }
}

/** Telemetry of one runtime, as the runtime knows it: the seam, the traces, the event stream. */
import type { TraceFunction } from '../types/runtime.ts'
import type { EventSubscriptionOptions, RuntimeEvent, Trace, TraceOptions } from '../types/telemetry.ts'
import { EventStream } from './events/event-stream.ts'
import type { Instrumentation, TaskGauges } from './instrumentation.ts'
import { LateRecording, makeRecorder } from './late-recording.ts'
import { OtelSpans } from './otel/otel-spans.ts'
import type { Recording, TelemetryConfig } from './recording.ts'
import { SinkGuard } from './sink-guard.ts'
import { CallStarter } from './trace/call-starter.ts'
import { ParentResolver } from './trace/parent-resolver.ts'
import { SpanStarter } from './trace/span-starter.ts'
import { OpenTraces } from './trace/trace.ts'
import { TraceMaker } from './trace/trace-maker.ts'

export interface Telemetry {
  /** Null while there is no receiver: all sinks off and no event listener. */
  readonly active: Instrumentation | null
  /** Whether a listener follows the steps of each call. */
  readonly tellsCalls: boolean
  /** Errors that sinks and listeners have thrown and that were swallowed. */
  readonly failures: number
  readonly subscribeEvents: (
    listener: (event: RuntimeEvent) => void,
    options?: EventSubscriptionOptions,
  ) => () => void
  readonly createTrace: (name?: string, options?: TraceOptions) => Trace
  readonly trace: TraceFunction
  /** The gauges read the task from now on; the function that is returned makes it report 0, and then no more. */
  readonly registerTask: (read: () => TaskGauges) => () => void
  readonly clearMeasures: () => void
  readonly flush: () => void
  /** Ends the open traces and everything else. */
  readonly dispose: () => void
}

/** Makes the telemetry of a runtime. Nothing is registered, listened to or loaded for the sinks before the first call. */
export function createTelemetry(config: TelemetryConfig): Telemetry {
  return new RuntimeTelemetry(config)
}

/** Its methods are properties, so that the runtime can hand them out. */
class RuntimeTelemetry implements Telemetry {
  active: Instrumentation | null = null
  tellsCalls = false
  readonly trace: TraceFunction
  private readonly guard = new SinkGuard()
  private readonly events = new EventStream(this.guard, () => this.update())
  private readonly open = new OpenTraces()
  private readonly traces: TraceMaker
  private readonly hasSinks: boolean
  private recording: Recording
  private isDisposed = false
  private isClosed = false
  /** The code of the recorder could not be loaded. */
  private isLost = false

  constructor(config: TelemetryConfig) {
    const { guard, open, events } = this
    const { otel, performance, sampleRate, clock } = config
    const spans = otel && new OtelSpans(otel, guard)
    const parents = new ParentResolver(spans, open, guard)
    const spanStarter = new SpanStarter(spans, sampleRate)
    const starter = new CallStarter(parents, spanStarter, events, guard, clock)
    const parts = { config, guard, spans, events, starter }
    this.hasSinks = spans !== null || performance !== null
    this.recording = makeRecorder(parts) ?? new LateRecording(parts, this.arrived)
    this.traces = new TraceMaker(spans, guard, parents, spanStarter, open, clock, (ended) => {
      if (this.isListening) this.recording.traceEnded(ended)
    })
    this.trace = this.traces.run
    this.update()
  }

  get failures(): number {
    return this.guard.failures
  }

  readonly subscribeEvents: Telemetry['subscribeEvents'] = (listener, options) => {
    return this.events.subscribe(listener, options)
  }

  readonly createTrace = (name?: string, options?: TraceOptions): Trace => {
    return this.traces.create(name, options)
  }

  readonly registerTask = (read: () => TaskGauges): (() => void) => {
    return this.recording.registerTask(read)
  }

  readonly clearMeasures = (): void => this.recording.clearMeasures()

  readonly flush = (): void => this.recording.flushAll()

  readonly dispose = (): void => {
    if (this.isDisposed) return
    this.isDisposed = true
    for (const trace of this.open.all()) trace.end({ status: 'canceled' })
    this.recording.dispose(() => {
      this.isClosed = true
      this.events.clear()
      this.update()
    })
  }

  private readonly arrived = (recording: Recording | null): void => {
    if (recording === null) this.isLost = true
    else this.recording = recording
    this.update()
  }

  private get isListening(): boolean {
    return (this.hasSinks || this.events.listening) && !this.isLost
  }

  private update(): void {
    const { events, recording } = this
    this.active = this.isListening && !this.isClosed ? recording : null
    this.tellsCalls = this.active !== null && events.wants.call === true
    if (!events.wants.gauge) recording.forgetListeners()
  }
}

/** The instrumentation of a runtime: turns the edges of calls and workers into spans, measures, metrics and events. */
import type { Call } from '../../call/call.ts'
import { createdStep, readyEvent, settledStep, stepEvent } from '../events/call-events.ts'
import type { EventStream } from '../events/event-stream.ts'
import type { Clock } from '../../lib/clock.ts'
import { TASK_SHARED, WORKER_HOST, WORKER_IN_PROCESS, WORKER_SPANS_DROPPED } from '../names.ts'
import { CallRecord } from '../trace/call-record.ts'
import { type CallSeries, CallSeriesIndex, sampleSeries } from './call-series.ts'
import type { Tally } from './method-metrics.ts'
import { factsOf, type SpanFacts } from './span-facts.ts'
import { TaskGaugeRegistry } from './gauges.ts'
import type { CallRelation, CallStep, TaskGauges, TaskIdentity } from '../instrumentation.ts'
import { OtelMetrics } from '../otel/otel-metrics.ts'
import type { OtelSpans } from '../otel/otel-spans.ts'
import { EventMetrics } from './event-metrics.ts'
import { addLink, addRequeueEvent, addRetryEvent } from '../otel/span-attributes.ts'
import type { Recorder, TelemetryConfig } from '../recording.ts'
import type { SinkGuard } from '../sink-guard.ts'
import { Sinks } from './sinks.ts'
import type { Attributes, TerminateReason } from '../../types/telemetry.ts'
import type { CallStarter } from '../trace/call-starter.ts'
import type { EndedTrace } from '../trace/trace.ts'
import { UserTimingSink } from '../user-timing/user-timing.ts'
import { WorkerRecorder } from './worker-recorder.ts'
import { NO_WORKER_SPANS, workerSpansOf } from './worker-span.ts'

/** What the recorder gets from the part of telemetry that loaded before it. */
export interface RecorderParts {
  readonly config: TelemetryConfig
  readonly guard: SinkGuard
  readonly spans: OtelSpans | null
  readonly events: EventStream
  readonly starter: CallStarter
}

/** Makes the recorder of a runtime, with its sinks. */
export function createRecorder(parts: RecorderParts): Recorder {
  return new RuntimeRecorder(parts)
}

class RuntimeRecorder implements Recorder {
  private readonly sinks: Sinks
  private readonly starter: CallStarter
  private readonly gauges: TaskGaugeRegistry
  private readonly clock: Clock
  private readonly workers: WorkerRecorder
  private readonly series: CallSeriesIndex
  private readonly eventMetrics: EventMetrics
  /** Never read: see kept-shapes. */
  readonly shape: CallSeries
  /** Calls that have settled and traces that have ended, to be written in this order. */
  private ended: (Call | EndedTrace)[] = []
  private isFlushing = false
  /** Calls that were recorded and have not been written. */
  private open = 0
  private onIdle: (() => void) | null = null

  constructor({ config, guard, spans, events, starter }: RecorderParts) {
    const { name, otel, performance, clock } = config
    this.gauges = new TaskGaugeRegistry(name)
    const metrics = otel && new OtelMetrics(otel, this.gauges, guard)
    const timing = performance && new UserTimingSink(performance, name, clock, guard)
    this.sinks = new Sinks(spans, metrics, timing, events, guard)
    this.starter = starter
    this.clock = clock
    this.workers = new WorkerRecorder(this.sinks, name)
    this.series = new CallSeriesIndex(name)
    this.eventMetrics = new EventMetrics(name)
    this.shape = sampleSeries()
  }

  callEnqueued(call: Call): void {
    // First: what follows may run code that disposes.
    this.open++
    this.starter.start(call)
    this.begin(call)
  }

  callStarted(call: Call): void {
    this.open++
    this.begin(call)
  }

  callDispatched(call: Call, at: number, isAhead: boolean): void {
    const record = recordOf(call)
    if (record === null) return
    const { metrics } = record.series
    this.count(metrics.dispatched, at)
    if (record.dispatches++ === 0) {
      // When a call that was handed ahead began, only its reply knows.
      if (isAhead) record.isWaitPresumed = true
      else this.waited(record, Math.max(0, at - call.enqueuedAt), at)
    }
    this.emitGauges()
  }

  callStepped(call: Call, step: CallStep): void {
    const { events } = this.sinks
    const record = recordOf(call)
    if (record === null || !events.wants.call) return
    // The clock of a worker may be behind the page's, on which the step before was read.
    record.steppedAt = Math.max(record.steppedAt, step.time)
    events.emit(stepEvent(call, record, step))
  }

  callRequeued(call: Call, reason: string, at: number): void {
    const record = recordOf(call)
    if (record === null) return
    record.requeuedAt = at
    this.count(record.series.metrics.requeued, at)
    if (record.span === null) return
    try {
      addRequeueEvent(record.span, call, record, reason)
    } catch (error) {
      this.sinks.guard.failed('an OpenTelemetry span', error)
    }
  }

  callRetried(call: Call, error: unknown, at: number): void {
    const record = recordOf(call)
    if (record === null) return
    record.requeuedAt = at
    if (record.span === null) return
    try {
      addRetryEvent(record.span, call, record, error)
    } catch (failure) {
      this.sinks.guard.failed('an OpenTelemetry span', failure)
    }
  }

  callLinked(call: Call, to: Call, relation: CallRelation): void {
    const record = recordOf(call)
    const other = recordOf(to)
    if (record === null || other === null || record.span === null) return
    try {
      addLink(record.span, other.spanContext, relation)
    } catch (error) {
      this.sinks.guard.failed('an OpenTelemetry span', error)
    }
  }

  callSettled(call: Call): void {
    const record = recordOf(call)
    if (record === null || record.isSettled) return
    record.isSettled = true
    this.ended.push(call)
  }

  /** A trace has ended: it is written after the calls that have settled so far. */
  traceEnded(ended: EndedTrace): void {
    this.ended.push(ended)
    this.flush()
  }

  workerSpawned(task: TaskIdentity, index: number, at: number): void {
    this.workers.record('spawn', task, index, at)
    this.emitGauges()
  }

  workerReady(task: TaskIdentity, index: number, at: number, startMs: number, setupMs?: number): void {
    const { events } = this.sinks
    if (events.wants.worker) events.emit(readyEvent(task, index, at, startMs, setupMs))
  }

  workerCrashed(task: TaskIdentity, index: number, error: unknown, at: number): void {
    this.workers.record('crash', task, index, at, undefined, error)
    this.emitGauges()
  }

  workerTerminated(task: TaskIdentity, index: number, reason: TerminateReason, at: number): void {
    this.workers.record('terminate', task, index, at, reason)
    this.emitGauges()
  }

  workerError(task: TaskIdentity, index: number, error: unknown, at: number): void {
    this.workers.record('error', task, index, at, undefined, error)
  }

  workerEvent(task: TaskIdentity, event: string, dropped: number, at: number): void {
    const { emitted, lost } = this.eventMetrics.of(task, event)
    this.count(emitted, at)
    if (dropped > 0) this.count(lost, at, dropped)
  }

  registerTask(read: () => TaskGauges): () => void {
    return this.gauges.register(read)
  }

  forgetListeners(): void {
    this.gauges.forgetListeners()
  }

  clearMeasures(): void {
    this.sinks.timing?.clear()
  }

  dispose(then: () => void): void {
    this.flush()
    this.gauges.zeroAll()
    this.sinks.timing?.dispose()
    this.sinks.metrics?.dispose()
    // A listener may dispose in the middle of an edge: what has been recorded is written first.
    this.whenIdle(then)
  }

  flush(): void {
    // A listener or a span processor may settle a call in turn: it is written by the loop that runs already.
    if (this.isFlushing) return
    this.isFlushing = true
    try {
      do this.writeEnded()
      while (this.ended.length > 0)
    } finally {
      this.isFlushing = false
    }
    this.whenIdle(this.onIdle)
  }

  flushAll(): void {
    this.flush()
    this.sinks.timing?.flush()
  }

  private begin(call: Call): void {
    const record = recordOf(call)
    if (record !== null) record.series = this.series.of(call.task, call.method)
    if (this.sinks.events.wants.call) this.callStepped(call, createdStep(call))
    this.emitGauges()
  }

  /** Calls `then` once every call that was recorded has been written. */
  private whenIdle(then: (() => void) | null): void {
    const isIdle = this.open === 0 && !this.isFlushing
    this.onIdle = isIdle ? null : then
    if (isIdle) then?.()
  }

  private writeEnded(): void {
    const { metrics } = this.sinks
    if (this.ended.length > 0) metrics?.refresh()
    while (this.ended.length > 0) {
      const batch = this.ended
      this.ended = []
      for (const each of batch) {
        if ('trace' in each) this.sinks.writeTrace(each)
        else this.writeCall(each)
      }
    }
    metrics?.flush()
    this.emitGauges()
  }

  private writeCall(call: Call): void {
    const record = recordOf(call)
    if (record === null) return
    this.open--
    try {
      const facts = factsOf(call, record)
      const { spans, dropped } =
        call.workerSpans === undefined
          ? NO_WORKER_SPANS
          : workerSpansOf(call.workerSpans, facts, this.sinks.guard)
      const { isInProcess, shared }: TaskIdentity = call.task
      if (dropped > 0) record.attributes = { ...record.attributes, [WORKER_SPANS_DROPPED]: dropped }
      if (isInProcess && call.attempt > 0)
        record.attributes = { ...record.attributes, [WORKER_IN_PROCESS]: true }
      if (shared !== undefined)
        record.attributes = {
          ...record.attributes,
          [TASK_SHARED]: 'origin',
          ...(call.workerIndex >= 0 && shared.host && { [WORKER_HOST]: shared.host }),
        }
      if (this.sinks.events.wants.call) this.callStepped(call, settledStep(facts))
      this.measure(facts)
      this.sinks.writeCall(facts, spans)
    } catch (error) {
      this.sinks.guard.failed('telemetry', error)
    }
  }

  private measure({ record, ending, outcome, start, end, wait, run }: SpanFacts): void {
    const { metrics } = this.sinks
    if (record.isWaitPresumed) this.waited(record, wait ?? 0, end)
    const { series } = record
    const of = ending.errorType === 'no-method' ? series.unknown : series.metrics
    const { tally, histogram } = of.outcome(outcome, ending.errorType, ending.reason)
    this.count(tally, end)
    const duration = end - start
    metrics?.record('task.duration_ms', duration, histogram)
    this.emitHistogram('task.duration_ms', duration, end, histogram)
    if (run === undefined) return
    metrics?.record('task.run_ms', run, histogram)
    this.emitHistogram('task.run_ms', run, end, histogram)
  }

  private waited(record: CallRecord, wait: number, time: number): void {
    const { waitHistogram } = record.series.metrics
    this.sinks.metrics?.wait(wait, waitHistogram)
    this.emitHistogram('queue.wait_ms', wait, time, waitHistogram)
  }

  private count(tally: Tally, time: number, increment = 1): void {
    const { metrics, events } = this.sinks
    metrics?.count(tally, increment)
    if (events.listening) events.emitMetric('counter', tally.counter, increment, time, tally.attributes)
  }

  private emitHistogram(name: string, value: number, time: number, attributes: Attributes): void {
    const { events } = this.sinks
    if (events.listening) events.emitMetric('histogram', name, value, time, attributes)
  }

  private emitGauges(): void {
    const { events } = this.sinks
    if (!events.wants.gauge) return
    const time = this.clock.now()
    this.gauges.observeChanged((name, value, attributes) =>
      events.emitMetric('gauge', name, value, time, attributes),
    )
  }
}

function recordOf(call: Call): CallRecord | null {
  return call.telemetry instanceof CallRecord ? call.telemetry : null
}

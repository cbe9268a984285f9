/** The instrumentation of a runtime: turns the edges of calls and workers into spans, measures, metrics and events. */
import type { Call } from '../../call/call.ts'
import type { Clock } from '../../lib/clock.ts'
import { TASK_SPAN, WORKER_IN_PROCESS, WORKER_SPANS_DROPPED } from '../names.ts'
import { callerAttributes } from './caller-attributes.ts'
import { CallRecord, sampleRecord } from './call-record.ts'
import { CallSeriesIndex } from './call-series.ts'
import { type CallTimes, timesOf } from './call-times.ts'
import type { Tally } from './method-metrics.ts'
import { type Ending, endingOf } from './outcome-words.ts'
import type { TaskGaugeRegistry } from './gauges.ts'
import type { CallRelation, Instrumentation, TaskIdentity, TerminateReason } from '../instrumentation.ts'
import { addLink, addRequeueEvent } from '../otel/otel-writer.ts'
import type { ParentResolver } from '../trace/parent-resolver.ts'
import type { Sinks } from './sinks.ts'
import type { SpanStarter } from '../trace/span-starter.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import type { EndedTrace } from '../trace/trace.ts'
import { formatTracestate } from '../trace/traceparent.ts'
import { WorkerRecorder } from './worker-recorder.ts'
import { workerSpansOf } from './worker-span.ts'

export class Recorder implements Instrumentation {
  private readonly sinks: Sinks
  private readonly parents: ParentResolver
  private readonly starter: SpanStarter
  private readonly gauges: TaskGaugeRegistry
  private readonly clock: Clock
  private readonly workers: WorkerRecorder
  private readonly series: CallSeriesIndex
  /** Never read: with the last record its hidden class would go, and the code that was compiled for it (see kept-shapes). */
  readonly shape: CallRecord
  /** Calls that have settled and traces that have ended, to be written in this order. */
  private ended: (Call | EndedTrace)[] = []
  private isFlushing = false
  /** Calls that were recorded and have not been written. */
  private open = 0
  private onIdle: (() => void) | null = null

  constructor(
    sinks: Sinks,
    parents: ParentResolver,
    starter: SpanStarter,
    gauges: TaskGaugeRegistry,
    clock: Clock,
    runtimeName: string,
  ) {
    this.sinks = sinks
    this.parents = parents
    this.starter = starter
    this.gauges = gauges
    this.clock = clock
    this.workers = new WorkerRecorder(sinks, clock, runtimeName)
    this.series = new CallSeriesIndex(runtimeName)
    this.shape = sampleRecord()
  }

  callEnqueued(call: Call): void {
    const now = this.clock.now()
    call.enqueuedAt = now
    // First: what follows may run code that disposes.
    this.open++
    const series = this.series.of(call.task, call.method)
    const parent = this.parents.ofCall(call.options.trace)
    const started = this.starter.start(TASK_SPAN, now, parent, series.spanAttributes)
    const record = new CallRecord(started, parent, series, this.tracestateOf(started.traceState))
    call.telemetry = record
    if (parent.trace !== null) parent.trace.spanCount++
    if (record.sampled || this.sinks.events.listening) record.attributes = this.attributesOf(call)
    this.emitGauges()
  }

  callDispatched(call: Call): void {
    const record = recordOf(call)
    if (record === null) return
    const { metrics } = record.series
    this.count(metrics.dispatched, call.dispatchedAt)
    if (record.dispatches++ === 0) {
      // When a call that was handed ahead began, only its reply knows.
      if (call.handedAhead) record.isWaitPresumed = true
      else this.waited(record, Math.max(0, call.firstDispatchedAt - call.enqueuedAt), call.dispatchedAt)
    }
    this.emitGauges()
  }

  callRequeued(call: Call, reason: string): void {
    const record = recordOf(call)
    if (record === null) return
    record.requeuedAt = this.clock.now()
    this.count(record.series.metrics.requeued, record.requeuedAt)
    if (record.span === null) return
    try {
      addRequeueEvent(record.span, call, record, reason)
    } catch (error) {
      this.sinks.guard.failed('an OpenTelemetry span', error)
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
  readonly traceEnded = (ended: EndedTrace): void => {
    this.ended.push(ended)
    this.flush()
  }

  workerSpawned(task: TaskIdentity, index: number): void {
    this.workers.record('spawn', task, index)
    this.emitGauges()
  }

  workerCrashed(task: TaskIdentity, index: number, error: unknown): void {
    this.workers.record('crash', task, index, undefined, error)
    this.emitGauges()
  }

  workerTerminated(task: TaskIdentity, index: number, reason: TerminateReason): void {
    this.workers.record('terminate', task, index, reason)
    this.emitGauges()
  }

  workerError(task: TaskIdentity, index: number, error: unknown): void {
    this.workers.record('error', task, index, undefined, error)
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

  /** Calls `then` once every call that was recorded has been written. */
  whenIdle(then: (() => void) | null): void {
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
        else this.write(each)
      }
    }
    metrics?.flush()
    this.emitGauges()
  }

  private write(call: Call): void {
    const record = recordOf(call)
    if (record === null) return
    this.open--
    try {
      const ending = endingOf(call)
      const times = timesOf(call, record.requeuedAt)
      const { spans, dropped } = workerSpansOf(call, times, record.spanId, this.sinks.guard)
      const { isInProcess }: TaskIdentity = call.task
      if (dropped > 0) record.attributes = { ...record.attributes, [WORKER_SPANS_DROPPED]: dropped }
      if (isInProcess && call.attempt > 0)
        record.attributes = { ...record.attributes, [WORKER_IN_PROCESS]: true }
      this.measure(call, record, ending, times)
      this.sinks.writeCall(call, record, ending, times, spans)
    } catch (error) {
      this.sinks.guard.failed('telemetry', error)
    }
  }

  private measure(call: Call, record: CallRecord, ending: Ending, times: CallTimes): void {
    const { outcome } = call
    if (outcome === undefined) return
    const { metrics } = this.sinks
    if (record.isWaitPresumed) this.waited(record, times.wait, times.end)
    const { series } = record
    const of = ending.errorType === 'no-method' ? series.unknown : series.metrics
    const { tally, histogram } = of.outcome(outcome, ending.errorType, ending.reason)
    this.count(tally, times.end)
    const duration = times.end - times.start
    metrics?.record('task.duration_ms', duration, histogram)
    this.emitHistogram('task.duration_ms', duration, times.end, histogram)
    if (!times.hasRun) return
    metrics?.record('task.run_ms', times.run, histogram)
    this.emitHistogram('task.run_ms', times.run, times.end, histogram)
  }

  private waited(record: CallRecord, wait: number, time: number): void {
    const { waitHistogram } = record.series.metrics
    this.sinks.metrics?.wait(wait, waitHistogram)
    this.emitHistogram('queue.wait_ms', wait, time, waitHistogram)
  }

  private count(tally: Tally, time: number): void {
    const { metrics, events } = this.sinks
    metrics?.count(tally)
    if (events.listening) events.emitMetric('counter', tally.counter, 1, time, tally.attributes)
  }

  private emitHistogram(name: string, value: number, time: number, attributes: Attributes): void {
    const { events } = this.sinks
    if (events.listening) events.emitMetric('histogram', name, value, time, attributes)
  }

  private emitGauges(): void {
    const { events } = this.sinks
    if (!events.listening) return
    const time = this.clock.now()
    this.gauges.observeChanged((name, value, attributes) =>
      events.emitMetric('gauge', name, value, time, attributes),
    )
  }

  /** From the arguments as they are now: later they may be transferred, changed or gone. */
  private attributesOf(call: Call): Attributes | undefined {
    const { guard } = this.sinks
    const { payloadAttributes } = call.task
    let ofArguments: unknown
    try {
      ofArguments = payloadAttributes?.(...(call.args as never[]))
    } catch (error) {
      guard.failed('payloadAttributes', error)
    }
    return callerAttributes(guard, ofArguments, call.options.attributes)
  }

  private tracestateOf(traceState: SpanContext['traceState']): string | undefined {
    try {
      return formatTracestate(traceState)
    } catch (error) {
      this.sinks.guard.failed('a trace state', error)
      return undefined
    }
  }
}

function recordOf(call: Call): CallRecord | null {
  return call.telemetry instanceof CallRecord ? call.telemetry : null
}

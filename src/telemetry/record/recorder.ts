/** The instrumentation of a runtime: turns the edges of calls and workers into spans, measures, metrics and events. */
import type { Call } from '../../call/call.ts'
import type { Clock } from '../../lib/clock.ts'
import { mergeAttributes, TASK_SPAN, WORKER_IN_PROCESS } from '../names.ts'
import { CallRecord, sampleRecord } from './call-record.ts'
import { CallSeriesIndex, type Tally } from './call-series.ts'
import { type CallTimes, timesOf } from './call-times.ts'
import { type Ending, endingOf } from './outcome-words.ts'
import type { TaskGaugeRegistry } from './gauges.ts'
import type { CallRelation, Instrumentation, TaskIdentity, TerminateReason } from '../instrumentation.ts'
import { addLink, addRequeueEvent } from '../otel/otel-writer.ts'
import type { ParentResolver } from '../trace/parent-resolver.ts'
import type { Sinks } from './sinks.ts'
import type { SpanStarter } from '../trace/span-starter.ts'
import type { Attributes } from '../../types/telemetry.ts'
import { WorkerRecorder } from './worker-recorder.ts'

const IN_PROCESS: Attributes = { [WORKER_IN_PROCESS]: true }

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
  /** Calls that have settled and are to be written. */
  private settled: Call[] = []
  private isFlushing = false

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
    try {
      const series = this.series.of(call.task, call.method)
      const parent = this.parents.ofCall(call.options.trace)
      const started = this.starter.start(TASK_SPAN, now, parent, series.spanAttributes)
      const record = new CallRecord(started, parent, series)
      call.telemetry = record
      if (record.parent.trace !== null) record.parent.trace.spanCount++
      if (record.sampled || this.sinks.events.listening) record.attributes = this.attributesOf(call)
    } catch (error) {
      this.sinks.guard.failed('telemetry', error)
    }
    this.emitGauges()
  }

  callDispatched(call: Call): void {
    const record = recordOf(call)
    if (record === null) return
    const { series } = record
    this.count(series.dispatched, call.dispatchedAt)
    if (call.attempt === 1) {
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
    this.count(record.series.requeued, record.requeuedAt)
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
    if (call.telemetry !== null) this.settled.push(call)
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
      if (this.settled.length > 0) this.sinks.metrics?.refresh()
      while (this.settled.length > 0) {
        const calls = this.settled
        this.settled = []
        for (const call of calls) this.write(call)
      }
      this.sinks.metrics?.flush()
      this.emitGauges()
    } finally {
      this.isFlushing = false
    }
  }

  private write(call: Call): void {
    const record = recordOf(call)
    if (record === null) return
    try {
      const ending = endingOf(call)
      const times = timesOf(call, record.requeuedAt)
      const task: TaskIdentity = call.task
      if (task.isInProcess && call.attempt > 0)
        record.attributes = mergeAttributes(record.attributes, IN_PROCESS)
      this.measure(call, record, ending, times)
      this.sinks.writeCall(call, record, ending, times)
    } catch (error) {
      this.sinks.guard.failed('telemetry', error)
    }
  }

  private measure(call: Call, record: CallRecord, ending: Ending, times: CallTimes): void {
    const { outcome } = call
    if (outcome === undefined) return
    const { metrics } = this.sinks
    if (record.isWaitPresumed) this.waited(record, times.wait, times.end)
    const { tally, histogram } = record.series.outcome(outcome, ending.errorType, ending.reason)
    this.count(tally, times.end)
    const duration = times.end - times.start
    metrics?.record('task.duration_ms', duration, histogram)
    this.emitHistogram('task.duration_ms', duration, times.end, histogram)
    if (!times.hasRun) return
    metrics?.record('task.run_ms', times.run, histogram)
    this.emitHistogram('task.run_ms', times.run, times.end, histogram)
  }

  private waited(record: CallRecord, wait: number, time: number): void {
    const { waitHistogram } = record.series
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
    const { payloadAttributes } = call.task
    if (payloadAttributes === undefined) return call.options.attributes
    try {
      return mergeAttributes(payloadAttributes(...(call.args as never[])), call.options.attributes)
    } catch (error) {
      this.sinks.guard.failed('payloadAttributes', error)
      return call.options.attributes
    }
  }
}

function recordOf(call: Call): CallRecord | null {
  return call.telemetry instanceof CallRecord ? call.telemetry : null
}

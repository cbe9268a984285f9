/** The sinks of a runtime, and how settled calls and ended traces are written into all of them. */
import type { Call } from '../../call/call.ts'
import type { CallRecord } from './call-record.ts'
import type { CallTimes } from './call-times.ts'
import type { Ending } from './outcome-words.ts'
import type { EventStream } from '../events/event-stream.ts'
import type { OtelMetrics } from '../otel/otel-metrics.ts'
import type { OtelSpans } from '../otel/otel-spans.ts'
import type { OtelSpan } from '../../types/otel.ts'
import { endCallSpan, endTraceSpan, writeWorkerSpan } from '../otel/otel-writer.ts'
import type { SinkGuard } from './sink-guard.ts'
import { callEvent, traceEvent, workerSpanEvent } from '../events/span-events.ts'
import type { RuntimeTrace } from '../trace/trace.ts'
import type { UserTimingSink } from '../user-timing/user-timing.ts'
import { type WorkerSpan, workerSpansOf } from './worker-span.ts'

const OTEL = 'an OpenTelemetry span'
const TIMING = 'the User Timing sink'

/** Each sink may be off; one that throws stops no other. */
export class Sinks {
  readonly otel: OtelSpans | null
  readonly metrics: OtelMetrics | null
  readonly timing: UserTimingSink | null
  readonly events: EventStream
  readonly guard: SinkGuard

  constructor(
    otel: OtelSpans | null,
    metrics: OtelMetrics | null,
    timing: UserTimingSink | null,
    events: EventStream,
    guard: SinkGuard,
  ) {
    this.otel = otel
    this.metrics = metrics
    this.timing = timing
    this.events = events
    this.guard = guard
  }

  writeCall(call: Call, record: CallRecord, ending: Ending, times: CallTimes): void {
    const { span } = record
    // A call is kept as long as its promise is; what the span holds need not be.
    record.span = null
    if (call.workerSpans !== undefined) {
      for (const child of workerSpansOf(call, times, record.spanId))
        this.writeWorkerSpan(call, record, child, span)
    }
    if (span !== null) {
      try {
        endCallSpan(span, call, record, ending, times)
      } catch (error) {
        this.guard.failed(OTEL, error)
      }
    }
    if (this.timing !== null && record.sampled) {
      try {
        this.timing.call(call, record, ending, times)
      } catch (error) {
        this.guard.failed(TIMING, error)
      }
    }
    if (this.events.listening) this.events.emit(callEvent(call, record, ending, times))
  }

  writeTrace(trace: RuntimeTrace, ending: Ending | undefined, error: unknown, time: number): void {
    const { span } = trace
    trace.span = null
    if (span !== null) {
      try {
        endTraceSpan(span, trace, ending, error, time)
      } catch (failure) {
        this.guard.failed(OTEL, failure)
      }
    }
    if (this.timing !== null && trace.sampled) {
      try {
        this.timing.trace(trace, ending, time)
      } catch (failure) {
        this.guard.failed(TIMING, failure)
      }
    }
    if (this.events.listening) this.events.emit(traceEvent(trace, ending, time))
  }

  private writeWorkerSpan(
    call: Call,
    record: CallRecord,
    child: WorkerSpan,
    callSpan: OtelSpan | null,
  ): void {
    if (child.parent !== null) child.parentSpanId = child.parent.spanId
    const parentSpan = child.parent === null ? callSpan : child.parent.span
    if (this.otel !== null && parentSpan !== null) {
      try {
        writeWorkerSpan(this.otel, call, record, child, parentSpan)
      } catch (error) {
        this.guard.failed(OTEL, error)
      }
    }
    if (this.timing !== null && record.sampled) {
      try {
        this.timing.workerSpan(call, record, child)
      } catch (error) {
        this.guard.failed(TIMING, error)
      }
    }
    if (this.events.listening) this.events.emit(workerSpanEvent(call, record, child))
  }
}

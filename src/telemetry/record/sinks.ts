/** The sinks of a runtime, and how settled calls and ended traces are written into all of them. */
import type { Call } from '../../call/call.ts'
import type { CallRecord } from '../trace/call-record.ts'
import type { SpanFacts } from './span-facts.ts'
import { endingOfTrace } from './outcome-words.ts'
import type { EventStream } from '../events/event-stream.ts'
import type { OtelMetrics } from '../otel/otel-metrics.ts'
import type { OpenedSpan, OtelSpans } from '../otel/otel-spans.ts'
import { endCallSpan, endTraceSpan, writeWorkerSpan } from '../otel/span-attributes.ts'
import type { SinkGuard } from '../sink-guard.ts'
import { callEvent, traceEvent, workerSpanEvent } from '../events/span-events.ts'
import type { EndedTrace } from '../trace/trace.ts'
import type { UserTimingSink } from '../user-timing/user-timing.ts'
import type { WorkerSpan } from './worker-span.ts'

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

  writeCall(facts: SpanFacts, spans: readonly WorkerSpan[]): void {
    const { guard } = this
    const { call, record } = facts
    const { span } = record
    // A call is kept as long as its promise is; what the span holds need not be.
    record.span = null
    if (spans.length > 0) {
      const own = span && { span, context: record.spanContext }
      for (const child of spans) this.writeWorkerSpan(call, record, child, own)
    }
    if (span !== null) endCallSpan(span, facts, guard)
    if (this.timing !== null && record.sampled) {
      try {
        this.timing.call(facts)
      } catch (error) {
        guard.failed(TIMING, error)
      }
    }
    if (this.events.wants.span) this.events.emit(callEvent(facts))
  }

  writeTrace(ended: EndedTrace): void {
    const { trace } = ended
    const { span } = trace
    const ending = endingOfTrace(ended)
    trace.span = null
    if (span !== null) endTraceSpan(span, ended, ending, this.guard)
    if (this.timing !== null && trace.sampled) {
      try {
        this.timing.trace(ended, ending)
      } catch (failure) {
        this.guard.failed(TIMING, failure)
      }
    }
    if (this.events.wants.trace) this.events.emit(traceEvent(ended, ending))
  }

  private writeWorkerSpan(
    call: Call,
    record: CallRecord,
    child: WorkerSpan,
    callSpan: OpenedSpan | null,
  ): void {
    if (child.parent !== null) child.parentSpanId = child.parent.spanId
    const parentSpan = child.parent === null ? callSpan : child.parent.opened
    if (this.otel !== null && parentSpan !== null)
      writeWorkerSpan(this.otel, call, record, child, parentSpan, this.guard)
    if (this.timing !== null && record.sampled) {
      try {
        this.timing.workerSpan(call, record, child)
      } catch (error) {
        this.guard.failed(TIMING, error)
      }
    }
    if (this.events.wants.span) this.events.emit(workerSpanEvent(call, record, child))
  }
}

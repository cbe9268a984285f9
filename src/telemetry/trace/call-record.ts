/** What the sinks keep of a call between its edges; one per call, all of one shape. */
import type { CallSeries } from '../record/call-series.ts'
import type { CallTelemetry } from '../../call/call.ts'
import type { OtelSpan } from '../../types/otel.ts'
import { NO_PARENT, type Parent, type StartedSpan } from './trace.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import type { TimeAnchor } from './wall-clock.ts'
import { formatTraceparent } from './traceparent.ts'

export class CallRecord implements CallTelemetry {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
  readonly traceFlags: number
  readonly traceState: SpanContext['traceState']
  /** Written out when the call is made: an application's trace state is read once, and not while a call is being posted. */
  readonly tracestate: string | undefined
  /** The same for all stamps of the span. */
  readonly anchor: TimeAnchor
  readonly parent: Parent
  /** Null without an SDK, unsampled, and once it has ended. */
  span: OtelSpan | null
  /** What the caller gave, and what the method's `attributes` made of the arguments. */
  attributes: Attributes | undefined = undefined
  /** Its metrics: the recorder sets them before it or a sink reads them. */
  series: CallSeries = undefined as never
  requeuedAt = 0
  /** The time of the last step that was reported. */
  steppedAt = 0
  /** Dispatches that the recorder has seen: when an edge is recorded, the call itself may be further on. */
  dispatches = 0
  /** Its first dispatch was presumed, and `queue.wait_ms` is still to be recorded. */
  isWaitPresumed = false
  isSettled = false

  constructor(started: StartedSpan, parent: Parent, tracestate: string | undefined) {
    this.traceId = started.traceId
    this.spanId = started.spanId
    this.sampled = started.sampled
    this.traceFlags = started.traceFlags
    this.traceState = started.traceState
    this.tracestate = tracestate
    this.anchor = started.anchor
    this.span = started.span
    this.parent = parent
  }

  get parentSpanId(): string | undefined {
    return this.parent.spanContext?.spanId
  }

  get traceName(): string | undefined {
    return this.parent.traceName
  }

  get traceparent(): string {
    return formatTraceparent(this.traceId, this.spanId, this.traceFlags)
  }

  get spanContext(): SpanContext {
    return {
      traceId: this.traceId,
      spanId: this.spanId,
      traceFlags: this.traceFlags,
      traceState: this.traceState,
    }
  }
}

/** A record of no call, to keep the hidden class that all of them share: see kept-shapes. */
export function sampleRecord(): CallRecord {
  const started = {
    traceId: '',
    spanId: '',
    traceFlags: 0,
    traceState: undefined,
    sampled: false,
    anchor: { epoch: Number.NaN },
    span: null,
  }
  return new CallRecord(started, NO_PARENT, undefined)
}

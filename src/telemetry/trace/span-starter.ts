/** Starts a span: samples it, opens it in OpenTelemetry first, and takes its ids from there or makes them. */
import { newSpanId, newTraceId } from './ids.ts'
import type { OtelSpans } from '../otel/otel-spans.ts'
import type { Parent, StartedSpan } from './trace.ts'
import { isWithinRate } from './sampling.ts'
import type { SinkGuard } from '../record/sink-guard.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import { AnchorKeeper, type TimeAnchor, toHrTime } from './wall-clock.ts'
import { SAMPLED } from './traceparent.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

export class SpanStarter {
  /** Null once telemetry is disposed of, and where it is off. */
  otel: OtelSpans | null
  private readonly sampleRate: number
  private readonly guard: SinkGuard
  private readonly anchors = new AnchorKeeper()
  private readonly started: Writable<StartedSpan> = {
    traceId: '',
    spanId: '',
    traceFlags: 0,
    traceState: undefined,
    sampled: false,
    anchor: this.anchors.latest,
    span: null,
  }

  constructor(otel: OtelSpans | null, sampleRate: number, guard: SinkGuard) {
    this.otel = otel
    this.sampleRate = sampleRate
    this.guard = guard
  }

  start(
    name: string,
    now: number,
    parent: Parent,
    attributes: Attributes | undefined,
    links?: readonly SpanContext[],
  ): StartedSpan {
    const { started } = this
    const parentContext = parent.spanContext
    let traceId = parentContext === null ? parent.fallbackTraceId : parentContext.traceId
    let sampled = this.sampleRate >= 1
    if (parent.trace !== null) sampled = parent.trace.sampled
    else if (parentContext !== null) sampled = (parentContext.traceFlags & SAMPLED) === SAMPLED
    else if (!sampled) {
      traceId ??= newTraceId()
      sampled = isWithinRate(traceId, this.sampleRate)
    }
    started.sampled = sampled
    started.anchor = parent.trace === null ? this.anchors.latest : parent.trace.anchor
    started.span = null
    if (
      sampled &&
      this.otel?.hasTracer() &&
      this.startInOtel(this.otel, name, now, parent, attributes, links)
    )
      return started
    started.traceId = traceId ?? newTraceId()
    started.spanId = newSpanId()
    started.traceFlags = sampled ? SAMPLED : 0
    started.traceState = parentContext?.traceState
    return started
  }

  /** The anchor of a trace whose children may be spans of OpenTelemetry later, though it has none itself. */
  anchorAt(now: number): TimeAnchor {
    return this.anchors.at(now)
  }

  private startInOtel(
    otel: OtelSpans,
    name: string,
    now: number,
    parent: Parent,
    attributes: Attributes | undefined,
    links: readonly SpanContext[] | undefined,
  ): boolean {
    const { started } = this
    try {
      if (parent.trace === null) started.anchor = this.anchors.at(now)
      const span = otel.start(name, toHrTime(started.anchor, now), parent, attributes, links)
      if (span === null) return false
      const { traceId, spanId, traceFlags, traceState } = span.spanContext()
      started.traceId = traceId
      started.spanId = spanId
      started.traceFlags = traceFlags
      started.traceState = traceState
      started.span = span
      return true
    } catch (error) {
      this.guard.failed('the OpenTelemetry tracer', error)
      return false
    }
  }
}

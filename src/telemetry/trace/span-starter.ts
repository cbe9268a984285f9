/** Starts a span: samples it, opens it in OpenTelemetry first, and takes its ids from there or makes them. */
import { newSpanId, newTraceId } from './ids.ts'
import { type OtelSpans, SUPPRESSED } from '../otel/otel-spans.ts'
import type { Parent, StartedSpan } from './trace.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import { AnchorKeeper, type TimeAnchor, toHrTime } from './wall-clock.ts'
import { SAMPLED } from './traceparent.ts'

export class SpanStarter {
  private readonly otel: OtelSpans | null
  private readonly sampleRate: number
  private readonly anchors = new AnchorKeeper()

  constructor(otel: OtelSpans | null, sampleRate: number) {
    this.otel = otel
    this.sampleRate = sampleRate
  }

  start(
    name: string,
    now: number,
    parent: Parent,
    attributes: Attributes | undefined,
    links?: readonly SpanContext[],
  ): StartedSpan {
    const { otel } = this
    const { spanContext: above, trace } = parent
    let traceId = above === null ? parent.fallbackTraceId : above.traceId
    let sampled = this.sampleRate >= 1
    if (trace !== null) sampled = trace.sampled
    else if (above !== null) sampled = (above.traceFlags & SAMPLED) === SAMPLED
    else if (!sampled) {
      traceId ??= newTraceId()
      sampled = isWithinRate(traceId, this.sampleRate)
    }
    let anchor = trace === null ? this.anchors.latest : trace.anchor
    let traceFlags = sampled ? SAMPLED : 0
    if (sampled && otel?.hasTracer()) {
      if (trace === null) anchor = this.anchors.at(now)
      const opened = otel.start(name, toHrTime(anchor, now), parent, attributes, links)
      // No span will be there that a worker or a server could be the child of.
      if (opened === SUPPRESSED) traceFlags = 0
      else if (opened !== null) {
        const { context, span } = opened
        return {
          traceId: context.traceId,
          spanId: context.spanId,
          traceFlags: context.traceFlags,
          traceState: context.traceState,
          sampled,
          anchor,
          span,
        }
      }
    }
    return {
      traceId: traceId ?? newTraceId(),
      spanId: newSpanId(),
      traceFlags,
      traceState: above?.traceState,
      sampled,
      anchor,
      span: null,
    }
  }

  /** The anchor of a trace whose children may be spans of OpenTelemetry later, though it has none itself. */
  anchorAt(now: number): TimeAnchor {
    return this.anchors.at(now)
  }
}

/** 13 hex digits are 52 bits, which a double holds exactly. */
const DIGITS = 13
const RANGE = 2 ** (4 * DIGITS)

/** Whether a trace of this id falls within the rate; the same id always gives the same answer. */
export function isWithinRate(traceId: string, rate: number): boolean {
  if (rate >= 1) return true
  if (rate <= 0) return false
  // The right-most digits: they are the random ones, https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
  return Number.parseInt(traceId.slice(-DIGITS), 16) < rate * RANGE
}

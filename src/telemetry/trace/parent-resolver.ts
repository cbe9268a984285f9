/**
 * Which trace a call belongs to, fixed when it is made. First match wins: the trace that it was given, the active
 * context of OpenTelemetry, the trace whose function is running just now, and, where nothing can carry a context across
 * an `await`, the trace that is the only one open. With two open nothing is guessed.
 */
import { toText } from '../../lib/words.ts'
import { isTraceId } from './ids.ts'
import type { OtelSpans } from '../otel/otel-spans.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { SpanContext } from '../../types/telemetry.ts'
import {
  NO_PARENT,
  type OpenTraces,
  isRuntimeTrace,
  type Parent,
  type RuntimeTrace,
  traceOf,
} from './trace.ts'
import { readSpanContext } from './traceparent.ts'

/** What a caller may give as the parent; `null` is none, `undefined` is inherited. */
export type GivenParent =
  | {
      readonly traceId?: string | undefined
      readonly spanContext?: SpanContext | (() => SpanContext) | undefined
      readonly name?: string | undefined
      /** Of a trace that starts with its first call: before it, there are no ids. */
      start?(): void
    }
  | null
  | undefined

export class ParentResolver {
  private readonly otel: OtelSpans | null
  private readonly open: OpenTraces
  private readonly guard: SinkGuard

  constructor(otel: OtelSpans | null, open: OpenTraces, guard: SinkGuard) {
    this.otel = otel
    this.open = open
    this.guard = guard
  }

  /** The parent of a call. */
  ofCall(given: GivenParent): Parent {
    if (given === undefined) return this.active() ?? this.inherited()
    return given === null ? NO_PARENT : this.given(given)
  }

  /** The parent of a trace, which never inherits from one that merely is open. */
  ofTrace(given: GivenParent): Parent {
    if (given !== undefined) return given === null ? NO_PARENT : this.given(given)
    const { running } = this.open
    return this.active() ?? (running === null ? NO_PARENT : parentOf(running))
  }

  /** It is the application's object, and may be anything: each of its properties is read once. */
  private given(given: NonNullable<GivenParent>): Parent {
    try {
      if (isRuntimeTrace(given)) return parentOf(given)
      let { spanContext } = given
      if (spanContext === undefined) {
        given.start?.()
        ;({ spanContext } = given)
      }
      // A span of OpenTelemetry has a method.
      if (typeof spanContext === 'function') spanContext = spanContext.call(given)
      // A wrapper around one of our traces, as hooks make them.
      const own = traceOf(spanContext)
      if (own) return parentOf(own)
      const { traceId, name } = given
      const above = readSpanContext(spanContext)
      if (spanContext !== undefined && above === null) this.warnOfIds(spanContext)
      const givenId: unknown = traceId ?? (spanContext as Partial<SpanContext> | null | undefined)?.traceId
      return {
        ...NO_PARENT,
        spanContext: above,
        traceName: typeof name === 'string' ? name : undefined,
        groupId: typeof givenId === 'string' ? givenId : undefined,
        fallbackTraceId: above === null && isTraceId(traceId) ? traceId : undefined,
      }
    } catch (error) {
      this.guard.failed('a trace that was given', error)
      return NO_PARENT
    }
  }

  private active(): Parent | null {
    const { otel } = this
    if (otel === null) return null
    try {
      const context = otel.activeContext()
      if (context === null) return null
      const spanContext = readSpanContext(otel.spanContextIn(context))
      if (spanContext === null) return null
      const trace = otel.traceIn(context)
      // An application's own span inside a trace is nearer than the trace's root.
      return { ...(trace === undefined ? NO_PARENT : parentOf(trace)), spanContext, context }
    } catch (error) {
      this.guard.failed('the OpenTelemetry context', error)
      return null
    }
  }

  private inherited(): Parent {
    const { running, inheritable } = this.open
    if (running !== null) return parentOf(running)
    if (inheritable !== null) return { ...parentOf(inheritable), soleOpen: true }
    if (this.open.isAmbiguous) this.warnOfAmbiguity()
    return NO_PARENT
  }

  private warnOfIds({ traceId, spanId }: SpanContext): void {
    this.guard.once('ids', () => [
      `Atelier: the trace option has the trace id "${toText(traceId)}" and the span id "${toText(spanId)}". They are not ` +
        'W3C ids (32 and 16 lowercase hex digits, not all zero), so calls get a new trace. Take ' +
        'them from OpenTelemetry or from runtime.createTrace().',
    ])
  }

  private warnOfAmbiguity(): void {
    this.guard.once('ambiguous', () => [
      'Atelier: a call was made after an `await` while several traces are open. It is unclear which one it ' +
        'belongs to, so it has no trace. Pass the trace: runtime.trace(name, async (trace) => ' +
        '{ await task.with({ trace }).method() }).',
    ])
  }
}

function parentOf(trace: RuntimeTrace): Parent {
  trace.asParent ??= {
    ...NO_PARENT,
    trace,
    spanContext: trace.spanContext,
    traceName: trace.name,
    groupId: trace.traceId,
  }
  return trace.asParent
}

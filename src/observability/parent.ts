/**
 * Which trace a call belongs to, fixed when it is made. First match wins: the trace that it was given, the active
 * context of OpenTelemetry, the trace whose function is running just now, and, where nothing can carry a context across
 * an `await`, the trace that is the only one open. With two open nothing is guessed.
 */
import { isTraceId } from './ids.ts'
import type { OtelContext, OtelSpans } from './otel.ts'
import type { SinkGuard } from './sink-guard.ts'
import type { SpanContext } from './telemetry-types.ts'
import { type OpenTraces, RuntimeTrace, traceOf } from './trace.ts'
import { isSpanContext } from './traceparent.ts'

/** What a caller may give as the parent; `null` is none, `undefined` is inherited. */
export type GivenParent =
  | {
      readonly traceId?: string | undefined
      readonly spanContext?: SpanContext | undefined
      readonly name?: string | undefined
      /** Of a trace that starts with its first call: before it, there are no ids. */
      start?(): void
    }
  | null
  | undefined

/** The parent of a span. One object serves all: read it before the next is resolved. */
export interface Parent {
  readonly trace: RuntimeTrace | null
  /** The span that is the parent; always there when `trace` is. */
  readonly spanContext: SpanContext | null
  /** The active context of OpenTelemetry, where the parent comes from it. */
  readonly context: OtelContext | null
  readonly traceName: string | undefined
  /** The id of the trace that the call was given or inherited, valid or not. */
  readonly groupId: string | undefined
  /** A trace id that was given without a span; taken where no SDK decides. */
  readonly fallbackTraceId: string | undefined
  readonly soleOpen: boolean
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

export class ParentResolver {
  private readonly otel: OtelSpans | null
  private readonly open: OpenTraces
  private readonly guard: SinkGuard
  private readonly found: Writable<Parent> = {
    trace: null,
    spanContext: null,
    context: null,
    traceName: undefined,
    groupId: undefined,
    fallbackTraceId: undefined,
    soleOpen: false,
  }

  constructor(otel: OtelSpans | null, open: OpenTraces, guard: SinkGuard) {
    this.otel = otel
    this.open = open
    this.guard = guard
  }

  /** The parent of a call. */
  ofCall(given: GivenParent): Parent {
    this.reset()
    if (given === undefined) {
      if (!this.takeActive()) this.takeOpen()
    } else if (given !== null) this.takeGiven(given)
    return this.found
  }

  /** The parent of a trace, which never inherits from one that merely is open. */
  ofTrace(given: GivenParent): Parent {
    this.reset()
    if (given === undefined) {
      if (!this.takeActive() && this.open.running !== null) this.takeTrace(this.open.running)
    } else if (given !== null) this.takeGiven(given)
    return this.found
  }

  private reset(): void {
    const { found } = this
    found.trace = null
    found.spanContext = null
    found.context = null
    found.traceName = undefined
    found.groupId = undefined
    found.fallbackTraceId = undefined
    found.soleOpen = false
  }

  private takeTrace(trace: RuntimeTrace): void {
    const { found } = this
    found.trace = trace
    found.spanContext = trace.spanContext
    found.traceName = trace.name
    found.groupId = trace.traceId
  }

  private takeGiven(given: NonNullable<GivenParent>): void {
    if (given instanceof RuntimeTrace) {
      this.takeTrace(given)
      return
    }
    if (given.spanContext === undefined) given.start?.()
    const { found } = this
    const { spanContext, traceId, name } = given
    // A wrapper around one of ours, as hooks make them.
    const own = spanContext && traceOf(spanContext)
    if (own) {
      this.takeTrace(own)
      return
    }
    found.traceName = name
    found.groupId = traceId ?? spanContext?.traceId
    if (isSpanContext(spanContext)) found.spanContext = spanContext
    else if (isTraceId(traceId)) found.fallbackTraceId = traceId
    if (spanContext !== undefined && found.spanContext === null) this.warnOfIds(spanContext)
  }

  private takeActive(): boolean {
    const { found, otel } = this
    const context = otel?.activeContext() ?? null
    if (otel === null || context === null) return false
    const spanContext = otel.spanContextIn(context)
    if (!isSpanContext(spanContext)) return false
    found.context = context
    const trace = otel.traceIn(context)
    if (trace !== undefined) this.takeTrace(trace)
    // An application's own span inside the trace is nearer than the trace's root.
    found.spanContext = spanContext
    return true
  }

  private takeOpen(): void {
    const { running, inheritable } = this.open
    if (running !== null) this.takeTrace(running)
    else if (inheritable !== null) {
      this.takeTrace(inheritable)
      this.found.soleOpen = true
    } else if (this.open.isAmbiguous) this.warnOfAmbiguity()
  }

  private warnOfIds(spanContext: SpanContext): void {
    this.guard.once('ids', () => [
      `Atelier: a trace with the trace id ${JSON.stringify(spanContext.traceId)} and the span id ` +
        `${JSON.stringify(spanContext.spanId)} was given. They are no W3C ids (32 and 16 lowercase hex digits, not all ` +
        'zero; a UUID is none), so calls get a trace of their own. Take them from OpenTelemetry or from ' +
        'runtime.createTrace().',
    ])
  }

  private warnOfAmbiguity(): void {
    this.guard.once('ambiguous', () => [
      'Atelier: a call was made after an `await` while several traces are open, and nothing tells which of them it ' +
        'belongs to, so it has no trace. Pass the trace on: runtime.trace(name, async (trace) => ' +
        '{ await task.with({ trace }).method() }).',
    ])
  }
}

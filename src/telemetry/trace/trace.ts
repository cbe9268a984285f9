/** Traces: workflows that calls belong to, and which of them are open. */
import type { OtelContext, OtelSpan } from '../../types/otel.ts'
import type { AttributeValue, SpanContext, Trace, TraceEnd } from '../../types/telemetry.ts'
import { makeDisposable } from '../../lib/disposable.ts'
import type { TimeAnchor } from './wall-clock.ts'
import { formatTraceparent } from './traceparent.ts'
import { oneInstance } from '../../lib/one-instance.ts'

/** The parent of a span; the calls of one trace share it. */
export interface Parent {
  readonly trace: RuntimeTrace | null
  /** The span that is the parent; always there when `trace` is. */
  readonly spanContext: SpanContext | null
  /** The active context of OpenTelemetry, where the parent comes from it. */
  readonly context: OtelContext | null
  readonly traceName: string | undefined
  /** The id of the trace that was passed or inherited, valid or not. */
  readonly groupId: string | undefined
  /** A trace id that was passed without a span; used if no SDK decides. */
  readonly fallbackTraceId: string | undefined
  /** It is the one trace that was open, not one that was passed on. */
  readonly soleOpen: boolean
}

export const NO_PARENT: Parent = {
  trace: null,
  spanContext: null,
  context: null,
  traceName: undefined,
  groupId: undefined,
  fallbackTraceId: undefined,
  soleOpen: false,
}

/** A span that was started. */
export interface StartedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly traceState: SpanContext['traceState']
  readonly sampled: boolean
  /** Checked against the wall clock only where there is a span. */
  readonly anchor: TimeAnchor
  readonly span: OtelSpan | null
}

/** Writes the end of a trace, and attributes on the way. */
export interface TraceOwner {
  traceEnded(trace: RuntimeTrace, end: TraceEnd | undefined): void
  traceAttribute(trace: RuntimeTrace, name: string, value: AttributeValue): void
}

/** How and when a trace ended. */
export interface EndedTrace {
  readonly trace: RuntimeTrace
  readonly status: TraceEnd['status']
  readonly error: unknown
  readonly endTime: number
}

const traces: WeakMap<object, RuntimeTrace> = /* @__PURE__ */ oneInstance('traces', () => new WeakMap())

/** The trace whose own span context this is, by identity. */
export function traceOf(spanContext: unknown): RuntimeTrace | undefined {
  return traces.get(spanContext as object)
}

/** Whether it is a trace of this package, of whichever of its copies; nothing of it is read. */
export function isRuntimeTrace(value: unknown): value is RuntimeTrace {
  return value !== undefined && traces.get(value as object) === value
}

export class RuntimeTrace implements Trace {
  readonly traceId: string
  readonly name: string | undefined
  readonly spanContext: SpanContext
  readonly sampled: boolean
  readonly startTime: number
  /** Its children keep it, so that they nest to the digit. */
  readonly anchor: TimeAnchor
  /** Made by `runtime.trace`, so that calls may inherit it. */
  readonly ambient: boolean
  /** Calls made in it so far. */
  spanCount = 0
  span: OtelSpan | null
  /** The context of OpenTelemetry in which its children are started, once there is one. */
  otelContext: OtelContext | null = null
  /** What its calls share, once there are any. */
  asParent: Parent | null = null
  declare readonly [Symbol.dispose]: () => void
  private ended = false
  private readonly owner: TraceOwner

  constructor(
    owner: TraceOwner,
    name: string | undefined,
    started: StartedSpan,
    startTime: number,
    anchor: TimeAnchor,
    ambient: boolean,
  ) {
    const { traceId, spanId, traceFlags, traceState } = started
    this.owner = owner
    this.name = name
    this.traceId = traceId
    this.spanContext = { traceId, spanId, traceFlags, ...(traceState !== undefined && { traceState }) }
    this.sampled = started.sampled
    this.span = started.span
    this.startTime = startTime
    this.anchor = anchor
    this.ambient = ambient
    traces.set(this.spanContext, this)
    traces.set(this, this)
  }

  get traceparent(): string {
    return formatTraceparent(this.traceId, this.spanContext.spanId, this.spanContext.traceFlags)
  }

  setAttribute(name: string, value: AttributeValue): void {
    if (!this.ended) this.owner.traceAttribute(this, name, value)
  }

  end(end?: TraceEnd): void {
    if (this.ended) return
    this.ended = true
    this.owner.traceEnded(this, end)
  }
}

makeDisposable(RuntimeTrace.prototype, function () {
  this.end()
})

/** The traces of a runtime that have not ended. */
export class OpenTraces {
  /** The trace whose function runs at this very moment. */
  running: RuntimeTrace | null = null
  /**
   * Whether the application's context manager carries a context across `await`. Then a call without one is outside
   * every trace, and nothing needs to be inherited.
   */
  isCarried = false
  private readonly open = new Set<RuntimeTrace>()
  private ambientCount = 0

  add(trace: RuntimeTrace): void {
    this.open.add(trace)
    if (trace.ambient) this.ambientCount++
  }

  remove(trace: RuntimeTrace): void {
    if (this.open.delete(trace) && trace.ambient) this.ambientCount--
  }

  /** The trace of a `runtime.trace` that is the only trace open. */
  get inheritable(): RuntimeTrace | null {
    if (this.ambientCount !== 1 || this.open.size !== 1 || this.isCarried) return null
    for (const trace of this.open) return trace
    return null
  }

  /** Whether a call without a trace may have been meant for one of several. */
  get isAmbiguous(): boolean {
    return this.ambientCount > 0 && this.open.size > 1 && !this.isCarried
  }

  /** The open traces, for the end of the runtime. */
  all(): readonly RuntimeTrace[] {
    return [...this.open]
  }
}

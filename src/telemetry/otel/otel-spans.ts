/** Starts spans in OpenTelemetry and knows its contexts. Whatever the SDK or a context manager throws ends here. */
import {
  context as contextApi,
  createContextKey,
  INVALID_TRACEID,
  type SpanContext as OtelSpanContext,
  ROOT_CONTEXT,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace as traceApi,
} from '@opentelemetry/api'
import { SCHEMA_URL, SCOPE_NAME } from '../trace/span-names.ts'
import type { OtelConfig, OtelContext, OtelSpan } from '../../types/otel.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import type { HrTime } from '../trace/wall-clock.ts'
import { type OpenTraces, isRuntimeTrace, type Parent, type RuntimeTrace } from '../trace/trace.ts'
import { readSpanContext } from '../trace/traceparent.ts'

/** The package's version, for the instrumentation scope; a test keeps it equal to package.json. */
export const VERSION = '0.1.0'

const TRACE_KEY = createContextKey('atelier.trace')
/** The key of `suppressTracing`; the API registers keys under their names, so that every copy has the same. */
const SUPPRESS_KEY = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')
const SCOPE_OPTIONS = { schemaUrl: SCHEMA_URL }
const TRACER = 'the OpenTelemetry tracer'
const CONTEXT = 'the OpenTelemetry context'

/** Tracing is suppressed in the context in which the span was to start. */
export const SUPPRESSED: unique symbol = Symbol('suppressed')

/** A span, and its ids as they were read when it started. */
export interface OpenedSpan {
  readonly span: OtelSpan
  readonly context: SpanContext
}

/** What the API returns, from any copy of it: there may be an SDK behind it, or none yet. @foreign */
interface LateProvider extends TracerProvider {
  getDelegateTracer(...scope: Parameters<TracerProvider['getTracer']>): Tracer | undefined
}

export class OtelSpans {
  private readonly injected: Tracer | null
  private readonly guard: SinkGuard
  private provider: TracerProvider | null = null
  private tracer: Tracer | null

  constructor(config: OtelConfig, guard: SinkGuard) {
    this.injected = config.tracer ?? null
    this.guard = guard
    this.tracer = this.injected
  }

  /** Whether a span that is started may be recorded; false without an SDK. A provider may be registered at any time. */
  hasTracer(): boolean {
    if (this.injected !== null) return true
    try {
      const provider = traceApi.getTracerProvider()
      if (provider !== this.provider || this.tracer === null) {
        this.provider = provider
        this.tracer = null
        // By the provider: `trace.getTracer` would drop the schema URL.
        this.tracer =
          'getDelegateTracer' in provider
            ? ((provider as LateProvider).getDelegateTracer(SCOPE_NAME, VERSION, SCOPE_OPTIONS) ?? null)
            : provider.getTracer(SCOPE_NAME, VERSION, SCOPE_OPTIONS)
      }
    } catch (error) {
      this.guard.failed(TRACER, error)
    }
    return this.tracer !== null
  }

  /** Null without an SDK: a tracer that does nothing returns an invalid span context, or its parent's. */
  start(
    name: string,
    startTime: HrTime,
    parent: Parent,
    attributes: Attributes | undefined,
    links?: readonly SpanContext[],
  ): OpenedSpan | typeof SUPPRESSED | null {
    try {
      const active = this.active()
      const context = this.contextOf(parent, active)
      if (context.getValue(SUPPRESS_KEY) === true || active.getValue(SUPPRESS_KEY) === true) return SUPPRESSED
      return this.startIn(context, name, startTime, parent.spanContext, attributes, links)
    } catch (error) {
      this.guard.failed(TRACER, error)
      return null
    }
  }

  /** A span of a worker, under a span that was started here. */
  startChild(parent: OpenedSpan, name: string, startTime: HrTime, attributes: Attributes): OpenedSpan | null {
    try {
      const context = traceApi.setSpan(ROOT_CONTEXT, parent.span)
      return this.startIn(context, name, startTime, parent.context, attributes, undefined)
    } catch (error) {
      this.guard.failed(TRACER, error)
      return null
    }
  }

  /** The active context, or null where it carries nothing. */
  activeContext(): OtelContext | null {
    const active = this.active()
    return active === ROOT_CONTEXT ? null : active
  }

  spanContextIn(context: OtelContext): SpanContext | undefined {
    return traceApi.getSpanContext(context)
  }

  /** The trace that the context was made for, if it was one of ours. */
  traceIn(context: OtelContext): RuntimeTrace | undefined {
    const trace = context.getValue(TRACE_KEY)
    return isRuntimeTrace(trace) ? trace : undefined
  }

  /**
   * Runs `fn`, which must not throw, with the trace as the active context, as far as the application's context manager can
   * carry it. A manager that throws may not have run it.
   */
  runIn(trace: RuntimeTrace, fn: () => void): void {
    try {
      contextApi.with(this.contextOfTrace(trace), fn)
    } catch (error) {
      this.guard.failed(CONTEXT, error)
    }
  }

  /**
   * Finds out whether the application's context manager carries a context across an `await`. Called before the trace's
   * function, so that its continuation, which has the answer, runs before any of the function's own.
   */
  async probe(trace: RuntimeTrace, open: OpenTraces): Promise<void> {
    // eslint-disable-next-line @typescript-eslint/await-thenable -- one native tick, whatever Promise is patched to
    await undefined
    open.isCarried = this.active().getValue(TRACE_KEY) === trace
  }

  /** The context in which the children of a trace are started; made with the trace, on top of what is active then. */
  contextOfTrace(trace: RuntimeTrace): OtelContext {
    if (trace.otelContext !== null) return trace.otelContext
    const { span, spanContext } = trace
    const setIn = (base: OtelContext) =>
      (span === null
        ? traceApi.setSpanContext(base, spanContext as OtelSpanContext)
        : traceApi.setSpan(base, span)
      ).setValue(TRACE_KEY, trace)
    try {
      trace.otelContext = setIn(this.active())
    } catch (error) {
      this.guard.failed(CONTEXT, error)
      trace.otelContext = setIn(ROOT_CONTEXT)
    }
    return trace.otelContext
  }

  private active(): OtelContext {
    try {
      const active = contextApi.active()
      if (typeof active.getValue === 'function') return active
    } catch (error) {
      this.guard.failed(CONTEXT, error)
    }
    return ROOT_CONTEXT
  }

  private startIn(
    context: OtelContext,
    name: string,
    startTime: HrTime,
    parent: SpanContext | null,
    attributes: Attributes | undefined,
    links: readonly SpanContext[] | undefined,
  ): OpenedSpan | null {
    if (this.tracer === null) return null
    const options: SpanOptions = { startTime }
    if (attributes !== undefined) options.attributes = attributes as NonNullable<SpanOptions['attributes']>
    if (links !== undefined) options.links = links.map((link) => ({ context: link as OtelSpanContext }))
    // Only where there is something to be cut off from: the SDK copies the context for it.
    if (parent === null && context !== ROOT_CONTEXT) options.root = true
    const span = this.tracer.startSpan(name, options, context)
    const own = span.spanContext()
    if (own.traceId === INVALID_TRACEID) return null
    const read = readSpanContext(own)
    return read === null || read.spanId === parent?.spanId ? null : { span, context: read }
  }

  private contextOf(parent: Parent, active: OtelContext): OtelContext {
    if (parent.context !== null) return parent.context
    if (parent.trace !== null) return this.contextOfTrace(parent.trace)
    if (parent.spanContext === null) return active
    return traceApi.setSpanContext(active, parent.spanContext as OtelSpanContext)
  }
}

/** Starts spans in OpenTelemetry and knows its contexts. */
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
import { SCHEMA_URL, SCOPE_NAME } from '../names.ts'
import type { OtelConfig, OtelContext, OtelSpan } from '../../types/otel.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import type { HrTime } from '../trace/wall-clock.ts'
import type { OpenTraces, Parent, RuntimeTrace } from '../trace/trace.ts'
import { VERSION } from '../version.ts'

const TRACE_KEY = createContextKey('atelier.trace')
const SCOPE_OPTIONS = { schemaUrl: SCHEMA_URL }

/** What the API gives out, of whichever copy: behind it there is an SDK, or as yet none. */
interface LateProvider extends TracerProvider {
  getDelegateTracer(...scope: Parameters<TracerProvider['getTracer']>): Tracer | undefined
}

export class OtelSpans {
  private readonly injected: Tracer | null
  private provider: TracerProvider | null = null
  private tracer: Tracer | null

  constructor(config: OtelConfig) {
    this.injected = config.tracer ?? null
    this.tracer = this.injected
  }

  /** Whether a span that is started may be recorded; false without an SDK. A provider may be registered at any time. */
  hasTracer(): boolean {
    if (this.injected !== null) return true
    const provider = traceApi.getTracerProvider()
    if (provider !== this.provider || this.tracer === null) {
      this.provider = provider
      // By the provider: `trace.getTracer` would drop the schema URL.
      this.tracer =
        'getDelegateTracer' in provider
          ? ((provider as LateProvider).getDelegateTracer(SCOPE_NAME, VERSION, SCOPE_OPTIONS) ?? null)
          : provider.getTracer(SCOPE_NAME, VERSION, SCOPE_OPTIONS)
    }
    return this.tracer !== null
  }

  /** Null where there is no SDK: a tracer that does nothing gives an invalid span context, or its parent's. */
  start(
    name: string,
    startTime: HrTime,
    parent: Parent,
    attributes: Attributes | undefined,
    links?: readonly SpanContext[],
  ): OtelSpan | null {
    return this.startIn(this.contextOf(parent), name, startTime, parent.spanContext, attributes, links)
  }

  /** A span of a worker, under a span that was started here. */
  startChild(parent: OtelSpan, name: string, startTime: HrTime, attributes: Attributes): OtelSpan | null {
    const context = traceApi.setSpan(ROOT_CONTEXT, parent)
    return this.startIn(context, name, startTime, parent.spanContext(), attributes, undefined)
  }

  /** The active context, or null where it carries nothing. */
  activeContext(): OtelContext | null {
    const active = contextApi.active()
    return active === ROOT_CONTEXT ? null : active
  }

  spanContextIn(context: OtelContext): SpanContext | undefined {
    return traceApi.getSpanContext(context)
  }

  /** The trace that the context was made for, if it was one of ours. */
  traceIn(context: OtelContext): RuntimeTrace | undefined {
    return context.getValue(TRACE_KEY) as RuntimeTrace | undefined
  }

  /** Runs `fn` with the trace as the active context, as far as the application's context manager can carry it. */
  runIn<T>(trace: RuntimeTrace, fn: () => T): T {
    return contextApi.with(this.contextOfTrace(trace), fn)
  }

  /**
   * Finds out whether the application's context manager carries a context across an `await`. Called before the trace's
   * function, so that its continuation, which has the answer, runs before any of the function's own.
   */
  async probe(trace: RuntimeTrace, open: OpenTraces): Promise<void> {
    // eslint-disable-next-line @typescript-eslint/await-thenable -- one native tick, whatever Promise is patched to
    await undefined
    open.isCarried = contextApi.active().getValue(TRACE_KEY) === trace
  }

  private startIn(
    context: OtelContext,
    name: string,
    startTime: HrTime,
    parent: SpanContext | null,
    attributes: Attributes | undefined,
    links: readonly SpanContext[] | undefined,
  ): OtelSpan | null {
    if (this.tracer === null) return null
    const options: SpanOptions = { startTime }
    if (attributes !== undefined) options.attributes = attributes as NonNullable<SpanOptions['attributes']>
    if (links !== undefined) options.links = links.map((link) => ({ context: link as OtelSpanContext }))
    // Only where there is something to be cut off from: the SDK copies the context for it.
    if (parent === null && context !== ROOT_CONTEXT) options.root = true
    const span = this.tracer.startSpan(name, options, context)
    const { traceId, spanId } = span.spanContext()
    return traceId === INVALID_TRACEID ||
      traceId.length !== INVALID_TRACEID.length ||
      spanId === parent?.spanId
      ? null
      : span
  }

  private contextOf(parent: Parent): OtelContext {
    if (parent.context !== null) return parent.context
    if (parent.trace !== null) return this.contextOfTrace(parent.trace)
    const active = contextApi.active()
    if (parent.spanContext === null) return active
    return traceApi.setSpanContext(active, parent.spanContext as OtelSpanContext)
  }

  /** The context in which the children of a trace are started; made with the trace, on top of what is active then. */
  contextOfTrace(trace: RuntimeTrace): OtelContext {
    if (trace.otelContext === null) {
      const active = contextApi.active()
      const context =
        trace.span === null
          ? traceApi.setSpanContext(active, trace.spanContext as OtelSpanContext)
          : traceApi.setSpan(active, trace.span)
      trace.otelContext = context.setValue(TRACE_KEY, trace)
    }
    return trace.otelContext
  }
}

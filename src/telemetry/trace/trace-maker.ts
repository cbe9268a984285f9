/** `createTrace` and `runtime.trace`. */
import type { Clock } from '../../lib/clock.ts'
import { endingOfTrace } from '../record/outcome-words.ts'
import type { ParentResolver } from './parent-resolver.ts'
import type { Sinks } from '../record/sinks.ts'
import type { SpanStarter } from './span-starter.ts'
import { TRACE_SPAN, TRACE_NAME, TRACE_ID } from '../names.ts'
import type { AttributeValue, Trace, TraceEnd, TraceOptions } from '../../types/telemetry.ts'
import { type OpenTraces, RuntimeTrace, type TraceOwner } from './trace.ts'

type TraceBody<T> = (trace: Trace) => T | Promise<T>

export class TraceMaker implements TraceOwner {
  private readonly sinks: Sinks
  private readonly parents: ParentResolver
  private readonly starter: SpanStarter
  private readonly open: OpenTraces
  private readonly clock: Clock
  private readonly flush: () => void

  constructor(
    sinks: Sinks,
    parents: ParentResolver,
    starter: SpanStarter,
    open: OpenTraces,
    clock: Clock,
    flush: () => void,
  ) {
    this.sinks = sinks
    this.parents = parents
    this.starter = starter
    this.open = open
    this.clock = clock
    this.flush = flush
  }

  create(name: string | undefined, options: TraceOptions | undefined): RuntimeTrace {
    return this.make(name, options, false)
  }

  /** Bound: `const { trace } = runtime` works. */
  readonly run = async <T>(nameOrBody: string | TraceBody<T>, maybeBody?: TraceBody<T>): Promise<T> => {
    const [name, body] = typeof nameOrBody === 'string' ? [nameOrBody, maybeBody] : [undefined, nameOrBody]
    if (typeof body !== 'function') throw new TypeError('runtime.trace(name?, fn): fn must be a function.')
    const trace = this.make(name, undefined, true)
    try {
      const result = await this.runSynchronously(trace, body)
      trace.end({ status: 'ok' })
      return result
    } catch (error) {
      trace.end({ status: isAbort(error) ? 'canceled' : 'error', error })
      throw error
    }
  }

  traceEnded(trace: RuntimeTrace, end: TraceEnd | undefined): void {
    // The calls of the trace first, so that it is the last to be written.
    this.flush()
    this.open.remove(trace)
    const error = end?.error
    this.sinks.writeTrace(trace, endingOfTrace(end), error, this.endOf(trace, end))
  }

  /** Never before its start, and never in the future. */
  private endOf(trace: RuntimeTrace, end: TraceEnd | undefined): number {
    const now = this.clock.now()
    return Math.max(trace.startTime, Math.min(end?.endTime ?? now, now))
  }

  traceAttribute(trace: RuntimeTrace, name: string, value: AttributeValue): void {
    try {
      trace.span?.setAttribute(name, value as string)
    } catch (error) {
      this.sinks.guard.failed('an OpenTelemetry span', error)
    }
  }

  private make(name: string | undefined, options: TraceOptions | undefined, ambient: boolean): RuntimeTrace {
    const now = this.clock.now()
    const parent = this.parents.ofTrace(options?.parent)
    const attributes =
      name === undefined ? options?.attributes : { ...options?.attributes, [TRACE_NAME]: name }
    const started = this.starter.start(TRACE_SPAN, now, parent, attributes, options?.links)
    const anchor = parent.trace?.anchor ?? this.starter.anchorAt(now)
    const trace = new RuntimeTrace(this, name, started, now, anchor, ambient)
    this.traceAttribute(trace, TRACE_ID, trace.traceId)
    this.sinks.otel?.contextOfTrace(trace)
    this.open.add(trace)
    return trace
  }

  private runSynchronously<T>(trace: RuntimeTrace, body: TraceBody<T>): T | Promise<T> {
    const { open } = this
    const { otel } = this.sinks
    const outer = open.running
    open.running = trace
    try {
      if (otel === null) return body(trace)
      return otel.runIn(trace, () => {
        void otel.probe(trace, open)
        return body(trace)
      })
    } finally {
      open.running = outer
    }
  }
}

/** What `AbortController.abort()` and its like reject with. */
function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError'
}

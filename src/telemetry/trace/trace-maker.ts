/** `createTrace` and `runtime.trace`. */
import type { Clock } from '../../lib/clock.ts'
import { nameOf } from '../../lib/words.ts'
import { callerAttribute, callerAttributes } from './caller-attributes.ts'
import type { ParentResolver } from './parent-resolver.ts'
import type { OtelSpans } from '../otel/otel-spans.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { SpanStarter } from './span-starter.ts'
import { TRACE_SPAN, TRACE_NAME, TRACE_ID } from './span-names.ts'
import type { AttributeValue, SpanContext, Trace, TraceEnd, TraceOptions } from '../../types/telemetry.ts'
import { type EndedTrace, type OpenTraces, RuntimeTrace, type TraceOwner } from './trace.ts'
import { readSpanContext } from './traceparent.ts'

type TraceBody<T> = (trace: Trace) => T | Promise<T>

/** What `runtime.trace` accepts. */
export type TraceArgs<T> =
  | [body: TraceBody<T>]
  | [name: string, body: TraceBody<T>]
  | [name: string, options: TraceOptions, body: TraceBody<T>]

/** Which of them is what. @throws TypeError without a function. */
export function readTraceArgs<T>(args: TraceArgs<T>): {
  name: string | undefined
  options: TraceOptions | undefined
  body: TraceBody<T>
} {
  const body: unknown = args.at(-1)
  if (typeof body !== 'function')
    throw new TypeError('runtime.trace(name?, options?, fn): fn must be a function.')
  const [name, options] = args.slice(0, -1) as [string?, TraceOptions?]
  return { name, options, body: body as TraceBody<T> }
}

export class TraceMaker implements TraceOwner {
  private readonly otel: OtelSpans | null
  private readonly guard: SinkGuard
  private readonly parents: ParentResolver
  private readonly starter: SpanStarter
  private readonly open: OpenTraces
  private readonly clock: Clock
  private readonly ended: (trace: EndedTrace) => void

  /** `ended` writes a trace after the calls that have settled so far. */
  constructor(
    otel: OtelSpans | null,
    guard: SinkGuard,
    parents: ParentResolver,
    starter: SpanStarter,
    open: OpenTraces,
    clock: Clock,
    ended: (trace: EndedTrace) => void,
  ) {
    this.otel = otel
    this.guard = guard
    this.parents = parents
    this.starter = starter
    this.open = open
    this.clock = clock
    this.ended = ended
  }

  create(name: string | undefined, options: TraceOptions | undefined): RuntimeTrace {
    return this.make(name, options, false)
  }

  /** Bound: `const { trace } = runtime` works. */
  readonly run = async <T>(...args: TraceArgs<T>): Promise<T> => {
    const { name, options, body } = readTraceArgs(args)
    const trace = this.make(name, options, true)
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
    const { status, error, endTime } = readTraceEnd(end)
    this.open.remove(trace)
    // Never before its start, and never in the future.
    const now = this.clock.now()
    const time = Math.max(trace.startTime, Math.min(endTime ?? now, now))
    this.ended({ trace, status, error, endTime: time })
  }

  traceAttribute(trace: RuntimeTrace, name: string, value: AttributeValue): void {
    const { guard } = this
    try {
      const kept = callerAttribute(guard, name, value)
      if (kept !== undefined) trace.span?.setAttribute(name, kept as string)
    } catch (error) {
      guard.failed('an OpenTelemetry span', error)
    }
  }

  private make(name: string | undefined, options: TraceOptions | undefined, ambient: boolean): RuntimeTrace {
    const { guard, otel } = this
    const now = this.clock.now()
    const parent = this.parents.ofTrace(options?.parent)
    const given = callerAttributes(guard, options?.attributes)
    const attributes = name === undefined ? given : { ...given, [TRACE_NAME]: name }
    const spanName = options?.spanName || spanNameOf(name)
    const started = this.starter.start(spanName, now, parent, attributes, this.linksOf(options?.links))
    const anchor = parent.trace?.anchor ?? this.starter.anchorAt(now)
    const trace = new RuntimeTrace(this, name, started, now, anchor, ambient)
    try {
      trace.span?.setAttribute(TRACE_ID, trace.traceId)
    } catch (error) {
      guard.failed('an OpenTelemetry span', error)
    }
    otel?.contextOfTrace(trace)
    this.open.add(trace)
    return trace
  }

  /** Those that name a span. */
  private linksOf(links: readonly SpanContext[] | undefined): readonly SpanContext[] | undefined {
    try {
      return links?.map(readSpanContext).filter((link) => link !== null)
    } catch (error) {
      this.guard.failed('a link', error)
      return undefined
    }
  }

  private runSynchronously<T>(trace: RuntimeTrace, body: TraceBody<T>): T | Promise<T> {
    const { open, otel } = this
    const outer = open.running
    open.running = trace
    try {
      return otel === null ? body(trace) : this.runInContext(otel, trace, body)
    } finally {
      open.running = outer
    }
  }

  /** A context manager is the application's: it may throw, and give back anything, but the body runs once. */
  private runInContext<T>(otel: OtelSpans, trace: RuntimeTrace, body: TraceBody<T>): T | Promise<T> {
    let hasRun = false
    let value: T | Promise<T> | undefined
    let thrown: { readonly error: unknown } | undefined
    const runOnce = () => {
      if (hasRun) return
      hasRun = true
      void otel.probe(trace, this.open)
      try {
        value = body(trace)
      } catch (error) {
        thrown = { error }
      }
    }
    otel.runIn(trace, runOnce)
    runOnce()
    if (thrown !== undefined) throw (thrown as { error: unknown }).error
    return value as T | Promise<T>
  }
}

/** A {@link TraceEnd} as a user gave it, read once: what is no status and no time is left out. An error alone means that it failed. */
function readTraceEnd(end: TraceEnd | undefined): TraceEnd {
  const error = read(end, 'error')
  const status = read(end, 'status')
  const endTime = read(end, 'endTime')
  return {
    error,
    status: isStatus(status) ? status : error === undefined ? undefined : 'error',
    endTime: typeof endTime === 'number' && Number.isFinite(endTime) ? endTime : undefined,
  }
}

function isStatus(status: unknown): status is TraceEnd['status'] {
  return status === 'ok' || status === 'error' || status === 'canceled'
}

function read(end: TraceEnd | null | undefined, name: keyof TraceEnd): unknown {
  try {
    return end?.[name]
  } catch {
    return undefined
  }
}

/** What many traces have in common: `doc` of `doc:123`. A backend lists operations by it. */
function spanNameOf(name: string | undefined): string {
  return name?.split(':', 1)[0]?.trim() || TRACE_SPAN
}

/** What `AbortController.abort()` and its like reject with. */
function isAbort(error: unknown): boolean {
  return nameOf(error) === 'AbortError'
}

/**
 * A session as the body of an OTLP request in JSON, which collectors and backends of OpenTelemetry take
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 */
import type { SpanEvent, TraceEvent } from '../../src/index.ts'
import { eventsOf } from './exports.ts'
import type { DevtoolsSession } from './types.ts'

/** A value of an attribute. @foreign */
export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } }

/** @foreign */
export interface OtlpAttribute {
  readonly key: string
  readonly value: OtlpValue
}

/** A span; ids are hex digits, times are nanoseconds since the epoch, as text. @foreign */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1: internal. */
  readonly kind: 1
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly OtlpAttribute[]
  /** 0: unset, 1: ok, 2: error. */
  readonly status: { readonly code: 0 | 1 | 2; readonly message?: string }
}

/** The body of a request to `/v1/traces`. @foreign */
export interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string }
      readonly spans: readonly OtlpSpan[]
    }[]
  }[]
}

const CODES = { ok: 1, error: 2, canceled: 0 } as const

/** Backends list the page under `serviceName`. Open calls are left out, because a span needs an end. */
export function otlpOf(session: DevtoolsSession, serviceName: string): OtlpTraces {
  const open = new Set(session.openCalls().map(({ spanId }) => spanId))
  const spans = eventsOf(session)
    .filter(({ spanId }) => !open.has(spanId))
    .map((event) => spanOf(event, session.timeOrigin))
  const resource = { attributes: attributesOf({ 'service.name': serviceName }) }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'atelier' }, spans }] }] }
}

function spanOf(event: SpanEvent | TraceEvent, timeOrigin: number): OtlpSpan {
  const { traceId, spanId, startTime, endTime, status, error } = event
  const parent = event.kind === 'span' ? event.parentSpanId : undefined
  return {
    traceId,
    spanId,
    ...(parent !== undefined && { parentSpanId: parent }),
    name: event.kind === 'span' ? event.name : (event.traceName?.split(':')[0] ?? 'atelier.trace'),
    kind: 1,
    startTimeUnixNano: unixNano(timeOrigin, startTime),
    endTimeUnixNano: unixNano(timeOrigin, Math.max(startTime, endTime)),
    attributes: attributesOf(event.kind === 'span' ? ofSpan(event) : ofTrace(event)),
    status: {
      code: status === undefined ? 0 : CODES[status],
      ...(status === 'error' && error !== undefined && { message: error }),
    },
  }
}

/** Uses the same names as live spans; see docs/semconv. */
function ofSpan(span: SpanEvent): Record<string, unknown> {
  return {
    ...span.attributes,
    'atelier.task.id': span.taskId,
    'atelier.task.name': span.taskName,
    'atelier.task.type': span.taskType,
    'atelier.task.method': span.method,
    'atelier.call.key': span.key,
    'atelier.worker.index': span.workerIndex,
    'atelier.attempt.count': span.attemptCount,
    'atelier.queue.wait_ms': span.queueWaitMs,
    'atelier.worker.run_ms': span.runMs,
    'atelier.trace.name': span.traceName,
    'atelier.canceled': span.outcome === 'canceled' ? true : undefined,
    'error.type': span.errorType,
  }
}

function ofTrace(trace: TraceEvent): Record<string, unknown> {
  return {
    'atelier.trace.id': trace.traceId,
    'atelier.trace.name': trace.traceName,
    'atelier.trace.span_count': trace.spanCount,
  }
}

function attributesOf(values: Readonly<Record<string, unknown>>): OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const written = valueOf(value)
    return written === undefined ? [] : [{ key, value: written }]
  })
}

function valueOf(value: unknown): OtlpValue | undefined {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (!Array.isArray(value)) return undefined
  return { arrayValue: { values: value.flatMap((each) => valueOf(each) ?? []) } }
}

/** Nanoseconds since the epoch do not fit into a number, so the text is composed from whole numbers. */
function unixNano(timeOrigin: number, time: number): string {
  return String(BigInt(Math.round(timeOrigin * 1_000)) * 1_000n + BigInt(Math.round(time * 1e6)))
}

/** The W3C `traceparent` header (https://www.w3.org/TR/trace-context/#traceparent-header). */
import { isSpanId, isTraceId } from './ids.ts'
import type { SpanContext } from '../../types/telemetry.ts'

/** Bit 0 of the trace flags. */
export const SAMPLED = 1

const HEADER_LENGTH = 55

/** `00-<trace id>-<span id>-<flags>`. */
export function formatTraceparent(traceId: string, spanId: string, flags: number): string {
  if (flags === SAMPLED) return `00-${traceId}-${spanId}-01`
  if (flags === 0) return `00-${traceId}-${spanId}-00`
  return `00-${traceId}-${spanId}-${(flags & 0xff).toString(16).padStart(2, '0')}`
}

/**
 * The span context that a header carries, or null where it is not valid. Versions to come may append fields,
 * as the standard says; version `ff` is forbidden.
 */
export function parseTraceparent(header: string): SpanContext | null {
  const [version = '', traceId, spanId, flags = ''] = header.split('-', 4)
  if (!/^[0-9a-f]{2}$/.test(version) || version === 'ff') return null
  if (!isTraceId(traceId) || !isSpanId(spanId) || !/^[0-9a-f]{2}$/.test(flags)) return null
  const rest = header.slice(HEADER_LENGTH)
  if (rest !== '' && (version === '00' || !rest.startsWith('-'))) return null
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
}

/** Whether a value can be the parent of a span. */
export function isSpanContext(value: SpanContext | null | undefined): value is SpanContext {
  return value !== null && value !== undefined && isTraceId(value.traceId) && isSpanId(value.spanId)
}

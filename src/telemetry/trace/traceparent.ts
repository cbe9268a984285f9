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

/**
 * A copy of what an application passes as the context of a span; null if it cannot be a parent. Throws what its getters
 * throw. Copied, so that it is read once and every sink sees the same.
 */
export function readSpanContext(value: unknown): SpanContext | null {
  if (typeof value !== 'object' || value === null) return null
  const { traceId, spanId, traceFlags, isRemote, traceState } = value as Partial<SpanContext>
  if (!isTraceId(traceId) || !isSpanId(spanId)) return null
  return {
    traceId,
    spanId,
    traceFlags: typeof traceFlags === 'number' ? traceFlags & 0xff : 0,
    isRemote: isRemote === undefined ? undefined : Boolean(isRemote),
    traceState: typeof traceState === 'object' && traceState !== null ? traceState : undefined,
  }
}

/** The `tracestate` header; throws what the application's own object throws. */
export function formatTracestate(traceState: SpanContext['traceState']): string | undefined {
  const header: unknown = traceState?.serialize()
  return typeof header === 'string' && header !== '' ? header : undefined
}

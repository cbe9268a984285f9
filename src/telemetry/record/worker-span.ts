/**
 * Spans that handlers asked for, as they come back with the reply: put in order, on the page's clock and within their
 * call, so that the sinks can rebuild them as children.
 */
import type { Call } from '../../call/call.ts'
import type { WireSpan } from '../../wire/protocol.ts'
import { type CallTimes, clamp } from './call-times.ts'
import { type ExceptionRecord, errorTypeOf, messageOf } from './outcome-words.ts'
import { isSpanId, newSpanId } from '../trace/ids.ts'
import type { OtelSpan } from '../../types/otel.ts'
import type { Attributes } from '../../types/telemetry.ts'

export interface WorkerSpan {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly attributes: Attributes | undefined
  readonly error: ExceptionRecord | undefined
  readonly errorType: string | undefined
  /** Null for a child of the call's own span. */
  readonly parent: WorkerSpan | null
  /** The worker's id, until OpenTelemetry gives another. */
  spanId: string
  parentSpanId: string
  span: OtelSpan | null
}

/** Parents come before their children; a span whose parent was lost becomes a child of the call. */
export function workerSpansOf(call: Call, times: CallTimes, callSpanId: string): readonly WorkerSpan[] {
  const byId = new Map<string, WireSpan>()
  for (const wire of call.workerSpans ?? []) if (isWireSpan(wire)) byId.set(wire[0], wire)
  const built = new Map<string, WorkerSpan>()
  for (const id of byId.keys()) build(id, byId, built, times, callSpanId)
  return [...built.values()]
}

function build(
  id: string,
  byId: Map<string, WireSpan>,
  built: Map<string, WorkerSpan>,
  times: CallTimes,
  callSpanId: string,
): WorkerSpan | null {
  const done = built.get(id)
  if (done !== undefined) return done
  const wire = byId.get(id)
  if (wire === undefined) return null
  const [, parentId, name, start, end, attributes, error] = wire
  // Taken out meanwhile: ids come from outside, and a cycle must end.
  byId.delete(id)
  const parent = parentId === '' ? null : build(parentId, byId, built, times, callSpanId)
  const from = clamp(start, times.dispatch, times.end)
  const span: WorkerSpan = {
    name,
    start: from,
    end: clamp(end, from, times.end),
    attributes: attributes as Attributes | undefined,
    error: error && exceptionOfWire(error),
    errorType: error && errorTypeOf(error),
    parent,
    spanId: isSpanId(id) ? id : newSpanId(),
    parentSpanId: parent?.spanId ?? callSpanId,
    span: null,
  }
  built.set(id, span)
  return span
}

function exceptionOfWire(error: NonNullable<WireSpan[6]>): ExceptionRecord {
  const { name, stack } = error
  return { name, message: messageOf(error), ...(stack !== undefined && { stack }) }
}

/** They come from outside: what is not as it should be is left out. */
function isWireSpan(wire: unknown): wire is WireSpan {
  if (!Array.isArray(wire)) return false
  const [id, parentId, name, start, end, attributes, error] = wire as unknown[]
  return (
    [id, parentId, name].every((text) => typeof text === 'string') &&
    [start, end].every(Number.isFinite) &&
    (attributes === undefined || isRecord(attributes)) &&
    (error === undefined || (isRecord(error) && typeof error['message'] === 'string'))
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/**
 * Spans that handlers asked for, as they come back with the reply: put in order, on the page's clock and within their
 * call, so that the sinks can rebuild them as children.
 */
import { callerAttributes } from '../trace/caller-attributes.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { WireSpan } from '../../wire/protocol.ts'
import { clamp, type SpanFacts } from './span-facts.ts'
import { type ExceptionRecord, errorTypeOf, exceptionOf, messageOf } from './outcome-words.ts'
import { isSpanId, newSpanId } from '../trace/ids.ts'
import type { OpenedSpan } from '../otel/otel-spans.ts'
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
  /** The worker's id, until OpenTelemetry assigns another. */
  spanId: string
  parentSpanId: string
  /** What it became in OpenTelemetry. */
  opened: OpenedSpan | null
}

/** The spans of a reply. */
export interface WorkerSpans {
  /** Parents come before their children; a span whose parent was lost becomes a child of the call. */
  readonly spans: readonly WorkerSpan[]
  /** Spans that were too many for the reply. */
  readonly dropped: number
}

export const NO_WORKER_SPANS: WorkerSpans = { spans: [], dropped: 0 }

export function workerSpansOf(sent: readonly unknown[], facts: SpanFacts, guard: SinkGuard): WorkerSpans {
  const byId = new Map<string, WireSpan>()
  let dropped = 0
  try {
    for (const wire of sent) {
      if (isWireSpan(wire)) byId.set(wire[0], wire)
      else if (typeof wire === 'number' && wire > 0) dropped = Math.floor(wire)
    }
  } catch (error) {
    guard.failed('the spans of a worker', error)
  }
  const built = new Map<string, WorkerSpan>()
  for (const id of byId.keys()) build(id, { byId, built, facts, guard })
  return { spans: [...built.values()], dropped }
}

interface Building {
  readonly byId: Map<string, WireSpan>
  readonly built: Map<string, WorkerSpan>
  readonly facts: SpanFacts
  readonly guard: SinkGuard
}

function build(id: string, building: Building): WorkerSpan | null {
  const { byId, built, facts, guard } = building
  const done = built.get(id)
  if (done !== undefined) return done
  const wire = byId.get(id)
  if (wire === undefined) return null
  const [, parentId, name, start, end, attributes, error] = wire
  // Removed by now: ids come from outside, and a cycle must end.
  byId.delete(id)
  const parent = parentId === '' ? null : build(parentId, building)
  const from = clamp(start, facts.dispatch, facts.end)
  const span: WorkerSpan = {
    name,
    start: from,
    end: clamp(end, from, facts.end),
    attributes: callerAttributes(guard, attributes),
    error: error && exceptionOfWire(error),
    errorType: error && errorTypeOf(error),
    parent,
    spanId: isSpanId(id) ? id : newSpanId(),
    parentSpanId: parent?.spanId ?? facts.record.spanId,
    opened: null,
  }
  built.set(id, span)
  return span
}

/** In the words of the call's own span, had the same been thrown out of the handler. */
function exceptionOfWire(error: NonNullable<WireSpan[6]>): ExceptionRecord {
  return { ...exceptionOf(error), message: messageOf(error) }
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

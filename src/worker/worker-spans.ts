/**
 * Spans that handlers ask for: recorded as data, sent with the reply, rebuilt on the page. They are telemetry: whatever
 * a span is given, what its function returns or throws is what the handler gets.
 */
import { messageOf, nameOf, stackOf, toText } from '../lib/words.ts'
import type { WireSpan, WireSpanError } from '../wire/protocol.ts'

interface SpanOwner {
  spans: SpanLog | undefined
  readonly meta: readonly [traceparent?: string | undefined, ...unknown[]] | undefined
}

/** Where a span stands; below it others can begin. */
export interface SpanPlace {
  /** '' for the call's own span. */
  readonly id: string
  readonly depth: number
}

/** Below the call's own span. */
export const TOP: SpanPlace = { id: '', depth: 0 }

const MOST_SPANS = 1_000

/** A span that has begun. */
interface OpenSpan extends SpanPlace {
  readonly parentId: string
  readonly name: string
  readonly start: number
  /** What is sent, once it has ended. */
  wire: WireSpan | undefined
}

/** The spans of one call, a bounded number: past it the innermost are dropped. */
export class SpanLog {
  /** By depth; the last level is never empty. */
  private readonly levels: OpenSpan[][] = []
  private count = 0
  private dropped = 0

  /** Undefined for a span that is dropped. */
  open(parent: SpanPlace, name: string): OpenSpan | undefined {
    const depth = parent.depth + 1
    if (this.count === MOST_SPANS) {
      this.dropped++
      if (!this.makeRoom(depth)) return undefined
    }
    this.count++
    while (this.levels.length <= depth) this.levels.push([])
    const span = { id: spanId(), parentId: parent.id, depth, name, start: performance.now(), wire: undefined }
    this.levels[depth]?.push(span)
    return span
  }

  /** Those that have ended, parents first; then, where there are any, how many were dropped. */
  take(): (WireSpan | number)[] {
    const spans: (WireSpan | number)[] = []
    for (const { wire } of this.levels.flat().sort((a, b) => a.start - b.start)) if (wire) spans.push(wire)
    if (this.dropped > 0) spans.push(this.dropped)
    return spans
  }

  /** Drops the newest of the deepest, if any is deeper than `depth`. */
  private makeRoom(depth: number): boolean {
    if (this.levels.length - 1 <= depth) return false
    this.levels.at(-1)?.pop()
    while (this.levels.at(-1)?.length === 0) this.levels.pop()
    this.count--
    return true
  }
}

/** Runs `fn` inside a span; the span ends when `fn` returns, throws, or its promise settles. */
export function runSpan<T>(
  owner: SpanOwner,
  parent: SpanPlace,
  name: string,
  options: { readonly attributes?: unknown } | undefined,
  fn: (place: SpanPlace) => T,
): T {
  // Without a traceparent nobody listens on the page.
  if (owner.meta?.[0] === undefined) return fn(parent)
  owner.spans ??= new SpanLog()
  const span = owner.spans.open(parent, toText(name))
  if (!span) return fn(parent)
  let result: T
  try {
    result = fn(span)
  } catch (error) {
    end(span, options, describe(error))
    throw error
  }
  if (isThenable(result)) return settled(result, span, options) as T
  end(span, options, undefined)
  return result
}

/** Awaited, because `then` runs code of the promise's: its constructor, or its own `then`. */
async function settled(
  promise: PromiseLike<unknown>,
  span: OpenSpan,
  options: { readonly attributes?: unknown } | undefined,
): Promise<unknown> {
  try {
    const value = await promise
    end(span, options, undefined)
    return value
  } catch (error) {
    end(span, options, describe(error))
    throw error
  }
}

function end(
  span: OpenSpan,
  options: { readonly attributes?: unknown } | undefined,
  error: WireSpanError | undefined,
): void {
  const { id, parentId, name, start } = span
  span.wire = [id, parentId, name, start, performance.now(), plain(attributesOf(options)), error]
}

/** Read when the span ends. What refuses costs the attributes, not the span. */
function attributesOf(
  options: { readonly attributes?: unknown } | undefined,
): Record<string, unknown> | undefined {
  try {
    return options?.attributes as Record<string, unknown> | undefined
  } catch {
    return undefined
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false
  try {
    return typeof (value as { then?: unknown }).then === 'function'
  } catch {
    return false
  }
}

/** Copies of what a span attribute may hold, so that the reply can always be cloned. */
function plain(attributes: unknown): Record<string, unknown> | undefined {
  if (typeof attributes !== 'object' || attributes === null) return undefined
  const kept: Record<string, unknown> = {}
  try {
    for (const name of Object.keys(attributes)) {
      const value = plainValue(attributes as Record<string, unknown>, name)
      if (value !== undefined) kept[name] = value
    }
  } catch {
    // The trap of a proxy.
  }
  return kept
}

function plainValue(attributes: Record<string, unknown>, name: string): unknown {
  try {
    const value = attributes[name]
    if (isPlain(value)) return value
    if (!Array.isArray(value)) return undefined
    const copy: unknown[] = []
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      if (!isPlain(item)) return undefined
      copy.push(item)
    }
    return copy
  } catch {
    // A getter of the user's.
    return undefined
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function describe(error: unknown): WireSpanError {
  return { name: nameOf(error), message: messageOf(error), stack: stackOf(error) }
}

function spanId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  // Never all zero, which the W3C calls invalid.
  if (bytes.every((byte) => byte === 0)) bytes[7] = 1
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Spans that handlers ask for: recorded as data, sent with the reply, rebuilt on the page. */
import type { WireSpan, WireSpanError } from '../wire/protocol.ts'

interface SpanOwner {
  spans: WireSpan[] | undefined
  readonly meta: readonly [traceparent?: string | undefined, ...unknown[]] | undefined
}

const MOST_SPANS = 1_000

/** Runs `fn` inside a span; the span ends when `fn` returns, throws, or its promise settles. */
export function runSpan<T>(
  owner: SpanOwner,
  parentId: string,
  name: string,
  attributes: Record<string, unknown> | undefined,
  fn: (id: string) => T,
): T {
  // Without a traceparent nobody listens on the page.
  if (owner.meta?.[0] === undefined) return fn(parentId)
  const id = spanId()
  const start = performance.now()
  const end = (error?: unknown, failed = false) => {
    owner.spans ??= []
    if (owner.spans.length >= MOST_SPANS) return
    owner.spans.push([
      id,
      parentId,
      name,
      start,
      performance.now(),
      plain(attributes),
      failed ? describe(error) : undefined,
    ])
  }
  let result: T
  try {
    result = fn(id)
  } catch (error) {
    end(error, true)
    throw error
  }
  if (!isThenable(result)) {
    end()
    return result
  }
  return result.then(
    (value: unknown) => {
      end()
      return value
    },
    (error: unknown) => {
      end(error, true)
      throw error
    },
  ) as T
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Only what a span attribute may hold, so that the reply can always be cloned. */
function plain(attributes: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (!attributes) return undefined
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) kept[name] = value
  }
  return kept
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function describe(error: unknown): WireSpanError {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack }
  return { name: 'Error', message: String(error) }
}

function spanId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  // Never all zero, which the W3C calls invalid.
  if (bytes.every((byte) => byte === 0)) bytes[7] = 1
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

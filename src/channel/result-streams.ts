/**
 * ReadableStreams of a worker, which its handler fills after they were sent: in results, items, events and arguments of callbacks. The browser leaves a reader waiting
 * forever when the worker ends, so the page gets another stream, which ends with an error then.
 */
import { type Call, SETTLED } from '../call/call.ts'
import type { FailingCall } from '../errors/failures.ts'
import { EVENT } from '../wire/protocol.ts'

/** A result is a fresh clone without getters, but it may be large. */
const MOST_NODES = 10_000

export interface OpenStream {
  /** Undefined for an event. */
  readonly call: Call | undefined
  error(error: unknown): void
}

export class ResultStreams {
  /** Streams that are neither read to the end nor cancelled. While there is one, the worker is busy. */
  readonly open: Set<OpenStream> = new Set()
  private readonly onEnd: () => void

  /** `onEnd` is called when the last open stream has ended, but not after `fail`. */
  constructor(onEnd: () => void) {
    this.onEnd = onEnd
  }

  /** The message of a STREAMS message, with each stream in it replaced; undefined if no reader is left. */
  take(message: unknown, held: ReadonlyMap<number, Call>): readonly unknown[] {
    if (!Array.isArray(message)) return []
    const call = held.get(message[1] as number)
    return call || message[0] === EVENT ? (this.adopt(call, message) as unknown[]) : []
  }

  /** The value of `call`, with each stream in it replaced. */
  adopt(call: Call | undefined, value: unknown): unknown {
    if (value instanceof ReadableStream) return this.wrap(call, value)
    const stack: unknown[] = [value]
    const seen = new Set<unknown>()
    const follow = (part: unknown): unknown => {
      if (part instanceof ReadableStream) return this.wrap(call, part)
      stack.push(part)
      return part
    }
    while (stack.length > 0 && seen.size < MOST_NODES) {
      const node = stack.pop()
      if (typeof node !== 'object' || node === null || seen.has(node)) continue
      seen.add(node)
      if (node instanceof Map) for (const [key, part] of node) node.set(key, follow(part))
      else if (isPlain(node)) for (const [name, part] of Object.entries(node)) node[name] = follow(part)
    }
    return value
  }

  /** The worker is gone. */
  fail(make: (call: FailingCall) => unknown): void {
    const ofEvent = () => new DOMException('The worker that filled this stream has ended', 'AbortError')
    const open = [...this.open]
    this.open.clear()
    for (const stream of open) stream.error(stream.call ? make(filledBy(stream.call)) : ofEvent())
  }

  private wrap(call: Call | undefined, source: ReadableStream<unknown>): ReadableStream<unknown> {
    const reader = source.getReader()
    if (call?.state === SETTLED) {
      // It has no reader, so the worker need not fill it.
      reader.cancel().catch(() => {})
      return source
    }
    const { open } = this
    let entry: OpenStream | undefined
    /** False if it has ended already. */
    const leave = (): boolean => {
      if (!entry || !open.delete(entry)) return false
      if (open.size === 0) this.onEnd()
      return true
    }
    return new ReadableStream<unknown>(
      {
        start(controller) {
          entry = { call, error: (error) => controller.error(error) }
          open.add(entry)
        },
        async pull(controller) {
          try {
            const { done, value } = await reader.read()
            if (!done && entry && open.has(entry)) controller.enqueue(value)
            else if (done && leave()) controller.close()
          } catch (error) {
            if (leave()) controller.error(error)
          }
        },
        cancel(reason) {
          leave()
          return reader.cancel(reason)
        },
      },
      // Nothing is read before the caller requests it.
      { highWaterMark: 0 },
    )
  }
}

/** Its handler was busy with the stream, even if the call has settled. */
function filledBy({ callId, method, taskId, attempt }: Call): FailingCall {
  return { callId, method, taskId, attempt, phase: 'running' }
}

function isPlain(node: object): node is Record<string, unknown> {
  return Array.isArray(node) || Object.getPrototypeOf(node) === Object.prototype
}

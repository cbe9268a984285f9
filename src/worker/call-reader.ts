/** Reads what arrives at a worker, and what its handlers give back. */
import { type CallMeta, HAS_META } from '../protocol.ts'
import { isIterator } from './stream-producer.ts'

/** One call, as it travelled. */
export interface WireCall {
  readonly id: number
  /** Index in the names that READY gave. */
  readonly method: number
  readonly args: unknown[]
  readonly flags: number
  readonly meta: CallMeta | undefined
}

/** The calls of a message; a malformed rest is left out. */
export function* readCalls(message: readonly unknown[]): Iterable<WireCall> {
  let at = 1
  while (at + 3 < message.length) {
    const argc = message[at + 3] as number
    if (!Number.isInteger(argc) || argc < 0) return
    const id = message[at] as number
    const method = message[at + 1] as number
    const flags = message[at + 2] as number
    const args = message.slice(at + 4, at + 4 + argc)
    at += 4 + argc
    const meta = (flags & HAS_META) !== 0 ? (message[at++] as CallMeta) : undefined
    yield { id, method, args, flags, meta }
  }
}

/** What a handler gave back; throws what a getter or a proxy's trap of the value throws. */
export function kindOf(result: unknown): 'value' | 'promise' | 'iterator' {
  if (typeof result !== 'object' || result === null) return 'value'
  if (typeof (result as { then?: unknown }).then === 'function') return 'promise'
  return isIterator(result) ? 'iterator' : 'value'
}

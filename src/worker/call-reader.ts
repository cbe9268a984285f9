/** Reads calls that arrive at a worker, and results that its handlers return. */
import { CALL_STRIDE, type CallMeta, META_SHIFT } from '../wire/protocol.ts'
import { isIterator } from '../wire/handler-results.ts'
import { isRows, type Rows } from '../wire/batchable.ts'

/** One call, as it travelled. */
export interface WireCall {
  readonly id: number
  /** Index in the names that READY gave. */
  readonly method: number
  readonly args: unknown[]
  readonly flags: number
  /** The claim to make before it runs; 0 for none. */
  readonly claim: number
  readonly meta: CallMeta | undefined
}

/** The calls of a message. A malformed rest is ignored. */
export function* readCalls(message: readonly unknown[]): Iterable<WireCall> {
  const [, rows, values, metas] = message as [unknown, Rows, unknown[], unknown[]]
  if (!isRows(rows) || !Array.isArray(values) || !Array.isArray(metas)) return
  let valueAt = 0
  let metaAt = 0
  for (let at = 0; at + CALL_STRIDE <= rows.length; at += CALL_STRIDE) {
    const argc = rows[at + 3] as number
    if (!Number.isInteger(argc) || argc < 0 || valueAt + argc > values.length) return
    const flags = rows[at + 2] as number
    const claim = rows[at + 4] as number
    const args = values.slice(valueAt, (valueAt += argc))
    const fields = flags >> META_SHIFT
    const meta = fields > 0 ? (metas.slice(metaAt, (metaAt += fields)) as CallMeta) : undefined
    yield { id: rows[at] as number, method: rows[at + 1] as number, args, flags, claim, meta }
  }
}

/** The return value of a handler; throws what a getter or a proxy's trap of the value throws. */
export function kindOf(result: unknown): 'value' | 'promise' | 'iterator' {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return 'value'
  if (typeof (result as { then?: unknown }).then === 'function') return 'promise'
  return isIterator(result) ? 'iterator' : 'value'
}

/** Both ends of the wire in a test's hands: messages as the page writes them, replies as the page reads them. */
import { CALLS, META_SHIFT, REPLIES, REPLY_STRIDE, type ReplyStatus } from '../../../src/wire/protocol.ts'

/** A call on the wire, as far as a test says. */
export interface Sent {
  readonly id: number
  readonly method?: number
  readonly args?: readonly unknown[]
  readonly flags?: number
  readonly claim?: number
  readonly meta?: readonly unknown[]
}

/** One CALLS message. */
export function callsMessage(...calls: readonly Sent[]): unknown[] {
  const rows: number[] = []
  for (const { id, method = 0, args = [], flags = 0, claim = 0, meta = [] } of calls)
    rows.push(id, method, flags | (meta.length << META_SHIFT), args.length, claim)
  return [CALLS, rows, calls.flatMap(({ args = [] }) => args), calls.flatMap(({ meta = [] }) => meta)]
}

export interface Received {
  readonly id: number
  readonly status: ReplyStatus
  readonly value: unknown
  /** In microseconds before the message was sent; -1 for what never started. */
  readonly started: number
  readonly ended: number
}

/** The replies of one message; nothing for a message of another kind. */
export function repliesIn(message: unknown): Received[] {
  const [kind, , rows, values] = message as [unknown, number, number[], unknown[]]
  if (kind !== REPLIES) return []
  return values.map((value, index) => {
    const [id, status, started, ended] = rows.slice(index * REPLY_STRIDE) as [
      number,
      ReplyStatus,
      number,
      number,
    ]
    return { id, status, value, started, ended }
  })
}

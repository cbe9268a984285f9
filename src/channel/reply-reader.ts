/** Reads messages of replies: finds their calls, and puts the worker's times on the page's clock. */
import type { Call } from '../call/call.ts'
import { CLOSING, REPLY_STRIDE, type ReplyStatus, RESULT, type WireSpan } from '../wire/protocol.ts'
import { isRows } from '../wire/batchable.ts'

/** One reply, on the page's clock. */
export interface Reply {
  readonly status: ReplyStatus
  readonly value: unknown
  /** 0 for a reply that is not the worker's. */
  readonly startedAt: number
  readonly endedAt: number
  readonly spans: WireSpan[] | undefined
  /** The value contains a ReadableStream, which its handler fills after the reply. */
  readonly hasStreams: boolean
}

export class ReplyReader {
  private readonly held: Map<number, Call>
  private readonly onReply: (call: Call, reply: Reply) => void
  /** Added to a time of the worker, it is the page's time. */
  private clockOffset = 0

  constructor(held: Map<number, Call>, onReply: (call: Call, reply: Reply) => void) {
    this.held = held
    this.onReply = onReply
  }

  /** Each clock has its own origin. */
  setTimeOrigin(workerTimeOrigin: unknown): void {
    if (typeof workerTimeOrigin === 'number') this.clockOffset = workerTimeOrigin - performance.timeOrigin
  }

  /** Passes on each reply as long as `goesOn`; returns how long the message waited before it was read, in ms. */
  read(message: readonly unknown[], goesOn: () => boolean): number {
    const [, sent, rows, values, spans, hasStreams] = message
    if (typeof sent !== 'number' || !isRows(rows) || !Array.isArray(values)) return 0
    const sentAt = sent + this.clockOffset
    for (let index = 0; index < values.length && goesOn(); index++) {
      const at = index * REPLY_STRIDE
      const call = this.held.get(rows[at] as number)
      const status: unknown = rows[at + 1]
      // Not ours, or settled and forgotten, or forged: a foreign message settles nothing.
      if (!call?.isPosted || !isReplyStatus(status)) continue
      this.onReply(call, {
        status,
        value: values[index],
        startedAt: timeBefore(sentAt, rows[at + 2]),
        endedAt: timeBefore(sentAt, rows[at + 3]),
        spans: this.onPageClock(spans),
        hasStreams: hasStreams === true,
      })
    }
    return performance.now() - sentAt
  }

  /** The sinks check each span, so malformed ones are left in. */
  private onPageClock(spans: unknown): WireSpan[] | undefined {
    if (!Array.isArray(spans)) return undefined
    for (const span of spans as unknown[]) {
      if (!Array.isArray(span) || typeof span[3] !== 'number' || typeof span[4] !== 'number') continue
      span[3] += this.clockOffset
      span[4] += this.clockOffset
    }
    return spans as WireSpan[]
  }
}

/** 0 for an id that never existed, and for a malformed one. */
function timeBefore(sentAt: number, microseconds: unknown): number {
  return typeof microseconds === 'number' && microseconds >= 0 ? sentAt - microseconds / 1_000 : 0
}

/** They are numbered without gaps. */
function isReplyStatus(value: unknown): value is ReplyStatus {
  return Number.isInteger(value) && (value as number) >= RESULT && (value as number) <= CLOSING
}

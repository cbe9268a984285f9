/**
 * Collects replies and posts them: small ones together, others alone. A waiting value is a primitive or a
 * copy, so a handler may change what it returned. Every reply is posted, whatever it contains.
 */
import { fitsBatch, packRows } from '../wire/batchable.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { warnOfLargeClone } from '../wire/large-clones.ts'
import { isIterator } from '../wire/handler-results.ts'
import {
  REPLIES,
  type RepliesMessage,
  type ReplyStatus,
  RESULT,
  STREAM_END,
  THROWN,
  UNCLONABLE,
} from '../wire/protocol.ts'
import { Refusal } from '../wire/refusal.ts'
import { postClonable, resultListOf } from './post-clonable.ts'
import type { Job, PagePort } from './task-context.ts'

/** One reply that waits for its message. */
interface Waiting {
  readonly job: Job
  readonly status: ReplyStatus
  readonly endedAt: number
  /** A primitive, or a copy. */
  readonly value: unknown
  /** What was copied. */
  readonly original: unknown
}

/** The replies of one turn. */
export class ReplyBatch {
  private readonly port: PagePort
  private replies: Waiting[] = []

  constructor(port: PagePort) {
    this.port = port
  }

  get isEmpty(): boolean {
    return this.replies.length === 0
  }

  /** Never throws: what cannot be sent becomes an error for the caller. */
  add(job: Job, status: ReplyStatus, endedAt: number, value: unknown): void {
    const given = givenBy(status, value)
    const list = typeof given === 'object' && given !== null ? resultListOf(job, given) : undefined
    if (!list && !job.spans && fitsBatch(value)) {
      const copy = copyOf(value)
      if (copy !== REFUSED) {
        this.replies.push({ job, status, endedAt, value: copy, original: value })
        return
      }
    }
    // Order is kept: earlier replies are posted first.
    this.flush()
    this.postAlone(job, status, endedAt, value, list)
  }

  flush(): void {
    if (this.isEmpty) return
    const { replies } = this
    this.replies = []
    const sentAt = performance.now()
    const rows: number[] = []
    const values: unknown[] = []
    for (const { job, status, endedAt, value } of replies) {
      writeRow(rows, job, status, endedAt, sentAt)
      values.push(value)
    }
    try {
      refuseProxies(replies)
      this.port.postMessage([REPLIES, sentAt, packRows(rows), values] satisfies RepliesMessage)
    } catch {
      for (const { job, status, endedAt, value, original } of replies)
        this.postAlone(job, status, endedAt, isProxy(original) ? original : value)
    }
  }

  private postAlone(
    job: Job,
    status: ReplyStatus,
    endedAt: number,
    value: unknown,
    list?: readonly Transferable[] | 'auto',
  ): void {
    const spans = job.spans?.take()
    const reply = (as: ReplyStatus, what: unknown): RepliesMessage => {
      const sentAt = performance.now()
      const row: number[] = []
      writeRow(row, job, as, endedAt, sentAt)
      return spans ? [REPLIES, sentAt, row, [what], spans] : [REPLIES, sentAt, row, [what]]
    }
    const withStream = (): RepliesMessage => {
      const [op, sentAt, row, values] = reply(status, value)
      return [op, sentAt, row, values, spans, true]
    }
    const given = givenBy(status, value)
    try {
      postClonable(this.port, reply(status, value), given, list, 'result', withStream)
    } catch (error) {
      const [as, what] = refusalOf(job, given, error)
      try {
        this.port.postMessage(reply(as, what))
      } catch {
        // Text can always be sent.
        this.port.postMessage(reply(THROWN, { value: `the outcome of ${job.method} cannot be sent` }))
      }
      return
    }
    if (!list) warnOfClone(job, given)
  }
}

const REFUSED = Symbol('refused')

/** A value that may wait. It is flat and has no getter. A clone of each would cost ten times as much. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  try {
    return Array.isArray(value) ? [...(value as unknown[])] : { ...value }
  } catch {
    // The getter of a symbol, which a message would not read, or the trap of a proxy.
    return REFUSED
  }
}

/**
 * A proxy looks like the flat data behind it. Only a clone refuses it, as its message would: one clone
 * for all values that are still flat.
 */
function refuseProxies(replies: readonly Waiting[]): void {
  const flat: unknown[] = []
  for (const { value, original } of replies)
    if (value !== original && fitsBatch(original)) flat.push(original)
  if (flat.length > 0) structuredClone(flat)
}

function isProxy(original: unknown): boolean {
  try {
    if (typeof original === 'object' && original !== null && fitsBatch(original)) structuredClone(original)
    return false
  } catch {
    return true
  }
}

/** What the handler returned, from a reply's value. */
function givenBy(status: ReplyStatus, value: unknown): unknown {
  if (status === RESULT) return value
  return status === STREAM_END ? (value as readonly unknown[])[1] : undefined
}

/** The reply in place of a value that could not be sent. */
function refusalOf(job: Job, given: unknown, error: unknown): [ReplyStatus, unknown] {
  // A getter or proxy in the value threw while it was read.
  if (!(error instanceof Refusal)) return [THROWN, encodeThrown(error)]
  if (!error.isForClone) return [THROWN, encodeThrown(error.cause)]
  if (!isGenerator(given)) return [UNCLONABLE, error.culprit]
  const { method } = job
  return [
    THROWN,
    encodeThrown(
      new TypeError(
        `The handler "${method}" is async and returned a generator, which can only be streamed by a handler that is not. ` +
          'Remove "async" from it, or make it an "async function*".',
      ),
    ),
  ]
}

function isGenerator(value: unknown): boolean {
  try {
    return isIterator(value)
  } catch {
    return false
  }
}

function warnOfClone(job: Job, value: unknown): void {
  try {
    warnOfLargeClone('result', job.method, value, 'return transfer(value, [buffer]), or set transferResult')
  } catch {
    // The user's console may throw.
  }
}

function writeRow(rows: number[], job: Job, status: ReplyStatus, endedAt: number, sentAt: number): void {
  const { startedAt } = job
  if (startedAt === 0) rows.push(job.id, status, -1, -1)
  else rows.push(job.id, status, microseconds(sentAt - startedAt), microseconds(sentAt - endedAt))
}

/** A whole number, so that it stays a small integer for the first eighteen minutes. */
function microseconds(ms: number): number {
  return Math.round(ms * 1_000)
}

/** Collects replies and posts them: small ones together, others alone, none of them lost to a value that cannot be cloned. */
import { type BatchObjects, fitsBatch } from '../wire/batchable.ts'
import { findUnclonable } from '../wire/clone-path.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { warnOfLargeClone } from '../wire/large-clones.ts'
import {
  REPLIES,
  type RepliesMessage,
  type ReplyStatus,
  RESULT,
  STREAM_END,
  THROWN,
  TRANSFER_RESULT,
  UNCLONABLE,
} from '../wire/protocol.ts'
import { findTransferables, findTransferOnly, withoutWasmMemory } from '../wire/transferables.ts'
import type { Job, PagePort } from './task-context.ts'

const lists = new WeakMap<object, Transferable[]>()

/**
 * Marks what is transferred, not cloned, when `value` is returned from a handler.
 *
 * @throws TypeError for a list that is no array.
 * @example return transfer(pixels, [pixels.buffer])
 */
export function transfer<T>(value: T, list: Transferable[]): T {
  // Anything else would be taken for postMessage's options, and the value be cloned in silence.
  if (!Array.isArray(list))
    throw new TypeError(`transfer(value, list): list must be an array, got ${typeof list}`)
  if (typeof value === 'object' && value !== null) lists.set(value, list)
  return value
}

/** One reply that waits for its message. */
interface Waiting {
  readonly job: Job
  readonly status: ReplyStatus
  readonly endedAt: number
  readonly value: unknown
}

/** The replies of one turn. */
export class ReplyBatch {
  private readonly port: PagePort
  private replies: Waiting[] = []
  private objects: BatchObjects = new Set()

  constructor(port: PagePort) {
    this.port = port
  }

  get isEmpty(): boolean {
    return this.replies.length === 0
  }

  add(job: Job, status: ReplyStatus, endedAt: number, value: unknown): void {
    const list = this.transferListOf(job, status, value)
    if (!list && !job.spans && fitsBatch(value, this.objects)) {
      this.replies.push({ job, status, endedAt, value })
      return
    }
    // Order is kept: what was collected before goes out first.
    this.flush()
    this.postAlone(job, status, endedAt, value, list)
  }

  flush(): void {
    if (this.isEmpty) return
    const { replies } = this
    this.replies = []
    if (this.objects.size > 0) this.objects = new Set()
    const sentAt = performance.now()
    const rows: number[] = []
    const values: unknown[] = []
    for (const { job, status, endedAt, value } of replies) {
      writeRow(rows, job, status, endedAt, sentAt)
      values.push(value)
    }
    try {
      this.port.postMessage([REPLIES, sentAt, rows, values] satisfies RepliesMessage)
    } catch {
      // One value that cannot be cloned (a proxy looks like plain data) must not take the others with it.
      for (const { job, status, endedAt, value } of replies) this.postAlone(job, status, endedAt, value)
    }
  }

  private transferListOf(job: Job, status: ReplyStatus, value: unknown): Transferable[] | undefined {
    if (status !== RESULT && status !== STREAM_END) return undefined
    if (typeof value !== 'object' || value === null) return undefined
    const named = lists.get(value)
    if (named) return named
    return (job.flags & TRANSFER_RESULT) !== 0 ? findTransferables(value) : undefined
  }

  private postAlone(
    job: Job,
    status: ReplyStatus,
    endedAt: number,
    value: unknown,
    list?: Transferable[],
  ): void {
    const reply = (as: ReplyStatus, what: unknown): RepliesMessage => {
      const sentAt = performance.now()
      const row: number[] = []
      writeRow(row, job, as, endedAt, sentAt)
      return job.spans ? [REPLIES, sentAt, row, [what], job.spans] : [REPLIES, sentAt, row, [what]]
    }
    try {
      postClonable(this.port, reply(status, value), value, list)
      if (!list)
        warnOfLargeClone(
          'result',
          job.method,
          value,
          'return transfer(value, [buffer]), or set transferResult',
        )
    } catch (error) {
      if (isCloneFailure(error)) this.port.postMessage(reply(UNCLONABLE, findUnclonable(value, 'result')))
      // A getter or proxy of the user's threw while it was read, or there was no memory for the copy.
      else this.port.postMessage(reply(THROWN, encodeThrown(error)))
    }
  }
}

function writeRow(rows: number[], job: Job, status: ReplyStatus, endedAt: number, sentAt: number): void {
  const { startedAt } = job
  if (startedAt === 0) rows.push(job.id, status, -1, -1)
  else rows.push(job.id, status, microseconds(sentAt - startedAt), microseconds(sentAt - endedAt))
}

/** Whole, so that it stays a small integer as long as that lasts: eighteen minutes. */
function microseconds(ms: number): number {
  return Math.round(ms * 1_000)
}

/** Posts a message, transferring `list`, or else only what cannot be cloned. */
export function postClonable(port: PagePort, message: unknown, value: unknown, list?: Transferable[]): void {
  try {
    if (list === undefined || list.length === 0) port.postMessage(message)
    else port.postMessage(message, list)
  } catch (error) {
    if (!isCloneFailure(error)) throw error
    const second = list ? withoutWasmMemory(list) : findTransferOnly(value, 8)
    if (second.length === (list?.length ?? 0)) throw error
    port.postMessage(message, second)
  }
}

/** Also what postMessage throws for a value that is nested too deeply. */
export function isCloneFailure(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof DOMException && error.name === 'DataCloneError')
}

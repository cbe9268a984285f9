/** Collects replies and posts them: small ones together, others alone, none of them lost to a value that cannot be cloned. */
import { type BatchObjects, fitsBatch } from '../batching.ts'
import { findUnclonable } from '../clone-path.ts'
import { encodeThrown } from '../error-codec.ts'
import {
  REPLIES,
  type ReplyStatus,
  RESULT,
  STREAM_END,
  THROWN,
  TRANSFER_RESULT,
  UNCLONABLE,
} from '../protocol.ts'
import { findTransferables, findTransferOnly, withoutWasmMemory } from '../transferables.ts'
import type { Job, PagePort } from './task-context.ts'

const lists = new WeakMap<object, Transferable[]>()

/**
 * Marks what is transferred, not cloned, when `value` is returned from a handler.
 *
 * @example return transfer(pixels, [pixels.buffer])
 */
export function transfer<T>(value: T, list: Transferable[]): T {
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
    const message: unknown[] = [REPLIES, performance.now()]
    for (const { job, status, endedAt, value } of replies) {
      message.push(job.id, status, job.startedAt, endedAt, value, undefined)
    }
    try {
      this.port.postMessage(message)
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
    const reply = (as: ReplyStatus, what: unknown) => [
      REPLIES,
      performance.now(),
      job.id,
      as,
      job.startedAt,
      endedAt,
      what,
      job.spans,
    ]
    try {
      postClonable(this.port, reply(status, value), value, list)
    } catch (error) {
      if (isCloneFailure(error)) this.port.postMessage(reply(UNCLONABLE, findUnclonable(value, 'result')))
      // A getter or proxy of the user's threw while it was read, or there was no memory for the copy.
      else this.port.postMessage(reply(THROWN, encodeThrown(error)))
    }
  }
}

/** Posts a message, transferring `list`, or else only what cannot be cloned. */
export function postClonable(port: PagePort, message: unknown, value: unknown, list?: Transferable[]): void {
  try {
    port.postMessage(message, list ?? [])
  } catch (error) {
    if (!isCloneFailure(error)) throw error
    const second = list ? withoutWasmMemory(list) : findTransferOnly(value)
    if (second.length === (list?.length ?? 0)) throw error
    port.postMessage(message, second)
  }
}

/** Also what postMessage throws for a value that is nested too deeply. */
export function isCloneFailure(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof DOMException && error.name === 'DataCloneError')
}

/** Events on their way to the page: each is a copy of what was emitted, in order, and never more than the page can read. */
import type { Emit, EmitOptions } from '../types/conversation.ts'
import { EVENT, EVENT_ROOM } from '../wire/protocol.ts'
import { fitsBatch } from '../wire/batchable.ts'
import { copyOfValue } from '../wire/post.ts'
import { Refusal } from '../wire/refusal.ts'
import { toText } from '../lib/words.ts'
import { copyOf, ProgressReport } from './progress-report.ts'
import { transferListOf } from '../wire/transfer.ts'
import { postClonable } from './post-clonable.ts'
import type { PagePort } from './task-context.ts'

/** Events that wait for the page to catch up. Beyond that, the oldest is dropped. */
const MOST_WAITING = 1_024

interface Waiting {
  readonly event: string
  readonly payload: unknown
  readonly coalesce: boolean
}

export class EventSender {
  private readonly port: PagePort
  private readonly flushReplies: () => void
  /** Fewer events than this may be unconfirmed by the page. */
  private room = EVENT_ROOM
  private readonly waiting = new Set<Waiting>()
  private readonly coalesced = new Map<string, ProgressReport>()
  private dropped = 0

  /** `flushReplies` posts the replies so far. */
  constructor(port: PagePort, flushReplies: () => void) {
    this.port = port
    this.flushReplies = flushReplies
  }

  readonly emit = (event: string, payload?: unknown, { coalesce = false }: EmitOptions = {}): void => {
    if (typeof event !== 'string' || event === '')
      throw new TypeError(`emit(event, payload): event must be a non-empty string, got ${toText(event)}`)
    try {
      if (coalesce) this.reportOf(event).report(payload)
      else this.send(event, payload, false)
    } catch (error) {
      throw refusalOf(event, error)
    }
  }

  /** How handlers emit: to their page, or to all that share the worker. */
  toAll: Emit = this.emit

  /** The page has read this many. */
  heard(events: number): void {
    this.room += events
    for (const each of this.waiting) {
      if (this.room <= 0) return
      this.waiting.delete(each)
      this.post(each.event, each.payload, 'auto')
    }
  }

  private reportOf(event: string): ProgressReport {
    let report = this.coalesced.get(event)
    if (!report) {
      const refused = (error: unknown): never => {
        throw error
      }
      report = new ProgressReport((newest) => this.send(event, newest, true), refused, undefined, kept)
      this.coalesced.set(event, report)
    }
    return report
  }

  private send(event: string, payload: unknown, coalesce: boolean): void {
    const list = transferListOf(payload)
    if (this.room > 0 && this.waiting.size === 0) {
      this.post(event, payload, list)
      return
    }
    const copy = kept(payload)
    for (const each of this.waiting) {
      if (coalesce && each.coalesce && each.event === event) this.waiting.delete(each)
      else if (this.waiting.size >= MOST_WAITING) {
        this.waiting.delete(each)
        this.dropped++
      } else if (!coalesce) break
    }
    this.waiting.add({ event, payload: copy, coalesce })
  }

  private post(event: string, payload: unknown, list: readonly Transferable[] | 'auto' | undefined): void {
    // In the order in which they were emitted.
    this.flushReplies()
    postClonable(this.port, [EVENT, event, payload, this.dropped], payload, list, 'payload')
    this.dropped = 0
    this.room--
  }
}

/** A waiting payload, as it is now. What it is marked to transfer moves now. */
function kept(payload: unknown): unknown {
  const list = transferListOf(payload)
  return !list && fitsBatch(payload) ? copyOf(payload) : copyOfValue(payload, 'payload', list)
}

/** What was thrown, with the path of what cannot be cloned if that is the reason. */
function refusalOf(event: string, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  if (!error.isForClone) return error.cause
  const [path, ...why] = error.culprit.split('\n')
  const said = why.join(' ') || 'cannot be cloned; leave it out, or send plain data'
  return new DOMException(`emit("${event}", payload): ${path} ${said}`, 'DataCloneError')
}

/** The listeners for events of a task's workers. They outlive the workers, and a replacement of the task by hot reload. */
import type { TaskEventInfo } from '../types/conversation.ts'
import type { Post } from '../wire/post.ts'
import { EVENT_ROOM, HEARD } from '../wire/protocol.ts'
import { callable, text } from '../lib/validate.ts'
import { runListener } from '../lib/run-listener.ts'

/** The public listener type, for events of any worker. */
type Listener = (payload: unknown, info: TaskEventInfo) => void

/** Reads are reported to workers in batches of this size, not one by one. */
const STEP = EVENT_ROOM / 4

/** One subscription. An object, because the same function may subscribe twice. */
interface Subscription {
  readonly listener: Listener
}

export class TaskEvents {
  /** By worker, how many of its events were read since the last report. */
  private readonly read = new WeakMap<Post, number>()
  private readonly byEvent = new Map<string, Set<Subscription>>()

  /** Returns a function that unsubscribes. All `with()` variants of a task share this `on`. */
  readonly on = (event: string, listener: Listener): (() => void) => {
    text('event', event)
    callable('listener', listener)
    const subscription: Subscription = { listener }
    const all = this.byEvent.get(event) ?? new Set()
    this.byEvent.set(event, all.add(subscription))
    return () => {
      all.delete(subscription)
      if (all.size === 0 && this.byEvent.get(event) === all) this.byEvent.delete(event)
    }
  }

  /** Calls the current listeners. A listener that another one removes in the meantime is not called. */
  tell(event: string, payload: unknown, info: TaskEventInfo): void {
    const all = this.byEvent.get(event)
    if (all === undefined) return
    for (const subscription of [...all])
      if (all.has(subscription)) runListener(subscription.listener, payload, info)
  }

  /** Counts a read event of this worker. After each batch, tells the worker that it may send as many more. */
  wasRead(post: Post): void {
    const read = (this.read.get(post) ?? 0) + 1
    this.read.set(post, read % STEP)
    if (read === STEP) post([HEARD, STEP])
  }

  /** Removes all listeners. */
  end(): void {
    for (const all of this.byEvent.values()) all.clear()
    this.byEvent.clear()
  }
}

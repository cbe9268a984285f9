/** Who listens to the events of a task's workers. It outlives them, and the task's replacement under hot reload. */
import type { TaskEventInfo } from '../types/conversation.ts'
import type { Post } from '../wire/post.ts'
import { EVENT_ROOM, HEARD } from '../wire/protocol.ts'
import { callable, text } from '../lib/validate.ts'
import { runListener } from '../lib/run-listener.ts'

/** The public one, for any worker. */
type Listener = (payload: unknown, info: TaskEventInfo) => void

/** Workers are told in steps, not of each. */
const STEP = EVENT_ROOM / 4

/** One subscription: the same function may listen twice. */
interface Subscription {
  readonly listener: Listener
}

export class TaskEvents {
  /** By worker, how many of its events were read since it was last told. */
  private readonly read = new WeakMap<Post, number>()
  private readonly byEvent = new Map<string, Set<Subscription>>()

  /** Returns what ends the subscription. The same function for all that `with()` makes of a task. */
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

  /** Those who listen now; one that another listener makes leave is not told. */
  tell(event: string, payload: unknown, info: TaskEventInfo): void {
    const all = this.byEvent.get(event)
    if (all === undefined) return
    for (const subscription of [...all])
      if (all.has(subscription)) runListener(subscription.listener, payload, info)
  }

  /** An event was read that came from this worker: once there were enough of them, it may send as many more. */
  wasRead(post: Post): void {
    const read = (this.read.get(post) ?? 0) + 1
    this.read.set(post, read % STEP)
    if (read === STEP) post([HEARD, STEP])
  }

  /** Nobody hears of anything any more. */
  end(): void {
    for (const all of this.byEvent.values()) all.clear()
    this.byEvent.clear()
  }
}

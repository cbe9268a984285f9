/**
 * All timeouts of a runtime on one timer of the host. Timeouts of one duration expire in the order in which they were
 * set, so each duration keeps a linked list: to set and to clear is O(1), and the host's timer is touched only when the
 * earliest deadline changes. A timer per call would cost more than the whole call.
 */
import { type Linked, LinkedList } from './linked-list.ts'
import type { Clock } from './clock.ts'

/** One pending timeout. */
export class TimerNode implements Linked<TimerNode> {
  list: unknown = null
  previous: TimerNode | null = null
  next: TimerNode | null = null
  readonly deadline: number
  readonly fire: () => void

  constructor(deadline: number, fire: () => void) {
    this.deadline = deadline
    this.fire = fire
  }
}

/** What the host's timers can hold; anything longer never fires. */
const LONGEST_MS = 2 ** 31 - 1

export class TimerWheel {
  private readonly byDuration = new Map<number, LinkedList<TimerNode>>()
  private readonly clock: Clock
  private handle: unknown
  private wakeAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Calls `fire` once after `ms`; an infinite time is no timer. */
  set(ms: number, fire: () => void): TimerNode | null {
    if (!(ms <= LONGEST_MS)) return null
    const node = new TimerNode(this.clock.now() + ms, fire)
    let list = this.byDuration.get(ms)
    if (!list) {
      list = new LinkedList()
      this.byDuration.set(ms, list)
    }
    list.push(node)
    if (node.deadline < this.wakeAt) this.wake(node.deadline)
    return node
  }

  clear(node: TimerNode | null): void {
    // The host's timer is left to run: it finds nothing, or the next deadline.
    if (node?.list) (node.list as LinkedList<TimerNode>).remove(node)
  }

  /** Clears everything, the host's timer included. */
  dispose(): void {
    this.byDuration.clear()
    this.rest()
  }

  private wake(deadline: number): void {
    if (this.handle !== undefined) this.clock.clearTimeout(this.handle)
    this.wakeAt = deadline
    this.handle = this.clock.setTimeout(() => this.expire(), Math.max(0, deadline - this.clock.now()))
  }

  private rest(): void {
    if (this.handle !== undefined) this.clock.clearTimeout(this.handle)
    this.handle = undefined
    this.wakeAt = Number.POSITIVE_INFINITY
  }

  private expire(): void {
    this.handle = undefined
    this.wakeAt = Number.POSITIVE_INFINITY
    const now = this.clock.now()
    let earliest = Number.POSITIVE_INFINITY
    for (const [ms, list] of this.byDuration) {
      // The host may fire up to a millisecond early.
      while (list.head !== null && list.head.deadline <= now + 0.5) list.shift()?.fire()
      if (list.head !== null) earliest = Math.min(earliest, list.head.deadline)
      else this.byDuration.delete(ms)
    }
    if (earliest < this.wakeAt) this.wake(earliest)
  }
}

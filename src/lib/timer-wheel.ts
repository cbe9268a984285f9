/**
 * All timeouts of a runtime on one timer of the host. Timeouts of one duration expire in the order in which they were
 * set, so each duration keeps a linked list. Setting and clearing are O(1), and the host's timer is changed only when the
 * earliest deadline changes. A timer per call would cost more than the whole call.
 */
import { type Clock, LONGEST_TIMER_MS } from './clock.ts'
import { type Linked, LinkedList } from './linked-list.ts'
import { runListener } from './run-listener.ts'

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

/** If a wheel wakes this long after a deadline, the page was blocked, and messages are waiting to be read. */
export const LATE_MS = 5

export class TimerWheel {
  private readonly byDuration = new Map<number, LinkedList<TimerNode>>()
  private readonly clock: Clock
  private readonly run: (expire: () => void) => void
  private handle: unknown
  /** When the host wakes the wheel; `-Infinity` while it is awake and checks every deadline before it sleeps. */
  private wakeAt = Number.POSITIVE_INFINITY
  private isDisposed = false

  /** `run` wraps all callbacks that expire together. */
  constructor(clock: Clock, run: (expire: () => void) => void = (expire) => expire()) {
    this.clock = clock
    this.run = run
  }

  /** Calls `fire` once after `ms`, however long that is; `Infinity` is no timer, and a disposed wheel takes none. */
  set(ms: number, fire: () => void): TimerNode | null {
    if (this.isDisposed || !(ms < Number.POSITIVE_INFINITY)) return null
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
    // The host's timer keeps running. It finds nothing, or the next deadline.
    if (node?.list) (node.list as LinkedList<TimerNode>).remove(node)
  }

  /** Clears everything, the host's timer included, for good. */
  dispose(): void {
    this.isDisposed = true
    this.byDuration.clear()
    if (this.handle !== undefined) this.clock.clearTimeout(this.handle)
    this.handle = undefined
  }

  private wake(deadline: number): void {
    if (this.handle !== undefined) this.clock.clearTimeout(this.handle)
    const now = this.clock.now()
    // A longer wait takes several timers of the host.
    this.wakeAt = Math.min(deadline, now + LONGEST_TIMER_MS)
    this.handle = this.clock.setTimeout(this.woken, Math.max(0, this.wakeAt - now))
  }

  private readonly woken = (): void => {
    this.handle = undefined
    const isLate = this.clock.now() - this.wakeAt >= LATE_MS
    this.wakeAt = Number.NEGATIVE_INFINITY
    const expire = () => this.run(this.expire)
    // The reply that a timeout waits for may be among the messages that were not read while the page was blocked.
    if (isLate && this.clock.afterMail) this.clock.afterMail(expire)
    else expire()
  }

  private readonly expire = (): void => {
    // Read first: a timeout that is set while these fire, even for now, waits for the next round.
    for (const node of this.due()) {
      // A callback that fired before it has cleared it.
      if (node.list === null) continue
      this.clear(node)
      runListener(node.fire)
      if (this.isDisposed) return
    }
    let earliest = Number.POSITIVE_INFINITY
    for (const [ms, { head }] of this.byDuration) {
      if (head === null) this.byDuration.delete(ms)
      else if (head.deadline < earliest) earliest = head.deadline
    }
    this.wakeAt = Number.POSITIVE_INFINITY
    if (earliest < this.wakeAt) this.wake(earliest)
  }

  /** What is due, in the order of the deadlines. */
  private due(): TimerNode[] {
    // The host may fire up to a millisecond early.
    const until = this.clock.now() + 0.5
    const due: TimerNode[] = []
    for (const list of this.byDuration.values()) {
      for (let node = list.head; node !== null && node.deadline <= until; node = node.next) due.push(node)
    }
    return due.sort((one, other) => one.deadline - other.deadline)
  }
}

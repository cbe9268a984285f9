/**
 * Admission, order, overflow and cancellation of a task's calls. Pure: no worker, no clock, no telemetry.
 *
 * A call is blocked (its caller waits for room), pending (accepted, not dispatched) or in flight (it holds one of the
 * `maxInFlight` slots). Pending calls stand in the ready lists, or are handed ahead to a busy worker, or are held back by
 * their key; all three count. Every operation is O(1), requeue excepted, which walks past older requeued calls.
 */
import { BLOCKED, type Call, IN_FLIGHT, PENDING } from '../call/call.ts'
import type { LinkedList } from '../lib/linked-list.ts'
import { PriorityLists } from './priority-lists.ts'
import type { QueuePolicy } from '../types/task.ts'

export interface QueueLimits {
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly maxBlocked: number
}

/** What the queue tells its owner. */
export interface QueueEvents {
  /** The call was accepted; the owner makes it ready, or holds it back. */
  admitted(call: Call): void
  /** Whether the call could take a free slot at once: a worker can be had, and its key is free. */
  canStart(call: Call): boolean
  /** `drop-oldest` makes room: the call is to be settled, and with that {@link DispatchQueue.remove}d. */
  evicted(call: Call): void
}

/** What became of an offered call. */
export type Admission = 'pending' | 'blocked' | 'rejected' | 'dropped-latest' | 'max-blocked'

export class DispatchQueue {
  readonly limits: QueueLimits
  inFlight = 0
  /** Pending calls that are on a busy worker already. */
  ahead = 0
  /** Pending calls that wait for an earlier one of their key. */
  held = 0
  private readonly ready = new PriorityLists()
  private readonly waiting = new PriorityLists()
  private readonly events: QueueEvents

  constructor(limits: QueueLimits, events: QueueEvents) {
    this.limits = limits
    this.events = events
  }

  get pending(): number {
    return this.ready.size + this.ahead + this.held
  }

  get blocked(): number {
    return this.waiting.size
  }

  get readyCount(): number {
    return this.ready.size
  }

  /** Whether a slot is free; a worker for it is the owner's affair. */
  get hasSlot(): boolean {
    return this.inFlight < this.limits.maxInFlight
  }

  /** Takes a new call in, or says why not. */
  offer(call: Call): Admission {
    const { policy } = this.limits
    if (this.hasRoom(call) && (policy !== 'block' || this.waiting.size === 0)) {
      this.admit(call)
      return 'pending'
    }
    if (policy === 'block') {
      if (this.waiting.size >= this.limits.maxBlocked) return 'max-blocked'
      call.state = BLOCKED
      this.waiting.push(call)
      return 'blocked'
    }
    if (policy === 'drop-oldest') {
      const oldest = this.ready.oldestOfLowest()
      if (oldest !== null) {
        this.events.evicted(oldest)
        this.admit(call)
        return 'pending'
      }
    }
    return policy === 'reject' ? 'rejected' : 'dropped-latest'
  }

  /** Accepts the next blocked call if there is room. */
  admitNext(): boolean {
    const call = this.waiting.peek()
    if (call === null || !this.hasRoom(call)) return false
    this.waiting.take()
    this.admit(call)
    return true
  }

  /** A call stands from now on where another one stood, if that one waits here. */
  replace(call: Call, heir: Call): void {
    const lists = call.state === BLOCKED ? this.waiting : this.ready
    if (!lists.holds(call)) return
    lists.remove(call)
    lists.insertInOrder(heir)
  }

  /** An admitted call waits for an earlier one of its key, in a list of its owner's. */
  hold(call: Call): void {
    call.state = PENDING
    this.held++
  }

  /** The earlier one is over. */
  unhold(call: Call): void {
    this.held--
    this.ready.insertInOrder(call)
  }

  /** Puts an admitted call where {@link take} finds it. */
  makeReady(call: Call): void {
    this.ready.push(call)
  }

  /** The call that {@link take} would give. */
  peek(): Call | null {
    return this.ready.peek()
  }

  /** The next call, which takes a slot. */
  take(): Call | null {
    if (!this.hasSlot) return null
    const call = this.ready.take()
    if (call === null) return null
    call.state = IN_FLIGHT
    this.inFlight++
    return call
  }

  /** The next call, to be handed to a busy worker; it stays pending. */
  takeAhead(): Call | null {
    const call = this.ready.take()
    if (call !== null) {
      call.handedAhead = true
      this.ahead++
    }
    return call
  }

  /** A call that was handed ahead has started, in the slot that its predecessor left. */
  startAhead(call: Call): void {
    this.inFlight++
    if (call.state !== PENDING) return
    this.ahead--
    call.state = IN_FLIGHT
  }

  /** A call that was handed ahead comes back, unstarted. */
  returnAhead(call: Call): void {
    this.ahead--
    call.handedAhead = false
    this.ready.insertInOrder(call)
  }

  /** A call that held a slot waits again, at its old place in the order. */
  requeue(call: Call): void {
    this.inFlight--
    call.state = PENDING
    call.handedAhead = false
    this.ready.insertInOrder(call)
  }

  /** A slot is free again. */
  release(): void {
    this.inFlight--
  }

  /** Takes a call out, wherever it waits; a slot that it holds stays taken until {@link release}. */
  remove(call: Call): void {
    if (call.state === BLOCKED) this.waiting.remove(call)
    else if (call.state === PENDING) {
      if (this.ready.holds(call)) this.ready.remove(call)
      else if (call.handedAhead) this.ahead--
      else if (call.list !== null) {
        this.held--
        ;(call.list as LinkedList<Call>).remove(call)
      }
    }
  }

  /** Every call that is blocked or ready, in order. */
  *waitingCalls(): Iterable<Call> {
    yield* this.ready.calls()
    yield* this.waiting.calls()
  }

  private hasRoom(call: Call): boolean {
    if (this.pending < this.limits.maxQueueDepth) return true
    // It passes through the queue without waiting in it.
    return this.hasSlot && this.ready.size === 0 && this.ahead === 0 && this.events.canStart(call)
  }

  private admit(call: Call): void {
    call.state = PENDING
    this.events.admitted(call)
  }
}

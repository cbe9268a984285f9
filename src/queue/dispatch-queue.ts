/**
 * Admission, order, overflow and cancellation of a task's calls, and the one place that moves a call from state to state.
 * Pure: no worker, no clock, no telemetry.
 *
 * A call is blocked (its caller waits for room), pending (accepted, not dispatched) or in flight (it holds one of the
 * `maxInFlight` slots). Pending calls are READY, or HELD back by their key, or AHEAD on a busy worker. Every operation is
 * O(1); a call that comes back walks past older ones that came back before it.
 */
import {
  AHEAD,
  BLOCKED,
  type Call,
  HELD,
  HIGH,
  type PriorityIndex,
  READY,
  RUNNING,
  SETTLED,
  STARTING,
} from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import { PriorityLists } from './priority-lists.ts'
import type { Admission, QueueEvents, QueueLimits } from './queue-events.ts'

export class DispatchQueue {
  readonly limits: QueueLimits
  inFlight = 0
  /** Pending calls that are on a busy worker already, by priority. */
  readonly aheadOf: [high: number, normal: number, low: number] = [0, 0, 0]
  private readonly patience = new WeakMap<Call, number>()
  private readonly ready = new PriorityLists(this.patience)
  /** Pending calls that wait for an earlier one of their key, oldest first. Their lanes decide the order. */
  private held = 0
  /** Pending calls that are to run again, but not yet, or that wait for a certain worker. */
  private readonly delayed = new LinkedList<Call>()
  private readonly waiting = new PriorityLists(this.patience)
  /** Blocked calls that would wait for their key even if there was room. They do not delay other calls. */
  private readonly waitingForKey = new PriorityLists()
  private readonly events: QueueEvents

  constructor(limits: QueueLimits, events: QueueEvents) {
    this.limits = limits
    this.events = events
  }

  get ahead(): number {
    const [high, normal, low] = this.aheadOf
    return high + normal + low
  }

  get pending(): number {
    return this.ready.size + this.ahead + this.held + this.delayed.size
  }

  get blocked(): number {
    return this.waiting.size + this.waitingForKey.size
  }

  get readyCount(): number {
    return this.ready.size
  }

  /** Calls that could run now if they had a worker: ready calls, and calls whose callers wait for room. */
  get waitingCount(): number {
    return this.ready.size + this.waiting.size
  }

  /** Whether a slot is free. Finding a worker for it is up to the owner. */
  get hasSlot(): boolean {
    return this.inFlight < this.limits.maxInFlight
  }

  /** Accepts a new call, or returns why not. */
  offer(call: Call): Admission {
    const { policy } = this.limits
    const waitsForKey = this.events.mustWait(call)
    const earlier = waitsForKey ? this.waitingForKey : this.waiting
    if (earlier.size === 0 && this.hasRoom(call, waitsForKey)) {
      this.admit(call)
      return 'pending'
    }
    if (policy === 'block') {
      if (this.blocked >= this.limits.maxBlocked) return 'max-blocked'
      call.state = BLOCKED
      earlier.push(call)
      return 'blocked'
    }
    const oldest = policy === 'drop-oldest' ? this.oldestPending() : null
    if (oldest !== null) {
      this.events.evicted(oldest)
      this.admit(call)
      return 'pending'
    }
    return policy === 'reject' ? 'queue-full' : 'dropped-latest'
  }

  /** Accepts the next blocked call if there is room. */
  admitNext(): boolean {
    return this.admitFrom(this.waiting) || this.admitFrom(this.waitingForKey)
  }

  /** The key of blocked calls is free, so they only wait for room now. `isFreed` selects them. */
  keyFreed(isFreed: (call: Call) => boolean): void {
    if (this.waitingForKey.size === 0) return
    for (const call of this.waitingForKey.calls()) {
      if (!isFreed(call)) continue
      this.waitingForKey.remove(call)
      this.waiting.insertInOrder(call)
      return
    }
  }

  /**
   * `heir` takes the place of `call` if that one waits here; `call` is then in no list. False if it does not
   * wait in a list of the queue, or of a lane.
   */
  replace(call: Call, heir: Call): boolean {
    const { list } = call
    if (call.state > HELD || list === null) return false
    heir.state = call.state
    if (list === this.delayed) {
      // It waited for nothing that its heir would have to wait for.
      this.delayed.remove(call)
      this.ready.insertInOrder(heir)
      return true
    }
    if (call.state === HELD) (list as LinkedList<Call>).replace(call, heir)
    else (this.listsOf(call) as PriorityLists).replace(call, heir)
    call.state = READY
    return true
  }

  /** `heir` takes the place of `call` on its worker; `call` is then in no list. */
  succeed(call: Call, heir: Call): void {
    if (call.state === AHEAD) {
      this.aheadOf[call.options.priority]--
      this.aheadOf[heir.options.priority]++
    }
    heir.state = call.state
    call.state = READY
  }

  /** The priority of a waiting call changes. Among the calls of its new priority, its age decides. */
  prioritize(call: Call, priority: PriorityIndex): void {
    const lists = call.state <= READY ? this.listsOf(call) : undefined
    const isAhead = call.state === AHEAD
    lists?.remove(call)
    if (isAhead) this.aheadOf[call.options.priority]--
    call.options = { ...call.options, priority }
    if (isAhead) this.aheadOf[priority]++
    lists?.insertInOrder(call)
  }

  /** An admitted call waits for an earlier one of its key, in a list of its owner. */
  hold(call: Call): void {
    call.state = HELD
    this.held++
  }

  /** The earlier one is over. */
  unhold(call: Call): void {
    call.state = READY
    this.held--
    this.ready.insertInOrder(call)
  }

  /** Puts an admitted call where {@link take} finds it. */
  makeReady(call: Call): void {
    this.ready.push(call)
  }

  /** The call that {@link take} would return: a ready call, or a more urgent one that waits for the room that the ready one leaves. */
  peek(): Call | null {
    const blocked = this.waiting.size > 0 ? this.waiting.peek() : null
    if (blocked === null || blocked.options.session || !this.ready.yieldsTo(blocked.options.priority))
      return this.ready.peek()
    return this.events.mustWait(blocked) ? this.ready.peek() : blocked
  }

  /** The priority of the most urgent ready call, or of one that would go before it although it waits for room. */
  get mostUrgent(): PriorityIndex | null {
    const [ready, next] = [this.ready.mostUrgent, this.peek()]
    return ready !== null && next?.state === BLOCKED ? next.options.priority : ready
  }

  /** The next call, which takes a slot. */
  take(): Call | null {
    if (!this.hasSlot) return null
    const call = this.takeNext()
    if (call === null) return null
    call.state = STARTING
    this.inFlight++
    return call
  }

  /** Like {@link take}, for a listed call that need not wait for what those before it wait for. */
  takeThis(call: Call): Call {
    this.listsOf(call)?.remove(call)
    if (call.state === BLOCKED) this.admit(call)
    this.listsOf(call)?.remove(call)
    call.state = STARTING
    this.inFlight++
    return call
  }

  /** The next call, to be handed to a busy worker. It stays pending. */
  takeAhead(): Call | null {
    const call = this.takeNext()
    if (call !== null) {
      call.state = AHEAD
      this.aheadOf[call.options.priority]++
    }
    return call
  }

  /** A call that was handed ahead gets the slot that its predecessor left. A call that has settled by then holds the slot, too. */
  giveSlot(call: Call): void {
    this.inFlight++
    if (call.state !== AHEAD) return
    this.aheadOf[call.options.priority]--
    call.state = STARTING
  }

  /** The handler of a call that holds a slot runs. */
  run(call: Call): void {
    call.state = RUNNING
  }

  /** It was presumed to run, but never did. */
  unrun(call: Call): void {
    if (call.state === RUNNING) call.state = STARTING
  }

  /** A call has left its worker. Until it is {@link putBack} or settled, it is in no list. */
  leave(call: Call, heldSlot: boolean): void {
    if (heldSlot) this.inFlight--
    if (call.state === SETTLED) return
    if (call.state === AHEAD) this.aheadOf[call.options.priority]--
    call.state = READY
  }

  /** A call that left its worker unsettled waits again, at its old place in the order. */
  putBack(call: Call): void {
    this.ready.putBack(call)
  }

  /** Whether it went before more urgent calls because its turn had come. */
  hadTurn(call: Call): boolean {
    return this.ready.hadTurn(call)
  }

  /** A call that left its worker is to run again, but not yet. It is pending until it is {@link resume}d. */
  delay(call: Call): void {
    this.ready.forget(call)
    this.delayed.push(call)
  }

  /** A ready call has to wait for a certain worker, until it is {@link resume}d. */
  setAside(call: Call): void {
    this.ready.remove(call)
    this.delayed.push(call)
  }

  isDelayed(call: Call): boolean {
    return call.list === this.delayed
  }

  resume(call: Call): void {
    this.delayed.remove(call)
    this.ready.insertInOrder(call)
  }

  /** Settles a waiting call. A slot that it holds stays taken until it leaves its worker. */
  settle(call: Call): void {
    if (call.state === AHEAD) this.aheadOf[call.options.priority]--
    else if (call.state === HELD) {
      this.held--
      ;(call.list as LinkedList<Call>).remove(call)
    } else if (this.isDelayed(call)) this.delayed.remove(call)
    else if (call.state <= READY) this.listsOf(call)?.remove(call)
    call.state = SETTLED
  }

  /** Every call that is blocked, ready or delayed, in order. */
  *waitingCalls(): Iterable<Call> {
    yield* this.ready.calls()
    yield* this.delayed
    yield* this.waiting.calls()
    yield* this.waitingForKey.calls()
  }

  /** The list of a blocked or ready call; undefined otherwise. */
  listsOf(call: Call): PriorityLists | undefined {
    return [this.ready, this.waiting, this.waitingForKey].find((lists) => lists.holds(call))
  }

  private takeNext(): Call | null {
    const next = this.waiting.size > 0 ? this.peek() : null
    if (next?.state !== BLOCKED) return this.ready.take()
    this.ready.passOver(next.options.priority)
    this.waiting.take()
    this.admit(next)
    this.ready.remove(next)
    return next
  }

  private admitFrom(lists: PriorityLists): boolean {
    for (;;) {
      const call = lists.peek()
      if (call === null || !this.hasRoom(call, lists === this.waitingForKey)) return false
      lists.take()
      if (lists === this.waitingForKey || !this.events.mustWait(call)) {
        this.admit(call)
        // The turns for which it was passed over while it was blocked count. The highest priority is never passed over.
        if (call.state === READY && call.options.priority !== HIGH) this.ready.remember(call)
        return true
      }
      // A call of its key arrived after it was blocked: it would fill the queue, and could not run.
      this.waitingForKey.insertInOrder(call)
    }
  }

  private hasRoom(call: Call, waitsForKey: boolean): boolean {
    const { policy, maxQueueDepth, maxInFlight } = this.limits
    // Callers would wait anyway: calls on their way to a worker do not fill the queue.
    const depth = policy === 'block' ? this.ready.size + this.held + this.delayed.size : this.pending
    if (depth < maxQueueDepth) return true
    // If all calls throw and run again later, this bounds them.
    if (waitsForKey || this.delayed.size + this.inFlight >= maxQueueDepth + maxInFlight) return false
    // It passes through the queue without waiting in it.
    return this.hasSlot && this.ready.size === 0 && this.ahead === 0 && this.events.canStart(call)
  }

  /** The call that `drop-oldest` evicts: the oldest of the lowest priority, including those that wait for their key. */
  private oldestPending(): Call | null {
    const ready = this.ready.oldestOfLowest()
    const held = this.held > 0 ? this.events.oldestHeld() : null
    if (ready === null || held === null) return ready ?? held
    if (ready.options.priority !== held.options.priority)
      return ready.options.priority > held.options.priority ? ready : held
    return ready.runId < held.runId ? ready : held
  }

  private admit(call: Call): void {
    call.state = READY
    this.events.admitted(call)
  }
}

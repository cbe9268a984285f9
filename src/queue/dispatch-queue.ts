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
  /** Pending calls that wait for an earlier one of their key, oldest first; in what order they go, their lanes decide. */
  private held = 0
  /** Pending calls that are to run again, and not yet, or that wait for a certain worker. */
  private readonly delayed = new LinkedList<Call>()
  private readonly waiting = new PriorityLists(this.patience)
  /** Blocked calls that would wait for their key even if there was room: they stand in nobody's way. */
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

  /** Calls that could run now, had they a worker: those that are ready, and those whose callers wait for room. */
  get waitingCount(): number {
    return this.ready.size + this.waiting.size
  }

  /** Whether a slot is free; a worker for it is the owner's affair. */
  get hasSlot(): boolean {
    return this.inFlight < this.limits.maxInFlight
  }

  /** Takes a new call in, or says why not. */
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

  /** The key of blocked calls is free: they wait for room alone now. `isFreed` tells which they are. */
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
   * `heir` stands from now on where `call` stood, if that one waits here; `call` is then nowhere. False when it does not
   * wait in a list of the queue, or of a lane.
   */
  replace(call: Call, heir: Call): boolean {
    const { list } = call
    if (call.state > HELD || list === null) return false
    heir.state = call.state
    if (list === this.delayed) {
      // It has waited for nothing that its heir would have to wait for.
      this.delayed.remove(call)
      this.ready.insertInOrder(heir)
      return true
    }
    if (call.state === HELD) (list as LinkedList<Call>).replace(call, heir)
    else (this.listsOf(call) as PriorityLists).replace(call, heir)
    call.state = READY
    return true
  }

  /** `heir` is from now on what `call` was on its worker; `call` is then nowhere. */
  succeed(call: Call, heir: Call): void {
    if (call.state === AHEAD) {
      this.aheadOf[call.options.priority]--
      this.aheadOf[heir.options.priority]++
    }
    heir.state = call.state
    call.state = READY
  }

  /** A call that waits becomes more or less urgent: among the calls of its new priority it stands by its age. */
  prioritize(call: Call, priority: PriorityIndex): void {
    const lists = call.state <= READY ? this.listsOf(call) : undefined
    const isAhead = call.state === AHEAD
    lists?.remove(call)
    if (isAhead) this.aheadOf[call.options.priority]--
    call.options = { ...call.options, priority }
    if (isAhead) this.aheadOf[priority]++
    lists?.insertInOrder(call)
  }

  /** An admitted call waits for an earlier one of its key, in a list of its owner's. */
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

  /** The call that {@link take} would give: of those that are ready, or a more urgent one that waits for the room which that one leaves. */
  peek(): Call | null {
    const blocked = this.waiting.size > 0 ? this.waiting.peek() : null
    if (blocked === null || blocked.options.session || !this.ready.yieldsTo(blocked.options.priority))
      return this.ready.peek()
    return this.events.mustWait(blocked) ? this.ready.peek() : blocked
  }

  /** The priority of the most urgent call that is ready, or of one that would go before it though it waits for room. */
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

  /** As {@link take}, of a call that is listed and need not wait for what those before it wait for. */
  takeThis(call: Call): Call {
    this.listsOf(call)?.remove(call)
    if (call.state === BLOCKED) this.admit(call)
    this.listsOf(call)?.remove(call)
    call.state = STARTING
    this.inFlight++
    return call
  }

  /** The next call, to be handed to a busy worker; it stays pending. */
  takeAhead(): Call | null {
    const call = this.takeNext()
    if (call !== null) {
      call.state = AHEAD
      this.aheadOf[call.options.priority]++
    }
    return call
  }

  /** A call that was handed ahead gets the slot that its predecessor left; one that was settled meanwhile holds it, too. */
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

  /** It was presumed to run, and never did. */
  unrun(call: Call): void {
    if (call.state === RUNNING) call.state = STARTING
  }

  /** A call has left its worker. Until it is {@link putBack} or settled it is nowhere. */
  leave(call: Call, heldSlot: boolean): void {
    if (heldSlot) this.inFlight--
    if (call.state === SETTLED) return
    if (call.state === AHEAD) this.aheadOf[call.options.priority]--
    call.state = READY
  }

  /** A call that has left its worker unsettled waits again, at its old place in the order. */
  putBack(call: Call): void {
    this.ready.putBack(call)
  }

  /** Whether it went before more urgent calls because it was its turn. */
  hadTurn(call: Call): boolean {
    return this.ready.hadTurn(call)
  }

  /** A call that has left its worker is to run again, and not yet: it is pending until it is {@link resume}d. */
  delay(call: Call): void {
    this.ready.forget(call)
    this.delayed.push(call)
  }

  /** One that is ready is to wait for a certain worker, until it is {@link resume}d. */
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

  /** Settles a call, wherever it waits; a slot that it holds stays taken until it leaves its worker. */
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

  /** Where it stands that is blocked or ready; nowhere otherwise. */
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
        // How often it was passed over while it was blocked counts. Nothing passes the highest priority over.
        if (call.state === READY && call.options.priority !== HIGH) this.ready.remember(call)
        return true
      }
      // A call of its key has come before it since it was blocked: it would fill the queue, and could not run.
      this.waitingForKey.insertInOrder(call)
    }
  }

  private hasRoom(call: Call, waitsForKey: boolean): boolean {
    const { policy, maxQueueDepth, maxInFlight } = this.limits
    // Callers would wait anyway: what is on its way to a worker does not fill the queue.
    const depth = policy === 'block' ? this.ready.size + this.held + this.delayed.size : this.pending
    if (depth < maxQueueDepth) return true
    // Where all calls throw and run again later, they have a bound.
    if (waitsForKey || this.delayed.size + this.inFlight >= maxQueueDepth + maxInFlight) return false
    // It passes through the queue without waiting in it.
    return this.hasSlot && this.ready.size === 0 && this.ahead === 0 && this.events.canStart(call)
  }

  /** What `drop-oldest` evicts: the oldest of the lowest priority, among those that wait for their key, too. */
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

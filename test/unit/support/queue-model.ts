/** Drives a DispatchQueue and, beside it, a model of plain arrays; each step checks that both agree. */
import {
  AHEAD,
  BLOCKED,
  type Call,
  HELD,
  HIGH,
  LOW,
  NORMAL,
  type PriorityIndex,
  READY,
  RUNNING,
  SETTLED,
  STARTING,
} from '../../../src/call/call.ts'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import type { Admission, QueueLimits } from '../../../src/queue/queue-events.ts'
import { LinkedList } from '../../../src/lib/linked-list.ts'
import { makeCall } from './calls.ts'
import { ensure } from './ensure.ts'

/** How often a lower priority may be passed over before it is its turn. */
const PATIENCE = 8
const PRIORITIES = [HIGH, NORMAL, LOW] as const

/** A list of calls by priority, first in, first out within one. */
class Lists {
  calls: Call[] = []
  /** How often a priority was passed over since it last had a turn. */
  private readonly passed: [number, number, number] = [0, 0, 0]
  /** The same, of calls that were taken, when they were. */
  private readonly passedOf: Map<Call, number>

  constructor(passedOf: Map<Call, number>) {
    this.passedOf = passedOf
  }

  /** Checks that `taken` is one that may go first, and takes it. */
  take(taken: Call): void {
    const { priority } = taken.options
    const waiting = PRIORITIES.filter((each) => this.calls.some((call) => call.options.priority === each))
    ensure(taken === oldest(this.calls, priority), 'first in, first out', taken.id)
    ensure(priority === waiting[0] || this.passed[priority] >= PATIENCE, 'the higher goes first', taken.id)
    this.passedOf.set(taken, this.passed[priority])
    this.passed[priority] = 0
    for (const each of waiting) if (each > priority) this.passed[each]++
    // Two lower priorities may be due at once; more than that is starvation.
    ensure(Math.max(...this.passed) <= PATIENCE + 2, 'nobody waits forever', this.passed)
    this.remove(taken)
  }

  /** It was taken, and did not run. */
  putBack(call: Call): void {
    this.calls.push(call)
    this.remember(call)
  }

  /** It comes from where it was taken. */
  remember(call: Call): void {
    const { priority } = call.options
    this.passed[priority] = Math.max(this.passed[priority], this.passedOf.get(call) ?? 0)
    this.passedOf.delete(call)
  }

  /** It has run. */
  forget(call: Call): void {
    this.passedOf.delete(call)
  }

  remove(call: Call): void {
    this.calls = this.calls.filter((each) => each !== call)
  }

  /** Whether all that is here, and whose turn it is, is less urgent. */
  yieldsTo(priority: PriorityIndex | undefined): boolean {
    const { due } = this
    return priority !== undefined && due !== undefined && due > priority && this.passed[due] < PATIENCE
  }

  /** Whose turn it is. */
  get due(): PriorityIndex | undefined {
    const here = PRIORITIES.filter((each) => this.calls.some((call) => call.options.priority === each))
    return here.toReversed().find((each) => this.passed[each] >= PATIENCE) ?? here[0]
  }

  /** A call from elsewhere has gone first. */
  passOver(priority: PriorityIndex): void {
    for (const each of PRIORITIES)
      if (each > priority && this.calls.some((call) => call.options.priority === each)) this.passed[each]++
    ensure(Math.max(...this.passed) <= PATIENCE + 2, 'nobody waits forever', this.passed)
  }
}

export class QueueModel {
  readonly queue: DispatchQueue
  private readonly limits: QueueLimits
  private readonly passedOf = new Map<Call, number>()
  private readonly ready = new Lists(this.passedOf)
  private readonly waiting = new Lists(this.passedOf)
  /** Blocked calls whose key is taken. */
  private readonly waitingForKey = new Lists(new Map())
  /** Admitted calls whose key is taken; in the order in which they came. */
  private held: Call[] = []
  private readonly lane = new LinkedList<Call>()
  private readonly keyed = new Set<Call>()
  private ahead: Call[] = []
  private delayed: Call[] = []
  /** Who holds a slot; a call that was cancelled holds it until it is finished. */
  private running: Call[] = []
  private canStart = true

  constructor(limits: QueueLimits) {
    this.limits = limits
    this.queue = new DispatchQueue(limits, {
      admitted: (call) => {
        if (!this.keyed.has(call)) {
          this.queue.makeReady(call)
          return
        }
        this.queue.hold(call)
        this.lane.push(call)
      },
      mustWait: (call) => this.keyed.has(call),
      canStart: () => this.canStart,
      oldestHeld: () => oldest(this.held, this.lowest(this.held)) ?? null,
      evicted: (call) => {
        const pending = [...this.ready.calls, ...this.held]
        ensure(call === oldest(pending, this.lowest(pending)), 'evicts the oldest of the lowest', call.id)
        this.settle(call)
      },
    })
  }

  offer(call: Call, canStart: boolean, waitsForKey = false): void {
    this.canStart = canStart
    if (waitsForKey) this.keyed.add(call)
    const expected = this.foresee(waitsForKey)
    const admission = this.queue.offer(call)
    ensure(admission === expected, 'admission', admission, expected)
    this.canStart = true
    if (expected === 'pending') this.admitted(call)
    else if (expected === 'blocked') this.blockedLists(waitsForKey).calls.push(call)
  }

  take(): Call | undefined {
    const taken = this.queue.take()
    const isDue = this.running.length < this.limits.maxInFlight && this.ready.calls.length > 0
    ensure((taken !== null) === isDue, 'takes while there are slots')
    if (taken === null) return undefined
    this.takeNext(taken)
    this.running.push(taken)
    return taken
  }

  takeAhead(): void {
    const next = this.queue.peek()
    const taken = this.queue.takeAhead()
    ensure(taken === next, 'peek tells what is taken')
    ensure((taken !== null) === this.ready.calls.length > 0, 'takes what is ready')
    if (taken === null) return
    this.takeNext(taken)
    this.ahead.push(taken)
  }

  /** It was ready, or waited for room, and is more urgent than all that is ready. */
  private takeNext(taken: Call): void {
    const isBlocked = this.waiting.calls.includes(taken)
    ensure(this.ready.yieldsTo(this.waiting.due) === isBlocked, 'the most urgent goes first', taken.id)
    if (!isBlocked) {
      this.ready.take(taken)
      return
    }
    this.ready.passOver(taken.options.priority)
    this.waiting.take(taken)
  }

  /** What waits for room alone comes first. */
  admitNext(): void {
    const canGo = [false, true].map(
      (forKey) => this.blockedLists(forKey).calls.length > 0 && this.hasRoom(forKey),
    )
    const blocked = [...this.waiting.calls, ...this.waitingForKey.calls]
    ensure(this.queue.admitNext() === canGo.includes(true), 'admits while there is room')
    if (!canGo.includes(true)) return
    const [admitted, ...more] = blocked.filter((call) => call.state !== BLOCKED)
    ensure(admitted !== undefined && more.length === 0, 'admits one')
    this.blockedLists(canGo[0] !== true).take(admitted)
    this.admitted(admitted)
    if (admitted.state === READY) this.ready.remember(admitted)
  }

  /** The earlier call of the key is over. */
  unhold(): void {
    const call = this.lane.shift()
    if (call === null) {
      this.keyFreed()
      return
    }
    this.keyed.delete(call)
    this.held = this.held.filter((each) => each !== call)
    this.queue.unhold(call)
    this.ready.calls.push(call)
  }

  startAhead(which: number): void {
    const call = this.ahead[which % this.ahead.length]
    // It takes the slot that its predecessor has left.
    if (!call || this.running.length >= this.limits.maxInFlight) return
    this.queue.giveSlot(call)
    ensure(call.state === STARTING, 'has a slot', call.id)
    this.ahead = this.ahead.filter((each) => each !== call)
    this.running.push(call)
  }

  start(which: number): void {
    const call = this.running.filter(({ state }) => state === STARTING)[which]
    if (call) this.queue.run(call)
  }

  returnAhead(which: number): void {
    const call = this.ahead[which % this.ahead.length]
    if (!call) return
    this.queue.leave(call, false)
    this.queue.putBack(call)
    this.ahead = this.ahead.filter((each) => each !== call)
    this.ready.putBack(call)
  }

  requeue(which: number): void {
    const open = this.running.filter(({ state }) => state !== SETTLED)
    const call = open[which % open.length]
    if (!call) return
    this.queue.leave(call, true)
    this.queue.putBack(call)
    this.running = this.running.filter((each) => each !== call)
    this.ready.putBack(call)
  }

  /** A handler has ended: its slot is free. */
  finish(which: number): void {
    const call = this.running[which % this.running.length]
    if (!call) return
    this.queue.leave(call, true)
    if (call.state !== SETTLED) this.settle(call)
    this.running = this.running.filter((each) => each !== call)
  }

  /** A call is cancelled, wherever it is. */
  remove(which: number): void {
    const open = [...this.waits, ...this.ahead, ...this.delayed, ...this.running].filter(
      ({ state }) => state !== SETTLED,
    )
    const call = open[which % open.length]
    if (call) this.settle(call)
  }

  /** A newer call takes the place of one that waits. */
  replace(which: number): void {
    const waits = [...this.waits, ...this.delayed]
    const call = waits[which % waits.length]
    if (!call) return
    if (this.delayed.includes(call)) {
      // Its heir has nothing to wait for.
      this.delayed = this.delayed.filter((each) => each !== call)
      this.ready.calls.push(call)
    }
    const heir = makeCall(call.id + 0.001, call.options.priority)
    if (this.keyed.has(call)) this.keyed.add(heir)
    const { state } = call
    ensure(this.queue.replace(call, heir), 'replaces what waits', call.id)
    ensure(heir.state === state, 'stands where it stood', call.id)
    for (const lists of [this.ready, this.waiting, this.waitingForKey])
      lists.calls = lists.calls.map((each) => (each === call ? heir : each))
    this.held = this.held.map((each) => (each === call ? heir : each))
    this.queue.settle(call)
  }

  /** A call that has left its worker is to run again later. */
  delay(which: number): void {
    const open = this.running.filter(({ state }) => state !== SETTLED)
    const call = open[which % open.length]
    if (!call) return
    this.queue.leave(call, true)
    this.queue.delay(call)
    this.ready.forget(call)
    this.running = this.running.filter((each) => each !== call)
    this.delayed.push(call)
  }

  /** Its time has come. */
  resume(which: number): void {
    const call = this.delayed[which % this.delayed.length]
    if (!call) return
    this.queue.resume(call)
    this.delayed = this.delayed.filter((each) => each !== call)
    this.ready.calls.push(call)
  }

  /** A call that waits becomes more or less urgent; once it holds a slot, nobody asks. */
  prioritize(which: number, priority: PriorityIndex): void {
    const open = [...this.waits, ...this.ahead, ...this.delayed]
    const call = open[which % open.length]
    if (!call) return
    const { state } = call
    this.queue.prioritize(call, priority)
    ensure(call.state === state && call.options.priority === priority, 'stays in its place', call.id)
  }

  check(): void {
    const { queue, limits, ready, waiting, waitingForKey } = this
    const blocked = [...waiting.calls, ...waitingForKey.calls]
    ensure(queue.inFlight === this.running.length, 'in flight', queue.inFlight, this.running.length)
    ensure(queue.pending === this.pending, 'pending', queue.pending, this.pending)
    ensure(queue.ahead === this.ahead.length, 'ahead', queue.ahead, this.ahead.length)
    for (const priority of PRIORITIES) {
      const count = this.ahead.filter(({ options }) => options.priority === priority).length
      ensure(queue.aheadOf[priority] === count, 'ahead, of a priority', priority, count)
    }
    ensure(queue.blocked === blocked.length, 'blocked', queue.blocked, blocked.length)
    ensure(queue.inFlight <= limits.maxInFlight, 'maxInFlight')
    ensure(queue.blocked <= (limits.policy === 'block' ? limits.maxBlocked : 0), 'maxBlocked')
    const listed = [...queue.waitingCalls()]
    const places = new Set(listed)
    const { delayed } = this
    ensure(listed.length === ready.calls.length + blocked.length + delayed.length, 'each call in one place')
    for (const call of [...ready.calls, ...blocked, ...delayed])
      ensure(places.has(call), 'no call is lost', call.id)
    for (const call of delayed) ensure(queue.isDelayed(call) && call.state === READY, 'state', call.id)
    for (const call of ready.calls) ensure(call.state === READY, 'state', call.id)
    for (const call of this.ahead) ensure(call.state === AHEAD, 'state', call.id)
    for (const call of this.held) ensure(call.state === HELD, 'state', call.id)
    for (const call of blocked) ensure(call.state === BLOCKED, 'state', call.id)
    for (const { state, id } of this.running)
      ensure(
        [STARTING, RUNNING, SETTLED].some((each) => each === state),
        'state',
        id,
      )
  }

  private get waits(): Call[] {
    return [...this.ready.calls, ...this.held, ...this.waiting.calls, ...this.waitingForKey.calls]
  }

  private get pending(): number {
    return this.ready.calls.length + this.ahead.length + this.held.length + this.delayed.length
  }

  private keyFreed(): void {
    const [first] = this.waitingForKey.calls.toSorted(
      (a, b) => a.options.priority - b.options.priority || a.id - b.id,
    )
    this.queue.keyFreed(() => true)
    if (first === undefined) return
    this.keyed.delete(first)
    this.waitingForKey.remove(first)
    this.waiting.calls.push(first)
  }

  private blockedLists(forKey: boolean): Lists {
    return forKey ? this.waitingForKey : this.waiting
  }

  private admitted(call: Call): void {
    if (this.keyed.has(call)) this.held.push(call)
    else this.ready.calls.push(call)
  }

  /** There is room, or the call passes through without waiting. */
  private hasRoom(waitsForKey: boolean): boolean {
    const { maxQueueDepth, maxInFlight, policy } = this.limits
    // Callers would wait anyway: what is on its way to a worker does not fill the queue.
    const depth = policy === 'block' ? this.pending - this.ahead.length : this.pending
    return (
      depth < maxQueueDepth ||
      (!waitsForKey &&
        this.ready.calls.length + this.ahead.length === 0 &&
        this.running.length < maxInFlight &&
        // What threw comes back, and has a bound.
        this.delayed.length + this.running.length < maxQueueDepth + maxInFlight &&
        this.canStart)
    )
  }

  private foresee(waitsForKey: boolean): Admission {
    const { policy, maxBlocked } = this.limits
    if (this.blockedLists(waitsForKey).calls.length === 0 && this.hasRoom(waitsForKey)) return 'pending'
    if (policy === 'block')
      return this.waiting.calls.length + this.waitingForKey.calls.length < maxBlocked
        ? 'blocked'
        : 'max-blocked'
    if (policy === 'reject') return 'queue-full'
    return policy === 'drop-oldest' && this.ready.calls.length + this.held.length > 0
      ? 'pending'
      : 'dropped-latest'
  }

  private lowest(calls: readonly Call[]): number {
    return Math.max(...calls.map(({ options }) => options.priority))
  }

  private settle(call: Call): void {
    this.queue.settle(call)
    for (const lists of [this.ready, this.waiting, this.waitingForKey]) lists.remove(call)
    this.held = this.held.filter((each) => each !== call)
    this.ahead = this.ahead.filter((each) => each !== call)
    this.delayed = this.delayed.filter((each) => each !== call)
  }
}

function oldest(calls: readonly Call[], priority: number | undefined): Call | undefined {
  const peers = calls.filter(({ options }) => options.priority === priority)
  return peers.reduce<Call | undefined>(
    (first, call) => (first && first.id < call.id ? first : call),
    undefined,
  )
}

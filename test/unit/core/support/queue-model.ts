/** Drives a DispatchQueue and, beside it, a model of plain arrays; each step checks that both agree. */
import {
  BLOCKED,
  type Call,
  HIGH,
  IN_FLIGHT,
  LOW,
  NORMAL,
  PENDING,
  SETTLED,
} from '../../../../src/call/call.ts'
import { type Admission, DispatchQueue, type QueueLimits } from '../../../../src/queue/dispatch-queue.ts'
import { ensure } from './ensure.ts'

/** How often a lower priority may be passed over before it is its turn. */
const PATIENCE = 8
const PRIORITIES = [HIGH, NORMAL, LOW] as const

/** A list of calls by priority, first in, first out within one. */
class Lists {
  calls: Call[] = []
  /** How often a priority was passed over since it last had a turn. */
  private readonly passed: [number, number, number] = [0, 0, 0]

  /** Checks that `taken` is one that may go first, and takes it. */
  take(taken: Call): void {
    const { priority } = taken.options
    const waiting = PRIORITIES.filter((each) => this.calls.some((call) => call.options.priority === each))
    ensure(taken === oldest(this.calls, priority), 'first in, first out', taken.id)
    ensure(priority === waiting[0] || this.passed[priority] >= PATIENCE, 'the higher goes first', taken.id)
    this.passed[priority] = 0
    for (const each of waiting) if (each > priority) this.passed[each]++
    // Two lower priorities may be due at once; more than that is starvation.
    ensure(Math.max(...this.passed) <= PATIENCE + 2, 'nobody waits for ever', this.passed)
    this.remove(taken)
  }

  remove(call: Call): void {
    this.calls = this.calls.filter((each) => each !== call)
  }
}

export class QueueModel {
  readonly queue: DispatchQueue
  private readonly limits: QueueLimits
  private readonly ready = new Lists()
  private readonly waiting = new Lists()
  private ahead: Call[] = []
  /** Who holds a slot; a call that was cancelled holds it until it is finished. */
  private running: Call[] = []
  private canStart = true

  constructor(limits: QueueLimits) {
    this.limits = limits
    this.queue = new DispatchQueue(limits, {
      admitted: (call) => {
        this.queue.makeReady(call)
      },
      canStart: () => this.canStart,
      evicted: (call) => {
        const lowest = Math.max(...this.ready.calls.map(({ options }) => options.priority))
        ensure(call === oldest(this.ready.calls, lowest), 'evicts the oldest of the lowest', call.id)
        this.settle(call)
      },
    })
  }

  offer(call: Call, canStart: boolean): void {
    this.canStart = canStart
    const expected = this.foresee()
    const admission = this.queue.offer(call)
    ensure(admission === expected, 'admission', admission, expected)
    this.canStart = true
    if (expected === 'pending') this.ready.calls.push(call)
    else if (expected === 'blocked') this.waiting.calls.push(call)
  }

  take(): Call | undefined {
    const taken = this.queue.take()
    const isDue = this.running.length < this.limits.maxInFlight && this.ready.calls.length > 0
    ensure((taken !== null) === isDue, 'takes while there are slots')
    if (taken === null) return undefined
    this.ready.take(taken)
    this.running.push(taken)
    return taken
  }

  takeAhead(): void {
    const next = this.queue.peek()
    const taken = this.queue.takeAhead()
    ensure(taken === next, 'peek tells what is taken')
    ensure((taken !== null) === this.ready.calls.length > 0, 'takes what is ready')
    if (taken === null) return
    this.ready.take(taken)
    this.ahead.push(taken)
  }

  admitNext(): void {
    const [first] = this.waiting.calls
    const hasRoom = first !== undefined && this.hasRoom
    ensure(this.queue.admitNext() === hasRoom, 'admits while there is room')
    if (!hasRoom) return
    const [admitted, ...more] = this.waiting.calls.filter((call) => call.state === PENDING)
    ensure(admitted !== undefined && more.length === 0, 'admits one')
    this.waiting.take(admitted)
    this.ready.calls.push(admitted)
  }

  startAhead(which: number): void {
    const call = this.ahead[which % this.ahead.length]
    // It takes the slot that its predecessor has left.
    if (!call || this.running.length >= this.limits.maxInFlight) return
    this.queue.startAhead(call)
    this.ahead = this.ahead.filter((each) => each !== call)
    this.running.push(call)
  }

  returnAhead(which: number): void {
    const call = this.ahead[which % this.ahead.length]
    if (!call) return
    this.queue.returnAhead(call)
    this.ahead = this.ahead.filter((each) => each !== call)
    this.ready.calls.push(call)
  }

  requeue(which: number): void {
    const open = this.running.filter(({ state }) => state === IN_FLIGHT)
    const call = open[which % open.length]
    if (!call) return
    this.queue.requeue(call)
    this.running = this.running.filter((each) => each !== call)
    this.ready.calls.push(call)
  }

  /** A handler has ended: its slot is free. */
  finish(which: number): void {
    const call = this.running[which % this.running.length]
    if (!call) return
    if (call.state !== SETTLED) this.settle(call)
    this.queue.release()
    this.running = this.running.filter((each) => each !== call)
  }

  /** A call is cancelled, wherever it is. */
  remove(which: number): void {
    const all = [...this.ready.calls, ...this.waiting.calls, ...this.ahead, ...this.running]
    const open = all.filter(({ state }) => state !== SETTLED)
    const call = open[which % open.length]
    if (call) this.settle(call)
  }

  check(): void {
    const { queue, limits, ready, waiting } = this
    ensure(queue.inFlight === this.running.length, 'in flight', queue.inFlight, this.running.length)
    ensure(queue.pending === this.pending, 'pending', queue.pending, this.pending)
    ensure(queue.blocked === waiting.calls.length, 'blocked', queue.blocked, waiting.calls.length)
    ensure(queue.inFlight <= limits.maxInFlight, 'maxInFlight')
    ensure(queue.blocked <= (limits.policy === 'block' ? limits.maxBlocked : 0), 'maxBlocked')
    const held = [...queue.waitingCalls()]
    const places = new Set(held)
    ensure(held.length === ready.calls.length + waiting.calls.length, 'each call in one place')
    for (const call of [...ready.calls, ...waiting.calls])
      ensure(places.has(call), 'no call is lost', call.id)
    for (const call of [...ready.calls, ...this.ahead]) ensure(call.state === PENDING, 'state', call.id)
    for (const call of waiting.calls) ensure(call.state === BLOCKED, 'state', call.id)
  }

  private get pending(): number {
    return this.ready.calls.length + this.ahead.length
  }

  /** There is room, or the call passes through without waiting. */
  private get hasRoom(): boolean {
    const { maxQueueDepth, maxInFlight } = this.limits
    return (
      this.pending < maxQueueDepth ||
      (this.pending === 0 && this.running.length < maxInFlight && this.canStart)
    )
  }

  private foresee(): Admission {
    const { policy, maxBlocked } = this.limits
    if (policy === 'block' && this.waiting.calls.length > 0)
      return this.waiting.calls.length < maxBlocked ? 'blocked' : 'max-blocked'
    if (this.hasRoom) return 'pending'
    if (policy === 'block') return maxBlocked > 0 ? 'blocked' : 'max-blocked'
    if (policy === 'reject') return 'rejected'
    return policy === 'drop-oldest' && this.ready.calls.length > 0 ? 'pending' : 'dropped-latest'
  }

  private settle(call: Call): void {
    this.queue.remove(call)
    call.state = SETTLED
    this.ready.remove(call)
    this.waiting.remove(call)
    this.ahead = this.ahead.filter((each) => each !== call)
  }
}

function oldest(calls: readonly Call[], priority: number | undefined): Call | undefined {
  const peers = calls.filter(({ options }) => options.priority === priority)
  return peers.reduce<Call | undefined>(
    (first, call) => (first && first.id < call.id ? first : call),
    undefined,
  )
}

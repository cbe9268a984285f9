/** What one worker has been given: which calls hold its slots, which were handed ahead, which are not posted yet. */
import type { Call, CallPlace, CallSession } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import { Claims } from './claims.ts'

export abstract class HeldCalls implements CallPlace {
  readonly index: number
  /** Handlers that may run at once. */
  slots: number
  /** Slots taken. */
  running = 0
  /** What its worker holds, by wire id, in the order of sending. */
  readonly held: Map<number, Call> = new Map()
  /** Of those, the ones that were handed ahead and are not known to have started. */
  readonly ahead: LinkedList<Call> = new LinkedList()
  /** Sessions whose calls run here. */
  readonly sessions: Set<CallSession> = new Set()
  /** It is kept for a session: no other calls come here. */
  isReserved = false
  /** Calls that have run here. */
  served = 0
  /** Another one may be up in its place, though it may get some more calls. */
  isLeaving = false
  /** It gets no more calls, and is stopped for this reason when those that it has are over. */
  retiring: 'max-calls' | 'resized' | null = null
  /** How long those that are ahead are expected to take, in ms. */
  aheadMs = 0
  readonly claims: Claims
  /** Of those, by wire id, the ones that are not posted yet. */
  protected readonly outbox: Set<number> = new Set()
  /** Of what is held, how many calls the worker has been sent. */
  protected posted = 0
  /** The claim of what was handed ahead in this turn, where locks make claims. */
  protected turnClaim = 0

  constructor(index: number, slots: number, sharesMemory = true) {
    this.index = index
    this.slots = slots
    this.claims = new Claims(sharesMemory)
  }

  /** Tells it from every other worker, before or after. */
  get life(): string {
    return this.claims.base
  }

  get isFull(): boolean {
    return this.running >= this.slots
  }

  /** Gives the worker a call: posted together with the others of this turn, once the worker is ready. */
  add(call: Call): void {
    call.handedAhead = false
    call.place = this
    call.workerIndex = this.index
    this.held.set(call.runId, call)
    this.outbox.add(call.runId)
  }

  /** Gives a busy worker a call that it is to run after what it has. */
  addAhead(call: Call, expectedMs: number): void {
    this.add(call)
    call.handedAhead = true
    call.expectedMs = expectedMs
    this.aheadMs += expectedMs
    this.ahead.push(call)
  }

  /** From now on both sides claim the call. By locks, what is handed ahead in one turn is claimed as one. */
  protected claim(call: Call): void {
    call.claim = this.turnClaim || this.claims.open()
    if (this.claims.words === null) this.turnClaim = call.claim
  }

  /** The call has the slot that its predecessor left. */
  takeFromAhead(call: Call): void {
    if (call.list !== this.ahead) return
    this.ahead.remove(call)
    this.aheadMs = this.ahead.size === 0 ? 0 : this.aheadMs - call.expectedMs
  }

  /** The call is not the worker's any more, whatever the reason. */
  release(call: Call): void {
    if (call.isPosted) this.posted--
    else this.outbox.delete(call.runId)
    if (this.held.get(call.runId) === call) this.held.delete(call.runId)
    this.takeFromAhead(call)
    if (call.claim !== 0) this.claims.close(call.claim)
    call.claim = 0
    call.place = null
    call.isPosted = false
  }

  /** A call is from now on what another one was here, under the same wire id. */
  replace(call: Call, heir: Call): void {
    this.held.set(heir.runId, heir)
    if (call.list !== this.ahead) return
    heir.expectedMs = call.expectedMs
    this.ahead.replace(call, heir)
  }
}

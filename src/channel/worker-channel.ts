/**
 * One worker, as its task sees it: its state, and the calls that hold its slots, were handed ahead, or are not posted yet. The
 * code that talks to it is its link, which loads with the first worker.
 */
import type { Call, CallPlace, CallSession } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import type { SharedSnapshot } from '../types/snapshot.ts'

/** How it ended: the handler's error, if it threw, or what happened to its worker. */
export type Saved = { readonly error: unknown } | undefined

/** The code that talks to a worker. */
export interface Link {
  /** A stream of a result is still being filled. */
  readonly hasOpenStreams: boolean
  /** What its `setup` last reported, while it starts. */
  readonly startProgress: unknown
  /** How long its `setup` took, in ms. */
  readonly setupMs: number | undefined
  /** It can be asked to save its state. */
  readonly hasCheckpoint: boolean
  /** For an engine that pages share: this page's role. */
  readonly shared: SharedSnapshot | undefined
  /** The page that hosted the worker is gone. */
  readonly isHostLost: boolean
  /** Whether calls that were handed ahead can be taken back from a stuck worker. */
  readonly areClaimsSafe: boolean
  /** Whether it is still open if the worker gives back what it was asked for: what goes there now might overtake that. */
  readonly owesCalls: boolean
  /** Fulfilled when the worker is gone. */
  readonly ended: Promise<void>
  /** Creates the worker. The factory is user code, and may call anything in that time. */
  make(): void
  /** It did not answer in time. */
  startTimedOut(ms: number): void
  /** Posts what the worker was given in this turn. */
  flush(): void
  /** Tells it how many handlers it may run at once. */
  open(slots: number): void
  /** Takes back a call that was handed ahead: true if the worker will not run it. */
  take(claim: number): boolean
  /** Whether the worker has claimed a call, and runs it. */
  isRunning(claim: number): boolean
  /** The call has left the worker. */
  closeClaim(claim: number): void
  /** Takes back calls that were handed ahead and that the worker has not claimed: now, or once that is known. */
  takeBack(calls: readonly Call[]): void
  /** Asks the worker to stop a call; its reply frees the slot. */
  cancel(call: Call, reason: unknown, isRunning: boolean): void
  /** Shows a running synchronous loop that its call was aborted. */
  raiseFlag(call: Call): void
  /** Tells the producer of a stream how much room there is. */
  grant(call: Call, items: number): void
  /** Makes the worker save its state. Never rejects. */
  checkpoint(): Promise<Saved>
  /** The worker was found dead. */
  die(seen: string): void
  /** From now on, it is as slow as on a machine that takes this many times as long; false in production. */
  slowDown(factor: number): boolean
  /** Ends the worker: at once, or after its teardown where it has one and `isOrderly` is set. */
  close(isOrderly: boolean): void
}

export class WorkerChannel implements CallPlace {
  readonly index: number
  /** Handlers that may run at once. */
  slots: number
  /** It has to be started although no call waits for it. */
  readonly isWanted: boolean
  /** Null until the worker is created. */
  link: Link | null = null
  state: 'starting' | 'ready' | 'closed' = 'starting'
  /** Distinguishes it from every other worker, before or after. */
  readonly life: string = `atelier:${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`
  /** When the factory was called for its worker; negative before. */
  madeAt = -1
  /** Since when it has had nothing to do. */
  idleSince = 0
  /** When it last replied, or was ready. */
  repliedAt = 0
  /** Calls were taken back from it because others had nothing to do, and it has not replied since. */
  isStuck = false
  methods: readonly string[] = []
  /** Slots taken. */
  running = 0
  /** What its worker holds, by wire id, in the order of sending. */
  readonly held: Map<number, Call> = new Map()
  /** The held calls that were handed ahead and are not known to have started. */
  readonly ahead: LinkedList<Call> = new LinkedList()
  /** The held calls that are not posted yet, by wire id. */
  readonly outbox: Set<number> = new Set()
  /** How many of the held calls were sent to the worker. */
  posted = 0
  /** Sessions whose calls run here. */
  readonly sessions: Set<CallSession> = new Set()
  /** It is reserved for a session: no other calls run here. */
  isReserved = false
  /** Calls that have run here. */
  served = 0
  /** Another worker may start in its place, although it may get some more calls. */
  isLeaving = false
  /** It gets no more calls, and is stopped for this reason after its last one. */
  retiring: 'max-calls' | 'resized' | null = null
  /** How long the calls that are ahead are expected to take, in ms. */
  aheadMs = 0

  constructor(index: number, slots: number, isWanted: boolean) {
    this.index = index
    this.slots = slots
    this.isWanted = isWanted
  }

  get isStarting(): boolean {
    return this.state === 'starting'
  }

  get isClosed(): boolean {
    return this.state === 'closed'
  }

  get isFull(): boolean {
    return this.running >= this.slots
  }

  /** Whether it has nothing to do, and no stream of a result is still being filled. */
  get isIdle(): boolean {
    return this.state === 'ready' && this.held.size === 0 && this.link?.hasOpenStreams !== true
  }

  /** Gives the worker a call, which is posted with the others of this turn once the worker is ready. */
  add(call: Call): void {
    call.handedAhead = false
    call.place = this
    call.workerIndex = this.index
    this.held.set(call.runId, call)
    this.outbox.add(call.runId)
  }

  /** Gives a busy worker a call to run after those it has. */
  addAhead(call: Call, expectedMs: number): void {
    this.add(call)
    call.handedAhead = true
    call.expectedMs = expectedMs
    this.aheadMs += expectedMs
    this.ahead.push(call)
  }

  /** The call gets the slot that its predecessor left. */
  takeFromAhead(call: Call): void {
    if (call.list !== this.ahead) return
    this.ahead.remove(call)
    this.aheadMs = this.ahead.size === 0 ? 0 : this.aheadMs - call.expectedMs
  }

  /** The call no longer belongs to the worker, whatever the reason. */
  release(call: Call): void {
    if (call.isPosted) this.posted--
    else this.outbox.delete(call.runId)
    if (this.held.get(call.runId) === call) this.held.delete(call.runId)
    this.takeFromAhead(call)
    if (call.claim !== 0) this.link?.closeClaim(call.claim)
    call.claim = 0
    call.place = null
    call.isPosted = false
  }

  /** One call takes the place of another here, under the same wire id. */
  replace(call: Call, heir: Call): void {
    this.held.set(heir.runId, heir)
    if (call.list !== this.ahead) return
    heir.expectedMs = call.expectedMs
    this.ahead.replace(call, heir)
  }

  /** Whether the worker does not have the call, or it can be taken back at once. Then it will not run there. */
  withdraw(call: Call): boolean {
    return !call.isPosted || this.link?.take(call.claim) === true
  }

  /** Whether the worker has claimed the call, and runs it, although the page may not know yet. */
  runs(call: Call): boolean {
    return this.link?.isRunning(call.claim) === true
  }

  /** Ends the worker: at once, or after its teardown where it has one and `isOrderly` is set. */
  close(isOrderly: boolean): void {
    if (this.link === null) this.state = 'closed'
    else this.link.close(isOrderly)
  }
}

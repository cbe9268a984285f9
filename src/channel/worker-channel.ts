/**
 * One worker, as its task knows it: how it stands, which calls hold its slots, which were handed ahead, which are not posted yet. What
 * speaks with it is its link, whose code comes with the first worker.
 */
import type { Call, CallPlace, CallSession } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import type { SharedSnapshot } from '../types/snapshot.ts'

/** How it went: the error of the handler, if it threw, or what became of its worker. */
export type Saved = { readonly error: unknown } | undefined

/** What speaks with a worker. */
export interface Link {
  /** A stream of a result is still being filled. */
  readonly hasOpenStreams: boolean
  /** What its `setup` last told, while it starts. */
  readonly startProgress: unknown
  /** What its `setup` took, in ms. */
  readonly setupMs: number | undefined
  /** It can be asked to save what it holds. */
  readonly hasCheckpoint: boolean
  /** Of an engine that other pages share: this page's place among them. */
  readonly shared: SharedSnapshot | undefined
  /** The page whose worker it was is gone. */
  readonly isHostLost: boolean
  /** Whether what is handed ahead can be taken back from a worker that is stuck. */
  readonly areClaimsSafe: boolean
  /** Whether it is still open if the worker gives back what it was asked for: what goes there now might overtake that. */
  readonly owesCalls: boolean
  /** Fulfilled when the worker is gone. */
  readonly ended: Promise<void>
  /** Makes the worker: the factory is the user's code, and may ask for anything meanwhile. */
  make(): void
  /** It did not answer in time. */
  startTimedOut(ms: number): void
  /** Posts what was given to the worker in this turn. */
  flush(): void
  /** Tells it how many handlers it may run at once. */
  open(slots: number): void
  /** Takes a call back that was handed ahead: true when the worker will not run it. */
  take(claim: number): boolean
  /** Whether the worker has claimed a call, and runs it. */
  isRunning(claim: number): boolean
  /** The call has left the worker. */
  closeClaim(claim: number): void
  /** Takes calls back that were handed ahead, where the worker has not claimed them: now, or when it is known. */
  takeBack(calls: readonly Call[]): void
  /** Asks the worker to stop a call; its reply frees the slot. */
  cancel(call: Call, reason: unknown, isRunning: boolean): void
  /** A synchronous loop that runs already sees that it was aborted. */
  raiseFlag(call: Call): void
  /** Tells the producer of a stream how much room there is. */
  grant(call: Call, items: number): void
  /** Has the worker save what it holds. Never rejects. */
  checkpoint(): Promise<Saved>
  /** The worker is dead, as was seen. */
  die(seen: string): void
  /** From now on it is as slow as on a machine that takes so many times as long; false in production. */
  slowDown(factor: number): boolean
  /** Ends the worker: at once, or after its teardown where it has one and `isOrderly` is set. */
  close(isOrderly: boolean): void
}

export class WorkerChannel implements CallPlace {
  readonly index: number
  /** Handlers that may run at once. */
  slots: number
  /** It is to be started though no call waits for it. */
  readonly isWanted: boolean
  /** Null until the worker is made. */
  link: Link | null = null
  state: 'starting' | 'ready' | 'closed' = 'starting'
  /** Tells it from every other worker, before or after. */
  readonly life: string = `atelier:${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`
  /** When the factory was asked for its worker; below 0 before. */
  madeAt = -1
  /** Since when nothing is asked of it. */
  idleSince = 0
  /** When it last replied, or was ready. */
  repliedAt = 0
  /** Calls were taken back from it since others had nothing to do, and it has not replied since. */
  isStuck = false
  methods: readonly string[] = []
  /** Slots taken. */
  running = 0
  /** What its worker holds, by wire id, in the order of sending. */
  readonly held: Map<number, Call> = new Map()
  /** Of those, the ones that were handed ahead and are not known to have started. */
  readonly ahead: LinkedList<Call> = new LinkedList()
  /** Of those, by wire id, the ones that are not posted yet. */
  readonly outbox: Set<number> = new Set()
  /** Of what is held, how many calls the worker has been sent. */
  posted = 0
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

  /** Whether nothing is asked of it, and no stream of a result is still being filled. */
  get isIdle(): boolean {
    return this.state === 'ready' && this.held.size === 0 && this.link?.hasOpenStreams !== true
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
    if (call.claim !== 0) this.link?.closeClaim(call.claim)
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

  /** Whether the call is not with the worker yet, or can be had back at once: then it will not run there. */
  withdraw(call: Call): boolean {
    return !call.isPosted || this.link?.take(call.claim) === true
  }

  /** Whether the worker has claimed the call, and runs it, though the page may not have heard of it. */
  runs(call: Call): boolean {
    return this.link?.isRunning(call.claim) === true
  }

  /** Ends the worker: at once, or after its teardown where it has one and `isOrderly` is set. */
  close(isOrderly: boolean): void {
    if (this.link === null) this.state = 'closed'
    else this.link.close(isOrderly)
  }
}

/**
 * How calls of one method and key relate, where their `keyMode` says so. A call that has to wait for an earlier one stands
 * in a lane beside the queue: it counts as pending and never stands in the way of the calls behind it.
 */
import { AHEAD, type Call, SETTLED, SPENT, STARTING } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import type { DispatchQueue } from './dispatch-queue.ts'

interface Lane {
  /** The one that others wait for: admitted, or still on its worker. */
  owner: Call | null
  /** The newest call of `latest` and `keep-last`; the run that `dedupe` joins, and for which `drop-latest` turns others away. */
  newest: Call | null
  readonly waiters: LinkedList<Call>
  /** Of the calls that are to go one after another, those that are not over, blocked ones included. */
  readonly open: Set<Call>
}

/** What a new call finds: it has joined a run, it has taken the place of one that waited, it is turned away, or it is to be offered. */
export type Entry = 'joined' | 'dropped' | 'placed' | 'admitted' | 'new'

export class KeyLanes {
  private readonly lanes = new Map<string, Lane>()
  private readonly queue: DispatchQueue
  private readonly supersede: (call: Call, by: Call) => void

  constructor(queue: DispatchQueue, supersede: (call: Call, by: Call) => void) {
    this.queue = queue
    this.supersede = supersede
  }

  /**
   * Before admission: evicts what a newer call replaces. `placed`: it stands where that one stood; `admitted`: that one was
   * on its way to a worker, and the room that it leaves is this call's.
   */
  enter(call: Call): Entry {
    const { keyMode } = call.options
    if (call.key === undefined || keyMode === 'parallel') return 'new'
    const lane = this.laneOf(call)
    if (isOrdered(call)) {
      lane.open.add(call)
    }
    if (keyMode === 'serial') return 'new'
    const { newest } = lane
    const isOpen = newest !== null && newest.state !== SETTLED
    if (keyMode === 'dedupe' && isOpen && newest.options.keyMode === 'dedupe' && newest.stream === null) {
      newest.joiners ??= new Set()
      newest.joiners.add(call)
      call.leader = newest
      return 'joined'
    }
    if (keyMode === 'drop-latest' && isOpen) return 'dropped'
    lane.newest = call
    if (!isOpen || keyMode === 'dedupe') return 'new'
    const { state } = newest
    if (keyMode === 'keep-last' && state >= STARTING) return 'new'
    // A newer call that had to queue up behind the others each time would never have its turn. One that waits for its key has
    // another place than one that does not.
    const isAlike = isOrdered(newest) === isOrdered(call)
    const entry = isAlike && this.queue.replace(newest, call) ? 'placed' : 'new'
    if (entry === 'placed' && lane.owner === newest) lane.owner = call
    for (const joiner of [...(newest.joiners ?? [])]) this.supersede(joiner, call)
    this.supersede(newest, call)
    return state === AHEAD ? 'admitted' : entry
  }

  /** Whether a call has to wait for an earlier one of its key. */
  readonly mustWait = (call: Call): boolean => {
    return this.ownerFor(call) !== null
  }

  /** The earlier call of its key that a call which waits has to wait for. */
  ownerFor(call: Call): Call | null {
    const owner = isOrdered(call) ? this.ownerOf(laneId(call)) : null
    return owner === call ? null : owner
  }

  /** Of the calls of a session, the next: admitted, or the first of those that are blocked. */
  nextOf(id: string): Call | null {
    const [first = null] = this.lanes.get(id)?.open ?? []
    return this.ownerOf(id) ?? first
  }

  /** The call that the others of a lane wait for. */
  private ownerOf(id: string): Call | null {
    return this.lanes.get(id)?.owner ?? null
  }

  /** Takes an admitted call: true when it waits in its lane. */
  admitted(call: Call): boolean {
    if (!isOrdered(call)) return false
    const lane = this.laneOf(call)
    if (lane.owner === null) {
      lane.owner = call
      return false
    }
    this.queue.hold(call)
    lane.waiters.push(call)
    return true
  }

  /** A call has settled and is on no worker any more: the next of its lane may go. */
  over(call: Call): void {
    if (call.key === undefined || call.options.keyMode === 'parallel') return
    const id = laneId(call)
    const lane = this.lanes.get(id)
    if (!lane) return
    lane.open.delete(call)
    if (lane.newest === call) lane.newest = null
    if (lane.owner === call) {
      lane.owner = lane.waiters.shift()
      if (lane.owner !== null) this.queue.unhold(lane.owner)
    }
    if (lane.owner !== null) return
    // Also when it never came to own its lane: it may be the one that the key was freed for.
    if (lane.open.size === 0) {
      if (lane.newest === null) this.lanes.delete(id)
    } else if (isOrdered(call)) this.queue.keyFreed((blocked) => isOrdered(blocked) && laneId(blocked) === id)
  }

  /** A caller is about to leave its run: the first of those who have joined it takes it over, wherever it is. Returns that one. */
  handOver(call: Call): Call | null {
    // The usual case, without an iterator: each abort comes here.
    if (call.joiners === null) return null
    const [heir] = call.joiners
    if (heir === undefined) return null
    this.lead(heir, call)
    this.inherit(call, heir)
    return heir
  }

  /**
   * A call is going to be read as a stream, which has one reader: returns the call that is to have a separate run,
   * where it shared one.
   */
  unshare(call: Call): Call | null {
    const { leader } = call
    if (leader !== null) {
      leader.joiners?.delete(call)
      call.leader = null
      return call
    }
    const [heir] = call.joiners ?? []
    if (heir === undefined) return null
    this.lead(heir, call)
    return heir
  }

  /** Of the calls that wait in lanes, the oldest of the lowest priority. */
  readonly oldestHeld = (): Call | null => {
    let found: Call | null = null
    for (const call of this.calls()) {
      const urgency = found === null ? 1 : call.options.priority - found.options.priority
      if (urgency > 0 || (urgency === 0 && call.runId < (found as Call).runId)) found = call
    }
    return found
  };

  /** The calls that wait in lanes. */
  *calls(): Iterable<Call> {
    for (const lane of this.lanes.values()) yield* lane.waiters
  }

  /** A run outlives the caller that began it: `heir` takes its place, in the queue or on its worker, with all that is known of the run. */
  private inherit(call: Call, heir: Call): void {
    heir.runId = call.runId
    heir.attempt = call.attempt
    // What was before its own call is no part of it.
    const since = (time: number): number => (time > 0 ? Math.max(time, heir.enqueuedAt) : time)
    heir.admittedAt = since(call.admittedAt)
    // Its own arguments are whole; what the run has spent is spent.
    if (call.payload === SPENT) heir.payload = SPENT
    heir.workerIndex = call.workerIndex
    heir.firstDispatchedAt = since(call.firstDispatchedAt)
    heir.dispatchedAt = since(call.dispatchedAt)
    heir.beatAt = call.beatAt
    heir.itemsReceived = call.itemsReceived
    heir.isStream = call.isStream
    heir.handedAhead = call.handedAhead
    if (call.place === null) {
      this.queue.replace(call, heir)
      return
    }
    this.queue.succeed(call, heir)
    heir.claim = call.claim
    heir.isPosted = call.isPosted
    heir.place = call.place
    call.place.replace(call, heir)
    call.place = null
    call.claim = 0
    call.handedAhead = false
  }

  /** The others who have joined `call` follow `heir`. */
  private lead(heir: Call, call: Call): void {
    const { joiners } = call
    call.joiners = null
    heir.leader = null
    joiners?.delete(heir)
    heir.joiners = joiners
    for (const joiner of joiners ?? []) joiner.leader = heir
    const lane = this.laneOf(call)
    if (lane.newest === call) lane.newest = heir
  }

  private laneOf(call: Call): Lane {
    const id = laneId(call)
    let lane = this.lanes.get(id)
    if (!lane) {
      lane = { owner: null, newest: null, waiters: new LinkedList(), open: new Set() }
      this.lanes.set(id, lane)
    }
    return lane
  }
}

function isOrdered(call: Call): boolean {
  const { keyMode } = call.options
  return call.key !== undefined && (keyMode === 'serial' || keyMode === 'keep-last')
}

function laneId(call: Call): string {
  return call.options.session?.lane ?? `${call.method}\0${call.key}`
}

/**
 * How calls of one method and key relate, according to their `keyMode`. A call that has to wait for an earlier one is
 * in a lane beside the queue. It counts as pending and never delays the calls behind it.
 */
import { AHEAD, type Call, SETTLED, SPENT, STARTING } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'
import type { DispatchQueue } from './dispatch-queue.ts'

interface Lane {
  /** The call that others wait for: admitted, or still on its worker. */
  owner: Call | null
  /** The newest call of `latest` and `keep-last`; for `dedupe` the run to join; for `drop-latest` the run that rejects others. */
  newest: Call | null
  readonly waiters: LinkedList<Call>
  /** Of the calls that run one after another, those that are not over, including blocked ones. */
  readonly open: Set<Call>
}

/** The result for a new call: it joined a run, replaced a waiting call, is rejected, or has to be offered. */
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
   * Before admission: evicts what a newer call replaces. `placed`: it takes the place of that call. `admitted`: that call was
   * on its way to a worker, and the new call gets its room.
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
    // If newer calls had to queue behind the others each time, they would never run. A call that waits for its key has a
    // different place from one that does not.
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

  /** The earlier call of its key that a waiting call has to wait for. */
  ownerFor(call: Call): Call | null {
    const owner = isOrdered(call) ? this.ownerOf(laneId(call)) : null
    return owner === call ? null : owner
  }

  /** The next call of a session: the admitted one, or the first blocked one. */
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

  /** A call has settled and has left its worker: the next of its lane may start. */
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
    // Also if it never owned its lane: the key may have been freed for it.
    if (lane.open.size === 0) {
      if (lane.newest === null) this.lanes.delete(id)
    } else if (isOrdered(call)) this.queue.keyFreed((blocked) => isOrdered(blocked) && laneId(blocked) === id)
  }

  /** A caller is about to leave its run. The first caller that joined it takes it over, wherever the run is. Returns that caller. */
  handOver(call: Call): Call | null {
    // The usual case, without an iterator: each abort runs this.
    if (call.joiners === null) return null
    const [heir] = call.joiners
    if (heir === undefined) return null
    this.lead(heir, call)
    this.inherit(call, heir)
    return heir
  }

  /**
   * A call is about to be read as a stream, which has one reader. Returns the call that gets a separate run,
   * if it shared one.
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

  /** A run outlives the caller that began it. `heir` takes its place, in the queue or on its worker, with all that is known about the run. */
  private inherit(call: Call, heir: Call): void {
    heir.runId = call.runId
    heir.attempt = call.attempt
    // What happened before its own call is not part of it.
    const since = (time: number): number => (time > 0 ? Math.max(time, heir.enqueuedAt) : time)
    heir.admittedAt = since(call.admittedAt)
    // Its own arguments are intact; what the run has spent stays spent.
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

  /** The other callers that joined `call` follow `heir`. */
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

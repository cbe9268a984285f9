/**
 * How calls of one method and key relate, where their `keyMode` says so. A call that has to wait for an earlier one stands
 * in a lane beside the queue: it counts as pending and never blocks the calls behind it.
 */
import { type Call, IN_FLIGHT, SETTLED } from './call.ts'
import { LinkedList } from './call-list.ts'
import type { DispatchQueue } from './dispatch-queue.ts'

interface Lane {
  /** The one that others wait for: admitted, or still on its worker. */
  owner: Call | null
  /** The newest call of `latest` and `keep-last`; the run that `dedupe` joins. */
  newest: Call | null
  readonly waiters: LinkedList<Call>
}

export class KeyLanes {
  private readonly lanes = new Map<string, Lane>()
  private readonly queue: DispatchQueue
  private readonly supersede: (call: Call, by: Call) => void

  constructor(queue: DispatchQueue, supersede: (call: Call, by: Call) => void) {
    this.queue = queue
    this.supersede = supersede
  }

  /** Before admission: evicts what a newer call replaces. True when the call has joined a run, and is not to be queued. */
  enter(call: Call): boolean {
    const { keyMode } = call.options
    if (call.key === undefined || keyMode === 'parallel' || keyMode === 'serial') return false
    const lane = this.laneOf(call)
    const { newest } = lane
    if (keyMode === 'dedupe' && newest !== null && isLive(newest)) {
      newest.joiners ??= new Set()
      newest.joiners.add(call)
      call.leader = newest
      return true
    }
    lane.newest = call
    if (newest === null || newest.state === SETTLED || keyMode === 'dedupe') return false
    if (keyMode === 'latest' || newest.state !== IN_FLIGHT) this.supersede(newest, call)
    return false
  }

  /** Whether an admitted call has to wait for an earlier one of its key. */
  mustWait(call: Call): boolean {
    if (!isOrdered(call)) return false
    const owner = this.lanes.get(laneId(call))?.owner
    return owner != null && owner !== call
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
    if (lane.newest === call) lane.newest = null
    if (lane.owner === call) {
      lane.owner = lane.waiters.shift()
      if (lane.owner !== null) this.queue.unhold(lane.owner)
    }
    if (lane.owner === null && lane.newest === null) this.lanes.delete(id)
  }

  /** Who a run is for: its own caller, or else one of those who have joined it; `null` when all have left. */
  heirOf(call: Call): Call | null {
    if (call.state !== SETTLED) return call
    const [heir] = call.joiners ?? []
    if (heir === undefined) return null
    this.promote(call, heir)
    return heir
  }

  /** Another call stands in the place of `leader`: those who had joined it stay joined. */
  private promote(leader: Call, heir: Call): void {
    const joiners = leader.joiners ?? new Set()
    leader.joiners = null
    joiners.delete(heir)
    heir.leader = null
    heir.joiners = joiners
    for (const joiner of joiners) joiner.leader = heir
    this.laneOf(heir).newest = heir
  }

  /** The calls that wait in lanes, and those that have joined a run. */
  *calls(): Iterable<Call> {
    for (const lane of this.lanes.values()) {
      yield* lane.waiters
      if (lane.newest?.joiners) yield* lane.newest.joiners
    }
  }

  private laneOf(call: Call): Lane {
    const id = laneId(call)
    let lane = this.lanes.get(id)
    if (!lane) {
      lane = { owner: null, newest: null, waiters: new LinkedList() }
      this.lanes.set(id, lane)
    }
    return lane
  }
}

/** A run is alive as long as somebody waits for it. */
function isLive(leader: Call): boolean {
  return leader.state !== SETTLED || (leader.joiners !== null && leader.joiners.size > 0)
}

function isOrdered(call: Call): boolean {
  const { keyMode } = call.options
  return call.key !== undefined && (keyMode === 'serial' || keyMode === 'keep-last')
}

function laneId(call: Call): string {
  return `${call.method}\0${call.key}`
}

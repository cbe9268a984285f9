/** Which worker served the calls of an affinity last: the next one goes there while that worker lives and has room. */
import type { Call } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { WorkerFleet } from './worker-fleet.ts'

/** So many are remembered, the newest: an application may make one for each document that it ever opens. */
const MOST = 1_000

export class Affinities {
  /** By affinity, the life of the worker, oldest first. No worker that is gone is kept by it. */
  private readonly last = new Map<string, string>()
  private readonly fleet: () => WorkerFleet
  /** Whether any call had one. */
  isUsed = false

  constructor(fleet: () => WorkerFleet) {
    this.fleet = fleet
  }

  /** The worker that served it last, where it lives and takes calls, busy or not. */
  homeOf({ options }: Call): WorkerChannel | null {
    const life = options.affinity && this.last.get(options.affinity.name)
    if (life === undefined) return null
    const home = this.fleet().channels.find((channel) => channel.life === life)
    return home === undefined || home.isReserved || home.retiring !== null ? null : home
  }

  /** The worker for a call: who waits for a busy one waits for nothing where another is free. */
  pick(call: Call): WorkerChannel | null {
    const home = this.homeOf(call)
    return home !== null && !home.isFull ? home : this.fleet().pick()
  }

  /** The call was given to this worker. */
  given({ options }: Call, { life }: WorkerChannel): void {
    const { affinity } = options
    if (affinity === undefined) return
    const { name } = affinity
    this.isUsed = true
    affinity.isHit = this.last.get(name) === life
    // It is the newest from now on.
    this.last.delete(name)
    this.last.set(name, life)
    if (this.last.size <= MOST) return
    for (const oldest of this.last.keys()) {
      this.last.delete(oldest)
      break
    }
  }
}

/** Remembers which worker last served each affinity. The next call goes there if that worker is alive and has room. */
import type { Call } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { WorkerFleet } from './worker-fleet.ts'

/** Only the newest are remembered: an application may create one for every document that it opens. */
const MOST = 1_000

export class Affinities {
  /** The worker's life by affinity, oldest first. A string, so that it keeps no closed worker in memory. */
  private readonly last = new Map<string, string>()
  private readonly fleet: () => WorkerFleet
  /** Whether any call has had an affinity. */
  isUsed = false

  constructor(fleet: () => WorkerFleet) {
    this.fleet = fleet
  }

  /** The worker that last served the call's affinity, busy or not. Null if it is gone or takes no other calls. */
  homeOf({ options }: Call): WorkerChannel | null {
    const life = options.affinity && this.last.get(options.affinity.name)
    if (life === undefined) return null
    const home = this.fleet().channels.find((channel) => channel.life === life)
    return home === undefined || home.isReserved || home.retiring !== null ? null : home
  }

  /** Picks the worker for a call. Waiting for a busy one gains nothing while another is free. */
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
    // Reinserting it makes it the newest.
    this.last.delete(name)
    this.last.set(name, life)
    if (this.last.size <= MOST) return
    for (const oldest of this.last.keys()) {
      this.last.delete(oldest)
      break
    }
  }
}

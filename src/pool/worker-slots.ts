/** How the slots of a task are shared out over its workers: as evenly as whole numbers allow. */
import type { WorkerChannel } from '../channel/worker-channel.ts'
import { OPEN } from '../wire/protocol.ts'

/** How many handlers run at once, on so many workers. */
export interface SlotShares {
  readonly limit: number
  readonly maxInFlight: number
}

/** The slots of the workers at first, second, third place. */
function shareOf({ limit, maxInFlight }: SlotShares, place: number): number {
  return Math.floor(maxInFlight / limit) + (place < maxInFlight % limit ? 1 : 0)
}

/** Of the shares, the first that none of these workers has. */
export function freeShare(shares: SlotShares, workers: readonly WorkerChannel[]): number {
  const taken = workers.map(({ slots }) => slots)
  let share = shareOf(shares, 0)
  for (let place = 1, at = taken.indexOf(share); at >= 0; at = taken.indexOf(share), place++) {
    taken.splice(at, 1)
    share = shareOf(shares, place)
  }
  return share
}

/** Gives each of these workers its share. */
export function shareOut(shares: SlotShares, workers: readonly WorkerChannel[]): void {
  for (const [place, channel] of workers.entries()) {
    const slots = shareOf(shares, place)
    if (slots === channel.slots) continue
    channel.slots = slots
    if (channel.state === 'ready') channel.wire.post([OPEN, slots])
  }
}

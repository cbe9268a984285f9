/** The slots of a task's workers: shared out as evenly as whole numbers allow, and which one is filled next. */
import type { WorkerChannel } from '../channel/worker-channel.ts'

/** How many handlers run at once, on so many workers. */
export interface SlotShares {
  readonly limit: number
  readonly maxInFlight: number
  readonly channels: readonly WorkerChannel[]
}

/** The slots of the workers at first, second, third place. */
function shareOf({ limit, maxInFlight }: SlotShares, place: number): number {
  return Math.floor(maxInFlight / limit) + (place < maxInFlight % limit ? 1 : 0)
}

/** Of the shares, the first that no worker has. */
export function freeShare(shares: SlotShares): number {
  const taken = shares.channels.filter(stays).map(({ slots }) => slots)
  let share = shareOf(shares, 0)
  for (let place = 1, at = taken.indexOf(share); at >= 0; at = taken.indexOf(share), place++) {
    taken.splice(at, 1)
    share = shareOf(shares, place)
  }
  return share
}

/**
 * Gives each worker its share. What is ahead of a worker runs as soon as it has the slots, so that one whose calls ahead
 * would need more than the `free` slots gets only so many. Whether all have their shares.
 */
export function shareOut(shares: SlotShares, free: number): boolean {
  let isDone = true
  const workers = shares.channels.filter(stays).sort((a, b) => a.index - b.index)
  for (const [place, channel] of workers.entries()) {
    const { ahead, running } = channel
    let slots = shareOf(shares, place)
    const starting = Math.min(ahead.size, slots - running)
    if (starting > free) {
      slots = running + free
      isDone = false
    }
    free -= Math.max(0, Math.min(starting, free))
    if (slots === channel.slots) continue
    channel.slots = slots
    if (channel.state === 'ready') channel.link?.open(slots)
  }
  return isDone
}

/**
 * Which of these are too many, if so many are to stay. One stays for calls of no session: what is kept for sessions beyond the others goes
 * when they end. Of the rest, the busiest go last.
 */
export function tooMany(workers: readonly WorkerChannel[], limit: number): WorkerChannel[] {
  const order = (all: readonly WorkerChannel[], stay: number): WorkerChannel[] =>
    [...all]
      .sort((a, b) => a.held.size - b.held.size || b.index - a.index)
      .slice(0, Math.max(0, all.length - stay))
  const kept = workers.filter(({ isReserved }) => isReserved)
  const ending = order(kept, limit - 1)
  const rest = workers.filter((worker) => !kept.includes(worker))
  return [...ending, ...order(rest, limit - (kept.length - ending.length))]
}

/** Whether calls that are nobody's in particular may go there. */
export function mayTake({ isReserved, retiring }: WorkerChannel): boolean {
  return !isReserved && retiring === null
}

/** Whether it is one of those that the task is to have. */
export function stays({ isLeaving }: WorkerChannel): boolean {
  return !isLeaving
}

/** Of the calls that a worker may have, so many are its last: while it has those, its successor starts. */
export function lastOf(calls: number): number {
  return calls === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.floor(calls / 8))
}

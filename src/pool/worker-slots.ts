/** Divides a task's slots among its workers, as evenly as whole numbers allow. */
import type { WorkerChannel } from '../channel/worker-channel.ts'

/** The workers, their limit, and how many handlers may run on them at once. */
export interface SlotShares {
  readonly limit: number
  readonly maxInFlight: number
  readonly channels: readonly WorkerChannel[]
}

/** The number of slots for the worker at this place, counted from 0. */
function shareOf({ limit, maxInFlight }: SlotShares, place: number): number {
  return Math.floor(maxInFlight / limit) + (place < maxInFlight % limit ? 1 : 0)
}

/** The first share that no worker has. */
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
 * Gives each worker its share. Calls that were handed ahead run as soon as their worker has slots for them, so a worker gets
 * at most `free` slots for such calls. Returns whether all workers have their shares.
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
 * Chooses the workers to retire so that `limit` stay. One always stays for calls without a session. Surplus workers that are
 * reserved for sessions go when those end. The busiest workers go last.
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

/** Whether the worker takes calls that are not bound to it. */
export function mayTake({ isReserved, retiring }: WorkerChannel): boolean {
  return !isReserved && retiring === null
}

/** Whether the worker counts toward the task's limit: it has no successor. */
export function stays({ isLeaving }: WorkerChannel): boolean {
  return !isLeaving
}

/** How many of a worker's calls count as its last ones. Its successor starts while it handles them. */
export function lastOf(calls: number): number {
  return calls === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.floor(calls / 8))
}

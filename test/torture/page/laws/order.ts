/** Laws: a worker that idles takes what waits; the more urgent call starts first, and of equals the older. */
import type { Entry } from '../ledger.ts'
import type { TaskBook, World } from '../world.ts'

/** Longer than a worker takes to start its next call, also on a busy machine. */
const IDLE_MS = 350
/** A lower priority is passed over so often, at most. */
const PASSED_OVER = 8
const RANK = { high: 0, normal: 1, low: 2 } as const

export function judgeOrder(world: World): void {
  for (const book of world.books.values()) {
    const { spec } = book
    if (book.isChaotic || book.wasStopped || world.isDisposed || world.isUncounted(book)) continue
    const entries = world.ledger.entries.filter(({ task }) => task === spec.id)
    // A worker that was replaced takes its time to come back, and what ran on it runs again.
    if (book.made > (spec.poolSize ?? 1)) continue
    if (!spec.idleTimeoutMs) judgeIdling(world, book, entries)
    if ((spec.maxInFlight ?? spec.poolSize ?? 1) === 1 && !entries.some(hasOddity))
      judgeSequence(world, entries)
  }
}

/** Calls whose place in the order is not given by priority and age alone. */
const hasOddity = ({ spec, method, outcome }: Entry): boolean =>
  spec.key !== undefined || method === 'items' || method === 'hostile' || outcome === 'unknown'

/** From when to when the handlers of a task ran. */
interface Interval {
  readonly from: number
  readonly to: number
}

function judgeIdling(world: World, { spec }: TaskBook, entries: readonly Entry[]): void {
  const slots = Math.min(spec.poolSize ?? 1, spec.maxInFlight ?? spec.poolSize ?? 1)
  if (
    !spec.eager ||
    !spec.warmUps ||
    entries.some(({ method, outcome }) => method === 'hostile' || outcome === 'unknown')
  )
    return
  const runs = entries
    .map(
      (entry): Interval => ({
        from: world.ledger.startOf(entry),
        to: world.ledger.endOf(entry) || entry.settledAt,
      }),
    )
    .filter(({ from }) => from !== 0)
  for (const entry of entries) {
    const { keyMode = spec.keyMode, key } = entry.spec
    const mayWaitForKey = key !== undefined && keyMode !== undefined && keyMode !== 'parallel'
    if (mayWaitForKey) continue
    const start = world.ledger.startOf(entry) || entry.settledAt
    const idle = longestIdle(runs, slots, entry.madeAt, start) - world.blockedMs
    if (idle > IDLE_MS) {
      world.ledger.fail(
        'idle-worker',
        `${world.ledger.nameOf(entry)} waited ${(start - entry.madeAt).toFixed(0)} ms, ${idle.toFixed(0)} of them beside an idle worker`,
      )
    }
  }
}

/** The longest stretch in which fewer than `slots` handlers ran. */
function longestIdle(runs: readonly Interval[], slots: number, from: number, to: number): number {
  const edges = runs
    .flatMap(({ from: start, to: end }): [number, number][] => [
      [start, 1],
      [end, -1],
    ])
    .sort(([a], [b]) => a - b)
  let running = 0
  let since = from
  let longest = 0
  for (const [time, step] of [...edges, [Number.POSITIVE_INFINITY, 0] as const]) {
    const until = Math.min(Math.max(time, from), to)
    if (running < slots) longest = Math.max(longest, until - since)
    running += step
    since = Math.max(since, until)
    if (time >= to) break
  }
  return longest
}

/** One handler at a time: what was made in one turn starts by priority, and of one priority by age. */
function judgeSequence(world: World, entries: readonly Entry[]): void {
  const started = entries.filter((entry) => world.ledger.startOf(entry) !== 0)
  for (const later of started) {
    let passed = 0
    for (const earlier of started) {
      if (world.ledger.startOf(earlier) >= world.ledger.startOf(later) || earlier === later) continue
      const isSameRank = rankOf(earlier) === rankOf(later)
      const isOutOfTurn = isSameRank
        ? earlier.slot > later.slot && later.turn <= earlier.turn
        : rankOf(earlier) > rankOf(later) && earlier.turn >= later.turn
      // The first of a turn may have gone to an idle worker at once.
      if (isOutOfTurn && !wasFirst(earlier, started)) passed++
      if (isOutOfTurn && isSameRank && !wasFirst(earlier, started)) {
        world.ledger.fail(
          'order',
          `${world.ledger.nameOf(earlier)} started before ${world.ledger.nameOf(later)}, which is older`,
        )
      }
    }
    if (passed > Math.floor(started.length / PASSED_OVER) + 1) {
      world.ledger.fail(
        'priority',
        `${passed} less urgent calls, made in the same turn or later, started before ${world.ledger.nameOf(later)}`,
      )
    }
  }
}

const rankOf = ({ spec }: Entry): number => RANK[spec.priority ?? 'normal']
const wasFirst = (entry: Entry, all: readonly Entry[]): boolean =>
  !all.some((other) => other.turn === entry.turn && other.slot < entry.slot)

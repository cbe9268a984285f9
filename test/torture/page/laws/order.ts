/** Laws: a worker that idles takes what waits; the more urgent call starts first, and of equals the older. */
import type { KeyMode } from 'atelier-react/core'
import type { Entry } from '../ledger.ts'
import type { TaskBook, World } from '../world.ts'

/** Longer than a worker takes to start its next call, also on a busy machine. */
const IDLE_MS = 350
/** A lower priority is passed over so often, at most. */
const PASSED_OVER = 8
/** A call that comes now takes precedence over what starts after this time. */
const NOTICE_MS = 60
const RANK = { high: 0, normal: 1, low: 2 } as const

export function judgeOrder(world: World): void {
  // A call may wait for what the calls of another task leave.
  if (world.program.world.maxConcurrency !== undefined) return
  for (const book of world.books.values()) {
    const { spec } = book
    if (book.isChaotic || book.wasStopped || book.wasResized || world.isDisposed || world.isUncounted(book))
      continue
    const entries = world.ledger.entries.filter(({ task }) => task === spec.id)
    // A worker that was replaced takes its time to come back, and what ran on it runs again.
    if (book.made > (spec.maxWorkers ?? 1)) continue
    if (!spec.idleTimeoutMs) judgeIdling(world, book, entries)
    // What comes while a worker starts finds its slot taken.
    if (spec.warmUps && (spec.maxInFlight ?? spec.maxWorkers ?? 1) === 1) {
      judgeSequence(
        world,
        entries.filter((entry) => !isOdd(book, entry)),
        startsOf(world, entries),
        (entry) => wasBlocked(book, entry, entries),
      )
    }
  }
}

/** Calls whose place in the order is not given by priority and age alone. */
function isOdd({ spec: { keyMode: ofTask } }: TaskBook, { spec, method, outcome }: Entry): boolean {
  const mode = spec.keyMode ?? ofTask ?? 'parallel'
  const isKeyed = spec.key !== undefined && mode !== 'parallel'
  return isKeyed || method === 'items' || method === 'hostile' || outcome === 'unknown'
}

/** It found the queue full: it takes part when there is room, and not before. */
function wasBlocked({ spec }: TaskBook, entry: Entry, entries: readonly Entry[]): boolean {
  const open = entries.filter(
    ({ slot, settledAt }) => slot < entry.slot && (settledAt === 0 || settledAt > entry.madeAt),
  )
  return open.length - 1 >= (spec.maxQueueDepth ?? 2)
}

/** From when to when the handlers of a task ran. */
interface Interval {
  readonly from: number
  readonly to: number
}

/** A worker whose script is still loading, or waits for a core, is not idle: a busy machine takes its time for that. */
function judgeIdling(world: World, { spec, upAts }: TaskBook, entries: readonly Entry[]): void {
  const slots = Math.min(spec.maxWorkers ?? 1, spec.maxInFlight ?? spec.maxWorkers ?? 1)
  const upAt = Math.max(...upAts.map(([at = 0]) => at || Number.POSITIVE_INFINITY))
  if (!spec.eager || !spec.warmUps || entries.some((entry) => holdsSlotUnseen(world, entry))) return
  const runs = entries
    .map(
      (entry): Interval => ({
        from: world.ledger.startOf(entry),
        to: world.ledger.endOf(entry) || entry.settledAt,
      }),
    )
    .filter(({ from }) => from !== 0)
  for (const entry of entries) {
    if (mayWaitForKey(spec.keyMode, entry, entries)) continue
    const start = world.ledger.startOf(entry) || entry.settledAt
    const idle = longestIdle(runs, slots, Math.max(entry.madeAt, upAt), start) - world.blockedMs
    if (idle > IDLE_MS) {
      world.ledger.fail(
        'idle-worker',
        `${world.ledger.nameOf(entry)} waited ${(start - entry.madeAt).toFixed(0)} ms, ${idle.toFixed(0)} of them beside an idle worker`,
      )
    }
  }
}

/** A generator that nobody reads holds a slot before its first line has run: its worker only seems to idle. */
function holdsSlotUnseen(world: World, entry: Entry): boolean {
  const isUnread = entry.method === 'items' && world.ledger.startOf(entry) === 0
  return isUnread || entry.method === 'hostile' || entry.outcome === 'unknown'
}

/** Whether a call with its key was open when it was made. */
function mayWaitForKey(ofTask: KeyMode = 'parallel', entry: Entry, entries: readonly Entry[]): boolean {
  const { key, keyMode = ofTask } = entry.spec
  if (key === undefined || keyMode === 'parallel') return false
  return entries.some(
    ({ slot, spec, settledAt }) =>
      spec.key === key && slot < entry.slot && (settledAt === 0 || settledAt > entry.madeAt),
  )
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
  let idleSince = from
  let longest = 0
  for (const [time, step] of [...edges, [Number.POSITIVE_INFINITY, 0] as const]) {
    const now = Math.min(Math.max(time, from), to)
    if (running < slots) longest = Math.max(longest, now - idleSince)
    else idleSince = now
    running += step
    if (running >= slots) idleSince = now
    if (time >= to) break
  }
  return longest
}

/** One handler at a time: what waits starts by priority, and of one priority by age. */
function judgeSequence(
  world: World,
  entries: readonly Entry[],
  starts: readonly number[],
  isLate: (entry: Entry) => boolean,
): void {
  const started = entries
    .filter((entry) => world.ledger.startOf(entry) !== 0)
    .sort((a, b) => world.ledger.startOf(a) - world.ledger.startOf(b))
  for (const [index, entry] of started.entries()) {
    if (isLate(entry)) continue
    const before = started.slice(0, index)
    for (const other of before) {
      if (rankOf(other) !== rankOf(entry) || other.order < entry.order || other.turn < entry.turn) continue
      world.ledger.fail(
        'order',
        `${world.ledger.nameOf(other)} started before ${world.ledger.nameOf(entry)}, which is older`,
      )
    }
    const passed = before.filter((other) => hasPassed(world, other, entry, started))
    const [first] = passed
    const start = world.ledger.startOf(entry)
    // A lower priority has its turn whoever passes it over, calls with a key as well.
    const turns = starts.filter((time) => time < start).length / PASSED_OVER
    if (!first || passed.length <= Math.floor(turns)) continue
    world.ledger.fail(
      'priority',
      `${passed.length} less urgent calls, ${world.ledger.nameOf(first)} first, started before ${world.ledger.nameOf(entry)}, which waited`,
    )
  }
}

const startsOf = ({ ledger }: World, entries: readonly Entry[]): number[] =>
  entries.map((entry) => ledger.startOf(entry)).filter((time) => time !== 0)

/** A less urgent call started although the other one waited: made in the same turn, or long enough before. */
function hasPassed(world: World, other: Entry, entry: Entry, all: readonly Entry[]): boolean {
  if (rankOf(other) <= rankOf(entry)) return false
  if (other.turn === entry.turn) return !wasFirst(other, all)
  return world.ledger.startOf(other) > entry.madeAt + NOTICE_MS + world.blockedMs
}

const rankOf = ({ spec }: Entry): number => RANK[spec.priority ?? 'normal']
const wasFirst = (entry: Entry, all: readonly Entry[]): boolean =>
  !all.some((other) => other.turn === entry.turn && other.slot < entry.slot)

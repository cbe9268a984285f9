/** Laws: no worker is killed, and no call fails with it, unless a handler has earned it; no timer counts what did not run. */
import { PARKED } from '../../worker/methods.ts'
import type { Entry } from '../ledger.ts'
import type { TaskBook, World } from '../world.ts'

/** The part of a limit that a handler must at least have used up; the rest is for threads that had to wait for a core. */
const SHARE = 0.5
const TIMED_OUT = /^timeout-/

/** When the caller let go of a call that its handler may still run. */
const wasLetGo = ({ outcome, code }: Entry): boolean =>
  outcome === 'canceled' || outcome === 'unknown' || TIMED_OUT.test(code ?? '')

/** When a worker was ended: what its thread did later, until the browser had ended it, does not count. */
type KillTime = number

/** A handler that was aborted and ran on, until then. */
function overstayed(world: World, entry: Entry, graceMs: number, at: KillTime): boolean {
  const start = world.ledger.startOf(entry)
  const end = world.ledger.endOf(entry) || at
  if (start === 0 || !wasLetGo(entry)) return false
  return Math.min(end, at) - Math.max(start, entry.settledAt) >= graceMs * SHARE
}

/** A handler that gave no sign of life, until then; a stream that waits for its reader owes none. */
function wentSilent(world: World, entry: Entry, heartbeatMs: number, at: KillTime): boolean {
  const start = world.ledger.startOf(entry)
  const end = world.ledger.endOf(entry) || at
  return (
    start !== 0 && world.ledger.note(entry, PARKED) === 0 && Math.min(end, at) - start >= heartbeatMs * SHARE
  )
}

/** Handlers that look at their signal, or at the flag in shared memory. */
const OBEDIENT: ReadonlySet<string> = new Set(['wait', 'poll', 'breathe'])
/** Handlers that give their thread to no other while they run. */
const SYNCHRONOUS: ReadonlySet<string> = new Set(['spin', 'loop', 'poll'])
/** A handler that was aborted ends within this time, on a busy machine, too. */
const LONGEST_HEARING_MS = 300

function judgeHearing(world: World, entry: Entry): void {
  const start = world.ledger.startOf(entry)
  const end = world.ledger.endOf(entry)
  if (!OBEDIENT.has(entry.method) || start === 0 || entry.outcome !== 'canceled' || isShared(world, entry))
    return
  // One that was killed has no end.
  const from = Math.max(entry.settledAt, start)
  const late = end - from - world.blockedMs - heldUpMs(world, entry, from, end)
  if (late > LONGEST_HEARING_MS) {
    world.ledger.fail(
      'abort-heard',
      `${world.ledger.nameOf(entry)} ran on for ${late.toFixed(0)} ms after its abort`,
    )
  }
}

/** How long others ran on its thread meanwhile, where one worker runs several handlers: nobody hears anything then. */
function heldUpMs(world: World, entry: Entry, from: number, to: number): number {
  const { maxWorkers = 1, maxInFlight = maxWorkers } = world.books.get(entry.task)?.spec ?? {}
  if (maxInFlight <= maxWorkers) return 0
  const others = world.ledger.entries.filter(
    (other) => other !== entry && other.task === entry.task && SYNCHRONOUS.has(other.method),
  )
  return others.reduce((sum, other) => {
    const start = world.ledger.startOf(other)
    const end = world.ledger.endOf(other) || other.settledAt
    return start === 0 ? sum : sum + Math.max(0, Math.min(end, to) - Math.max(start, from))
  }, 0)
}

const isFinite = (ms: number | undefined): number => ms ?? Number.POSITIVE_INFINITY

export function judgeDeaths(world: World): void {
  for (const book of world.books.values()) {
    if (book.isChaotic || world.isUncounted(book)) continue
    const entries = world.ledger.entries.filter(({ task }) => task === book.spec.id)
    const { type, heartbeatMs = Number.POSITIVE_INFINITY } = book.spec
    const graceMs = book.spec.abortGraceMs ?? (type === 'singleton' ? Number.POSITIVE_INFINITY : 2_000)
    const isEarned = (at: KillTime) =>
      entries.some(
        (entry) => overstayed(world, entry, graceMs, at) || wentSilent(world, entry, heartbeatMs, at),
      )
    judgeWorkers(world, book, isEarned)
    for (const entry of entries) {
      const isVictim = ['crashed', 'poison', 'hang', 'not-replayable'].includes(entry.code ?? '')
      if (!isVictim || isEarned(entry.settledAt)) continue
      world.ledger.fail(
        'innocent',
        `${world.ledger.nameOf(entry)} failed with ${entry.code}: no handler of its task ran on, or was silent`,
      )
    }
  }
  for (const entry of world.ledger.entries) {
    judgeTimeout(world, entry)
    judgeHearing(world, entry)
  }
}

function judgeWorkers(world: World, { taskId, spec }: TaskBook, isEarned: (at: KillTime) => boolean): void {
  for (const event of world.events) {
    if (event.kind !== 'worker' || event.taskId !== taskId) continue
    const isKilled = event.action === 'crash' || /grace|hang|timeout/.test(event.reason ?? '')
    if (isKilled && !isEarned(performance.timeOrigin + event.time)) {
      world.ledger.fail(
        'innocent',
        `worker ${event.workerIndex} of ${spec.id}: ${event.action} (${event.reason ?? event.error}), and no handler ran on or was silent`,
      )
    }
  }
}

/** A timeout of the run, or of the queue, is of the time that was spent there. */
function judgeTimeout(world: World, entry: Entry): void {
  const { code, spec, madeAt, settledAt } = entry
  if (!TIMED_OUT.test(code ?? '') || entry.method === 'hostile') return
  const { timeoutMs } = spec
  const phase = (code ?? '').slice('timeout-'.length) as 'queue' | 'run' | 'total'
  const limit = isFinite((typeof timeoutMs === 'number' ? timeoutMs : timeoutMs?.[phase]) ?? undefined)
  const name = world.ledger.nameOf(entry)
  const passed = settledAt - madeAt
  if (passed < limit - 5)
    world.ledger.fail(
      'early-timeout',
      `${name} ran into ${code} of ${limit} ms after ${passed.toFixed(0)} ms`,
    )
  if (isShared(world, entry)) return
  const start = world.ledger.startOf(entry)
  const end = world.ledger.endOf(entry) || settledAt
  const ran = start === 0 ? 0 : end - start
  if (phase === 'run' && ran < limit * SHARE) {
    world.ledger.fail(
      'undue-timeout',
      `${name} ran into ${code} of ${limit} ms: its handler ${start === 0 ? 'never started' : `ran ${ran.toFixed(0)} ms`}`,
    )
  }
  const waited = (start === 0 ? settledAt : start) - madeAt
  const isRetried = world.books.get(entry.task)?.isChaotic === true
  if (phase === 'queue' && waited < limit * SHARE && !isRetried) {
    world.ledger.fail(
      'undue-timeout',
      `${name} ran into ${code} of ${limit} ms: its handler started after ${waited.toFixed(0)} ms`,
    )
  }
}

const isShared = (world: World, { task, spec }: Entry): boolean =>
  (spec.keyMode ?? world.books.get(task)?.spec.keyMode) === 'dedupe'

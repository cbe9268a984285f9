/** Runs one program from an empty page to an empty page, and says which laws it broke. */
import type { Program } from '../program/program.ts'
import { call } from './calls.ts'
import { endSession, judgeEvents, judgeSessions } from './conversation.ts'
import { compareBooks } from './laws/books.ts'
import { ground, judgeGround } from './laws/clean.ts'
import { judgeDeaths } from './laws/deaths.ts'
import { judgeOrder } from './laws/order.ts'
import { judgeRetries, judgeSteps } from './laws/talk.ts'
import type { Failure } from './ledger.ts'
import { nextTask, pause, until } from './native.ts'
import { perform, restoreClock } from './operations.ts'
import { isOnPurpose, words } from './purpose.ts'
import { endReact } from './react.tsx'
import { type Driver, surround } from './surroundings.ts'
import { type TaskBook, World } from './world.ts'

/** A call that has not settled by then never will; restarts back off for some seconds. */
const LONGEST_MS = 12_000

export interface Surroundings {
  /** How long a call may take to settle when nothing is in its way any more. */
  readonly patience?: number | undefined
  /** A program that is cut down is of interest until it breaks this law. */
  readonly law?: string | undefined
  readonly driver?: Driver
}

const NO_DRIVER: Driver = { freeze: async () => {}, offline: async () => {} }

export interface Report {
  readonly failures: readonly Failure[]
  readonly calls: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly ms: number
}

export async function runProgram(
  program: Program,
  { patience = LONGEST_MS, law, driver = NO_DRIVER }: Surroundings = {},
): Promise<Report> {
  const began = performance.now()
  const world = new World(program)
  const { ledger } = world
  world.run = (op) => perform(world, op)
  surround(world, driver)
  const measures: PerformanceEntry[] = []
  const observer = new PerformanceObserver((list) => {
    measures.push(...list.getEntries())
  })
  observer.observe({ type: 'measure' })
  const tasks = watchTasks(world)
  const stopWatching = watchPage(world)
  const before = ground()
  try {
    await warmUp(world)
    await playOut(world)
    await until(LONGEST_RUN_MS, () => (isAtRest(world) ? undefined : 'calls run'))
    await endReact(world)
    const hasSettled = await settle(world, patience)
    judgeDeaths(world)
    judgeOrder(world)
    judgeRetries(world)
    judgeSessions(world)
    // A task that has lost a call need not work: what else is wrong would follow from that.
    if (hasSettled) {
      await nextTask()
      judgeEvents(world)
      await nextCalls(world, patience)
      world.runtime.flush()
      await nextTask()
      measures.push(...observer.takeRecords())
      await compareBooks(
        world,
        measures.filter(({ name }) => name.startsWith('atelier:span:')),
      )
      judgeSteps(world)
    }
  } catch (error) {
    ledger.fail('suite', `the suite failed: ${words(error)} ${(error as Error).stack ?? ''}`)
  }
  observer.disconnect()
  tasks.disconnect()
  await end(world)
  if (!ledger.failures.some((failure) => failure.law === law)) await judgeGround(world, before)
  stopWatching()
  const outcomes: Record<string, number> = {}
  for (const { outcome = 'open' } of ledger.entries) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return { failures: ledger.failures, calls: ledger.entries.length, outcomes, ms: performance.now() - began }
}

/** After its last operation a program runs on for so long, and then what loops, waits or spins is ended. */
const LONGEST_RUN_MS = 1_500

/** Every promise has settled, and every handler has ended. */
function isAtRest({ ledger, background }: World): boolean {
  return (
    background.size === 0 &&
    ledger.entries.every(
      (entry) => entry.settlements > 0 && (ledger.startOf(entry) === 0 || ledger.endOf(entry) !== 0),
    )
  )
}

/** What does not wait happens in the turn of the operation before it, without a microtask in between. */
async function playOut(world: World): Promise<void> {
  for (const op of world.program.ops) {
    const { wait } = op
    if (wait !== undefined) {
      if (wait === 'micro') await Promise.resolve()
      else if (wait === 'task') await nextTask()
      else await pause(wait)
      world.ledger.turn++
    }
    try {
      world.run(op)
    } catch (error) {
      if (!isOnPurpose(error)) throw error
    }
  }
}

/** A hook may have stopped the task: then the calls of the warm-up settle when it starts again. */
async function warmUp(world: World): Promise<void> {
  for (const { spec, task } of world.books.values()) {
    for (let n = 0; n < (spec.warmUps ?? 0); n++) {
      world.ledger.turn++
      const made = call(world, { op: 'call', id: -1, task: spec.id, method: 'echo', args: [1] })
      let isOver = false
      const over = () => (isOver = true)
      made?.then(over, over)
      const stopped = until(LONGEST_MS, () =>
        isOver || task.control.getSnapshot().status === 'stopped' ? undefined : 'it goes on',
      )
      await Promise.race([made?.catch(() => {}), stopped])
    }
  }
  world.ledger.turn++
}

/** No more faults: what loops or waits ends, what was stopped starts, and then every promise settles. */
async function settle(world: World, patience: number): Promise<boolean> {
  const { ledger } = world
  world.isHealed = true
  Atomics.store(world.isOver, 0, 1)
  restoreClock()
  for (const book of world.books.values()) revive(world, book)
  // A pool of one has no worker for others until its session is over.
  for (const name of world.sessions.keys()) endSession(world, name)
  for (const entry of ledger.unsettled) {
    if (entry.method !== 'items') continue
    // Nobody reads it: its handler waits forever.
    entry.perils.add('aborted')
    for (const each of world.calls.values())
      if ((each as { callId?: string }).callId === entry.callId) each.abort()
  }
  const complaint = await until(patience, () => {
    for (const book of world.books.values())
      if (book.task.control.getSnapshot().status === 'failed') revive(world, book)
    const open = ledger.unsettled
    if (open.length > 0)
      return `${open.length} calls never settled: ${open
        .slice(0, 3)
        .map((each) => ledger.nameOf(each))
        .join('; ')}`
    return world.background.size === 0 ? undefined : `${world.background.size} readers never ended`
  })
  if (complaint !== undefined) ledger.fail('settles', complaint)
  return complaint === undefined
}

function revive(world: World, book: TaskBook): void {
  if (world.isDisposed || book.isDisposed) return
  const { status } = book.task.control.getSnapshot()
  if (status === 'stopped' || status === 'failed' || book.isChaotic) book.task.control.start()
}

/** Each task that lives takes calls, on each of its workers, and comes to rest. */
async function nextCalls(world: World, patience: number): Promise<void> {
  if (world.isDisposed) return
  world.runtime.keys.clear()
  world.ledger.turn++
  for (const book of world.books.values()) {
    if (book.isDisposed || world.isUncounted(book)) continue
    for (let n = 0; n <= (book.spec.maxWorkers ?? 1); n++) await nextCall(world, book, `next-${n}`, patience)
    const complaint = await until(patience, () => {
      const { inFlight, pending, blocked } = book.task.control.getSnapshot().queue
      return inFlight + pending + blocked === 0
        ? undefined
        : `${inFlight} in flight, ${pending} pending, ${blocked} blocked`
    })
    if (complaint !== undefined)
      world.ledger.fail('rest', `${book.spec.id} never comes to rest: ${complaint}`)
  }
}

/** A worker that was made when the program was not over may still fail to start: a task of bad workers has some tries. */
async function nextCall(world: World, book: TaskBook, key: string, patience: number): Promise<void> {
  const { spec, isChaotic } = book
  for (let tries = isChaotic ? 4 : 1; tries > 0; tries--) {
    try {
      const options = { timeoutMs: patience, key }
      await call(world, { op: 'call', id: -2, task: spec.id, method: 'echo', args: [1], with: options })
      return
    } catch (error) {
      // Out of service since its last bad worker, it refuses calls for a while.
      revive(world, book)
      if (tries === 1) world.ledger.fail('next-call', `the next call of ${spec.id} failed: ${words(error)}`)
    }
  }
}

async function end(world: World): Promise<void> {
  for (const unsubscribe of world.unsubscribes) unsubscribe()
  for (const release of world.releases) release()
  for (const trace of world.traces.values()) trace.end()
  world.ledger.endanger(() => true, 'disposed')
  world.runtime.dispose()
  await world.rig?.close()
}

/** A task of the page's that is longer than all blocks together is the library's: a user would see it. */
const LONGEST_TASK_MS = 1_500

function watchTasks(world: World): PerformanceObserver {
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      if (duration - world.blockedMs < LONGEST_TASK_MS) continue
      world.ledger.fail('long-task', `the page was blocked for ${duration.toFixed(0)} ms`)
    }
  })
  observer.observe({ type: 'longtask' })
  return observer
}

/** What is thrown where nobody catches it. */
function watchPage(world: World): () => void {
  const onError = (event: ErrorEvent) => {
    event.preventDefault()
    if (!/on purpose/.test(event.message) && !isOnPurpose(event.error)) {
      world.ledger.fail('uncaught', `${event.message} ${(event.error as Error | null)?.stack ?? ''}`)
    }
  }
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault()
    if (!isOnPurpose(event.reason))
      world.ledger.fail('uncaught', `unhandled rejection: ${words(event.reason)}`)
  }
  addEventListener('error', onError)
  addEventListener('unhandledrejection', onRejection)
  return () => {
    removeEventListener('error', onError)
    removeEventListener('unhandledrejection', onRejection)
  }
}

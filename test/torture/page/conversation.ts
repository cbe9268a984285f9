/** What pages and workers say to each other beside calls and results: events, functions of the page, sessions. */
import { callback, type Task } from 'atelier-react/core'
import type { TortureApi } from '../worker/torture.worker.ts'
import type { Entry } from './ledger.ts'
import { nextTask } from './native.ts'
import { words } from './purpose.ts'
import type { TaskBook, World } from './world.ts'

/** A session that the program has opened, and what is known of it. */
export interface SessionBook {
  readonly task: Task<TortureApi>
  readonly taskId: string
  /** Somebody has ended it, or it may end by itself. */
  mayEnd: boolean
  readonly slots: number[]
  readonly release: () => void
}

/** A listener of a task's events, and what it has heard of each call. */
export interface Ear {
  readonly task: string
  /** Calls from this slot on were made while it listened. */
  readonly from: number
  readonly heard: Map<number, number>
  dropped: number
  isOff: boolean
}

export function listen(world: World, { task, spec }: TaskBook): void {
  const { ledger } = world
  const ear: Ear = { task: spec.id, from: ledger.entries.length, heard: new Map(), dropped: 0, isOff: false }
  const off = task.control.on('said', (payload, { dropped }) => {
    const { slot, n } = (payload ?? {}) as { slot: number; n: number }
    if (ear.isOff) ledger.fail('wrong-event', `an event of ${spec.id} came after the listener was taken off`)
    ear.dropped += dropped
    const last = ear.heard.get(slot) ?? 0
    const isNext = n === last + 1 || (n > last && ear.dropped > 0) || (n === 1 && mayRunAgain(world, spec.id))
    if (!(isNext || slot < ear.from))
      ledger.fail('wrong-event', `${spec.id} said ${words(payload)} after ${last} of that call`)
    ear.heard.set(slot, n)
    world.touch('taskEvent')
  })
  world.ears.push(ear)
  world.unsubscribes.push(() => {
    ear.isOff = true
    off()
  })
}

/** A handler that was taken from a dead worker says the same once more. */
const mayRunAgain = (world: World, task: string): boolean => world.books.get(task)?.isChaotic === true

/** What was emitted by a call that has succeeded was heard by all who listened all the time. */
export function judgeEvents(world: World): void {
  for (const { task, from, heard, dropped, isOff } of world.ears) {
    if (isOff || dropped > 0 || world.isDisposed || world.books.get(task)?.isDisposed) continue
    if (mayRunAgain(world, task)) continue
    for (const entry of world.ledger.entries) {
      if (entry.task !== task || entry.method !== 'emits' || entry.slot < from) continue
      if (entry.outcome !== 'success' || isShared(world, entry)) continue
      const count = Number(entry.args[0])
      if (heard.get(entry.slot) !== count)
        world.ledger.fail(
          'lost-event',
          `${world.ledger.nameOf(entry)} emitted ${count} events, ${heard.get(entry.slot) ?? 0} were heard`,
        )
    }
  }
}

const isShared = (world: World, { task, spec }: Entry): boolean =>
  (spec.keyMode ?? world.books.get(task)?.spec.keyMode) === 'dedupe' && spec.key !== undefined

/** The function that `asks` asks: each number's double, at once or a task later. */
export function answerer(world: World, entry: Entry): unknown {
  return callback((n: number): number | Promise<number> => {
    if (entry.settlements > 0)
      world.ledger.fail(
        'late-callback',
        `${world.ledger.nameOf(entry)} has settled, and its handler asked ${n}`,
      )
    world.touch('callback')
    return n % 3 === 0 ? nextTask().then(() => 2 * n) : 2 * n
  })
}

export function openSession(
  world: World,
  { task, taskId, spec }: TaskBook,
  name: string,
  timeoutMs?: number,
) {
  try {
    const session = task.control.session(timeoutMs === undefined ? {} : { timeoutMs })
    endSession(world, name)
    const book: SessionBook = {
      task: session,
      taskId: spec.id,
      mayEnd: timeoutMs !== undefined,
      slots: [],
      release: session.control.release,
    }
    world.sessions.set(name, book)
    world.everySession.push(book)
  } catch (error) {
    // A pool has no more workers to keep, or is over.
    if (!(error instanceof RangeError) && !world.isDisposed && !world.books.get(spec.id)?.isDisposed)
      world.ledger.fail('throws', `session() of ${taskId} threw ${words(error)}`)
  }
}

export function endSession(world: World, name: string): void {
  const session = world.sessions.get(name)
  if (!session) return
  session.mayEnd = true
  const slots = new Set(session.slots)
  world.ledger.endanger(({ slot }) => slots.has(slot), 'aborted')
  session.release()
}

/** Whom a call is made of: a session of its task, where it names one. */
export function handleOf(world: World, book: TaskBook, entry: Entry): Task<TortureApi> {
  const session = world.sessions.get(entry.spec.session ?? '')
  if (session?.taskId !== book.spec.id) return book.task
  session.slots.push(entry.slot)
  if (session.mayEnd) entry.perils.add('aborted')
  return session.task
}

/** The calls of a session ran on one life of one worker, one after another, and it was lost for a cause. */
export function judgeSessions(world: World): void {
  const { ledger } = world
  for (const { taskId, slots, mayEnd } of world.everySession) {
    const book = world.books.get(taskId)
    const entries = slots.map((slot) => ledger.entries[slot] as Entry)
    const ran = entries.filter(({ outcome }) => outcome === 'success')
    const lives = new Set(ran.map(({ value }) => (value as { life?: number } | undefined)?.life))
    lives.delete(undefined)
    if (lives.size > 1) ledger.fail('session', `a session of ${taskId} ran on ${lives.size} lives of workers`)
    const inOrder = ran.toSorted((a, b) => ledger.startOf(a) - ledger.startOf(b))
    for (const [index, entry] of inOrder.entries()) {
      const before = inOrder[index - 1]
      if (before && ledger.startOf(entry) < ledger.endOf(before) - 1)
        ledger.fail('session', `${ledger.nameOf(entry)} started before ${ledger.nameOf(before)} had ended`)
    }
    const lost = entries.find(({ code }) => code === 'session-lost')
    const isDue = mayEnd || world.isDisposed || book?.isChaotic || book?.wasStopped || book?.isDisposed
    if (lost && !isDue && !hasLostWorkers(world, book))
      ledger.fail('session', `${ledger.nameOf(lost)} has lost its session, and no worker was gone`)
  }
}

/** Where nobody listens to events nothing is known. */
const hasLostWorkers = (world: World, book: TaskBook | undefined): boolean =>
  !world.program.world.events ||
  world.events.some(
    (event) =>
      event.kind === 'worker' &&
      event.taskId === book?.taskId &&
      (event.action === 'crash' || event.action === 'terminate'),
  )

/** What a task and its runtime can be asked for beside calls: to be idle, to close, to save, to clear their queue. */
import type { Request } from '../program/program.ts'
import { chaos } from './calls.ts'
import type { Entry } from './ledger.ts'
import { nextTask } from './native.ts'
import { isOnPurpose, words } from './purpose.ts'
import type { TaskBook, World } from './world.ts'

export function ask(world: World, book: TaskBook, what: Request): void {
  const { runtime, ledger } = world
  const { control } = book.task
  switch (what) {
    case 'whenIdle':
      return wait(world, control.whenIdle(), ({ task }) => task === book.spec.id, what)
    case 'runtimeIdle':
      return wait(world, runtime.whenIdle(), () => true, what)
    case 'close':
      closing(world, book)
      return keep(world, control.close(), what)
    case 'runtimeClose':
      for (const each of world.books.values()) closing(world, each)
      world.isDisposed = true
      return keep(world, runtime.close(), what)
    case 'clearQueue': {
      ledger.endanger(({ task }) => task === book.spec.id, 'aborted')
      // Those of a map are open, too.
      const isOpen = ({ settlements, callId }: Entry) => settlements === 0 || callId === ''
      const most = ledger.entries.filter(isOpen).length
      const count = control.clearQueue('on purpose')
      if (!(count >= 0 && count <= most))
        ledger.fail('clear-queue', `it ended ${count} of ${most} open calls`)
      const { blocked } = control.getSnapshot().queue
      if (blocked > 0) ledger.fail('clear-queue', `${blocked} callers are still blocked`)
      return
    }
    case 'checkpoint':
      return keep(world, control.checkpoint(), what)
    case 'restartWorker':
      chaos(world, book)
      control.restartWorker(0)
      return
    case 'inspect': {
      const { tasks } = runtime.inspect()
      const { inFlight, pending, blocked } = control.getSnapshot().queue
      const told = tasks.find(({ taskId }) => taskId === book.taskId)
      if (!world.isDisposed && !book.isDisposed && told === undefined)
        ledger.fail('inspect', `inspect() does not know ${book.taskId}`)
      if (Math.min(inFlight, pending, blocked) < 0)
        ledger.fail('inspect', `${inFlight} in flight, ${pending} pending, ${blocked} blocked`)
      return
    }
  }
}

/** It finishes what is open, and takes no more. */
function closing(world: World, book: TaskBook): void {
  book.wasStopped = true
  book.isDisposed = true
  world.ledger.endangerTask(book.spec.id, 'closed', 'disposed')
}

/** The program is over when it is; what it rejects with has to be the suite's. */
function keep(world: World, work: Promise<unknown>, what: Request): void {
  const over = work.catch((error: unknown) => {
    const isDue =
      isOnPurpose(error) || [...world.books.values()].some((book) => book.isChaotic || book.wasStopped)
    if (!isDue) world.ledger.fail('wrong-error', `${what} rejected with ${words(error)}`)
  })
  world.background.add(over)
  void over.finally(() => world.background.delete(over))
}

/** When it is idle, whatever was open when it was asked has settled, and its handlers have ended. */
function wait(world: World, idle: Promise<void>, isMeant: (entry: Entry) => boolean, what: Request): void {
  const { ledger } = world
  const meant = ledger.unsettled.filter(isMeant)
  const check = async () => {
    await idle
    const running = meant.filter(
      (entry) => isCalm(world, entry) && ledger.startOf(entry) !== 0 && ledger.endOf(entry) === 0,
    )
    await nextTask()
    const open = meant.filter(({ settlements, callId }) => settlements === 0 && callId !== '')
    // Items may lie ready that nobody has read.
    const [left] = open.filter(({ method }) => method !== 'items')
    if (left) ledger.fail('idle', `${what} was fulfilled, and ${ledger.nameOf(left)} is open`)
    const [busy] = running
    if (busy) ledger.fail('idle', `${what} was fulfilled, and the handler of ${ledger.nameOf(busy)} runs`)
  }
  keep(world, check(), what)
}

/** A worker that was ended leaves no note of the end of its handlers. */
function isCalm(world: World, { task }: Entry): boolean {
  const book = world.books.get(task)
  return (
    book !== undefined &&
    !book.isChaotic &&
    !book.wasStopped &&
    !book.wasResized &&
    book.made <= (book.spec.maxWorkers ?? 1)
  )
}

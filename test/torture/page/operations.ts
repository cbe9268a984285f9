/** Carries an operation out: at once, wherever it comes from, a callback of the library included. */
import { collectTrace } from 'atelier-react/core'
import { junkForWorker } from '../../browser/faults/junk.ts'
import { ask } from './asks.ts'
import { endSession, listen, openSession } from './conversation.ts'
import type { Op } from '../program/program.ts'
import { call, chaos } from './calls.ts'
import { hostile } from './hostile.ts'
import { hostileOp } from './hostile-ops.ts'
import { broadcast, limit, map, stream } from './iterations.ts'
import { isOnPurpose, onPurpose, words } from './purpose.ts'
import { reactAct } from './react.tsx'
import type { TaskBook, World } from './world.ts'

/** Runs one operation; what the library throws that the suite did not is a failure. */
export function perform(world: World, op: Op): void {
  try {
    act(world, op)
  } catch (error) {
    if (isOnPurpose(error)) throw error
    world.ledger.fail('throws', `${op.op} (${op.id}) threw ${words(error)}${stackOf(error)}`)
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? `\n${(error.stack ?? '').split('\n').slice(1, 8).join('\n')}` : ''

function act(world: World, op: Op): void {
  const { runtime, ledger } = world
  const book = 'task' in op ? world.books.get(op.task) : undefined
  switch (op.op) {
    case 'call':
      void call(world, op)
      break
    case 'flood':
      for (let n = 0; n < op.count; n++) {
        void call(world, { ...op, op: 'call', id: op.id * 1_000 + n, method: 'echo', args: [n] })
      }
      break
    case 'stream':
      stream(world, op)
      break
    case 'map':
      map(world, op)
      break
    case 'limit':
      limit(world, op)
      break
    case 'abort': {
      const target = world.calls.get(op.target)
      const callId = (target as { callId?: string } | undefined)?.callId
      ledger.endanger((entry) => entry.callId === callId, 'aborted')
      target?.abort(op.reason === undefined ? 'on purpose' : hostile(op.reason))
      break
    }
    case 'abortSignal': {
      const controller = world.signal(op.signal)
      ledger.endanger(({ spec }) => spec.signal === op.signal, 'aborted')
      controller.abort(op.reason === undefined ? onPurpose('signal') : hostile(op.reason))
      break
    }
    case 'abortKey': {
      const { keys, sticky = false } = op
      const reason = op.reason === undefined ? 'on purpose' : hostile(op.reason)
      for (const key of keys) ledger.endangerKey(key, sticky)
      const [first] = keys
      if (keys.length === 1 && first !== undefined) runtime.abort({ key: first, sticky }, reason)
      else runtime.abort({ keys, sticky }, reason)
      break
    }
    case 'prioritize':
      ;(world.calls.get(op.target) as { setPriority?(priority: string): void } | undefined)?.setPriority?.(
        op.priority,
      )
      break
    case 'endSession':
      endSession(world, op.name)
      break
    case 'clearKeys':
      runtime.keys.clear()
      break
    case 'disposeRuntime':
      ledger.endanger(() => true, 'disposed')
      for (const each of world.books.values()) each.wasStopped = true
      world.isDisposed = true
      runtime.dispose()
      break
    case 'retain':
      world.releases.push(runtime.retain({ graceMs: op.ms }))
      break
    case 'release': {
      const release = world.releases.pop()
      if (!release) break
      // The last release parks all tasks after a while.
      for (const each of world.books.values()) stopped(world, each)
      release()
      break
    }
    case 'flush':
      runtime.flush()
      break
    case 'clearMeasures':
      runtime.clearMeasures()
      break
    case 'snapshot':
      if (!Object.isFrozen(runtime.getRuntimeSnapshot()))
        ledger.fail('snapshot', 'the snapshot is not frozen')
      break
    case 'subscribe':
      world.unsubscribes.push(
        runtime.subscribeRuntimeSnapshot(() => world.touch('snapshot'), {
          intervalMs: op.id % 3 === 0 ? 20 : 0,
        }),
        runtime.subscribeEvents(() => {}),
      )
      break
    case 'unsubscribe':
      world.unsubscribes.splice(0).forEach((unsubscribe) => unsubscribe())
      break
    case 'collect': {
      const collection = collectTrace(runtime, { limit: 50 })
      world.unsubscribes.push(() => collection.stop())
      break
    }
    case 'trace':
      world.traces.set(op.name, runtime.createTrace(op.name))
      break
    case 'endTrace':
      world.traces.get(op.name)?.end({ status: 'ok' })
      break
    case 'block':
      block(world, op.ms)
      break
    case 'dateJump':
      jump(op.ms)
      break
    case 'freeze':
      world.freeze(op.ms)
      break
    case 'offline':
      world.offline(op.ms)
      break
    case 'leave':
      world.leave(op.ms)
      break
    case 'throw':
      throw onPurpose('a callback')
    case 'react':
      reactAct(world, op)
      break
    default:
      if (book) actOnTask(world, book, op)
  }
}

function actOnTask(world: World, book: TaskBook, op: Op): void {
  const { task } = book
  switch (op.op) {
    case 'stop':
      stopped(world, book)
      task.control.stop()
      break
    case 'start':
      task.control.start()
      break
    case 'disposeTask':
      book.isDisposed = true
      book.wasStopped = true
      world.ledger.endangerTask(book.spec.id, 'disposed')
      task.control.dispose()
      break
    case 'listen':
      listen(world, book)
      break
    case 'session':
      openSession(world, book, op.name, op.timeoutMs)
      break
    case 'ask':
      ask(world, book, op.what)
      break
    case 'state': {
      const state = task.control.getSnapshot()
      if (state !== task.control.getSnapshot())
        world.ledger.fail('snapshot', 'getSnapshot() gives another object when nothing has changed')
      break
    }
    case 'kill':
      chaos(world, book)
      book.workers[op.nth % Math.max(1, book.workers.length)]?.terminate()
      break
    case 'crash':
      chaos(world, book)
      task.control.simulateCrash(op.nth)
      break
    case 'resize': {
      const { maxWorkers, maxInFlight } = op
      book.wasResized = true
      task.control.resize({ maxWorkers, ...(maxInFlight !== undefined && { maxInFlight }) })
      break
    }
    case 'broadcast':
      broadcast(world, book)
      break
    case 'junk':
      for (const worker of book.workers) for (const junk of junkForWorker(op.id)) worker.postMessage(junk)
      break
    case 'hostile':
      hostileOp(world, book, op.where, hostile(op.value))
      break
    default:
  }
}

/** Open calls of the task may be aborted: it stops, now or soon. */
export function stopped(world: World, book: TaskBook): void {
  book.wasStopped = true
  world.ledger.endangerTask(book.spec.id, 'aborted')
}

/** The page does something else, and answers nobody. */
function block(world: World, ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
  world.blockedMs += ms
}

const now = Date.now
let offset = 0
/** The wall clock is set, as a user or a time server does; the monotonic one goes on. */
function jump(ms: number): void {
  offset += ms
  Date.now = () => now() + offset
}

export function restoreClock(): void {
  offset = 0
  Date.now = now
}

/** Gives a hostile value to one public parameter: it may be refused at once, and nothing else may come of it. */
import { AbortTaskController, parallelLimit, type TaskDispatchOptions } from 'atelier-react/core'
import { attempt, codeOf, enter, watch } from './calls.ts'
import { isOnPurpose, words } from './purpose.ts'
import type { TaskBook, World } from './world.ts'

type Anything = never

const callOptions = [
  'key',
  'keyMode',
  'signal',
  'trace',
  'attributes',
  'timeoutMs',
  'priority',
  'transfer',
  'transferResult',
  'onProgress',
  'onStart',
] as const

const taskOptions = [
  'type',
  'worker',
  'taskId',
  'taskName',
  'init',
  'maxWorkers',
  'maxInFlight',
  'maxQueueDepth',
  'queuePolicy',
  'maxBlocked',
  'defaults',

  'startTimeoutMs',
  'abortGraceMs',
  'heartbeatMs',
  'onCrash',
  'retry',
  'maxCrashes',
  'idleTimeoutMs',
  'methods',
] as const

interface Scene {
  readonly world: World
  readonly book: TaskBook
}

type Act = (scene: Scene, value: Anything) => void

/** Makes a call whose options or argument are hostile; it may fail, and it must settle. */
function tryCall(
  { world, book }: Scene,
  options: TaskDispatchOptions,
  value?: unknown,
  reason?: { value: unknown },
) {
  const task = book.task.with(options)
  const entry = enter(world, book, 'hostile', {}, [])
  for (const peril of [
    'aborted',
    'clone-args',
    'timeout-total',
    'timeout-run',
    'timeout-queue',
    'superseded',
  ])
    entry.perils.add(peril)
  const made = attempt(entry, () => task.pack(entry.slot, value))
  entry.callId = made.callId
  watch(world, entry, made, () => {})
  if (reason) made.abort(reason.value)
}

const acts: Readonly<Record<string, Act>> = {
  ...Object.fromEntries(
    callOptions.map((option): [string, Act] => [
      `with.${option}`,
      (scene, value) => tryCall(scene, { [option]: value }),
    ]),
  ),
  ...Object.fromEntries(
    taskOptions.map((option): [string, Act] => [
      `define.${option}`,
      ({ world, book }, value) => {
        const task = world.runtime.defineTask({
          type: 'parallel',
          worker: () => book.workers[0] as Worker,
          [option]: value,
        })
        task.control.dispose()
      },
    ]),
  ),
  with: ({ book }, value) => void book.task.with(value),
  define: ({ world }, value) => void world.runtime.defineTask(value),
  argument: (scene, value) => tryCall(scene, {}, value),
  'argument.auto': (scene, value) => tryCall(scene, { transfer: 'auto' }, { value }),
  'transfer.entry': (scene, value) => tryCall(scene, { transfer: [value] }, value),
  'abort.reason': (scene, value) => tryCall(scene, {}, 1, { value }),
  'signal.reason': (scene, value) => {
    const controller = new AbortController()
    tryCall(scene, { signal: controller.signal })
    tryCall(scene, { signal: controller.signal })
    controller.abort(value)
  },
  'key.reason': (scene, value) => {
    tryCall(scene, { key: 'hostile' })
    tryCall(scene, { key: 'hostile' })
    scene.world.runtime.abort({ key: 'hostile' }, value)
  },
  'key.name': ({ world }, value) => world.runtime.abort({ key: value }),
  'key.options': ({ world }, value) => world.runtime.abort(value),
  'key.many': ({ world }, value) => world.runtime.abort({ keys: value }),
  'key.signal': ({ world }, value) => void world.runtime.keys.signal(value),
  controller: (_scene, value) =>
    new AbortTaskController(value === undefined ? undefined : value).abort('key'),
  retain: ({ world }, value) => world.releases.push(world.runtime.retain(value)),
  subscribe: ({ world }, value) =>
    void world.unsubscribes.push(world.runtime.subscribeRuntimeSnapshot(value)),
  'subscribe.options': ({ world }, value) =>
    void world.unsubscribes.push(world.runtime.subscribeRuntimeSnapshot(() => {}, value)),
  subscribeEvents: ({ world }, value) => void world.unsubscribes.push(world.runtime.subscribeEvents(value)),
  createTrace: ({ world }, value) => world.runtime.createTrace(value).end(),
  'createTrace.options': ({ world }, value) => world.runtime.createTrace('hostile', value).end(),
  'createTrace.parent': ({ world }, value) => world.runtime.createTrace('hostile', { parent: value }).end(),
  'createTrace.attributes': ({ world }, value) =>
    world.runtime.createTrace('hostile', { attributes: value }).end(),
  'createTrace.links': ({ world }, value) => world.runtime.createTrace('hostile', { links: [value] }).end(),
  'trace.end': ({ world }, value) => world.runtime.createTrace('hostile').end(value),
  'trace.error': ({ world }, value) => world.runtime.createTrace('hostile').end({ error: value }),
  'trace.endTime': ({ world }, value) => world.runtime.createTrace('hostile').end({ endTime: value }),
  'trace.attribute': ({ world }, value) => {
    const trace = world.runtime.createTrace('hostile')
    trace.setAttribute('hostile', value)
    trace.setAttribute(value, 1)
    trace.end()
  },
  trace: ({ world }, value) => void world.runtime.trace(value).catch(() => {}),
  'trace.thrown': ({ world }, value) =>
    void world.runtime
      .trace('hostile', () => {
        throw value
      })
      .catch(() => {}),
  'map.inputs': ({ book, world }, value) => {
    const items = book.task.control.map('mirror', value)
    for (const _ of listed(value)) enterUnknown(world, book)
    void drain(items)
  },
  'map.options': ({ book }, value) => void drain(book.task.control.map('tick', [], value)),
  'map.method': ({ book }, value) => void drain(book.task.control.map(value, [])),
  limit: (_scene, value) => void drain(parallelLimit(value, 1, () => 1)),
  'limit.limit': (_scene, value) => void drain(parallelLimit([], value, () => 1)),
  'limit.options': (_scene, value) => void drain(parallelLimit([], 1, () => 1, value)),
  method: ({ book, world }, value) => {
    const method = (book.task as unknown as Record<string, unknown>)[value]
    if (typeof method === 'function' && typeof value === 'string') {
      const entry = enter(world, book, 'hostile', {}, [])
      entry.perils.add('no-method')
      const made = attempt(entry, method as () => PromiseLike<unknown> & { callId: string })
      entry.callId = made.callId
      watch(world, entry, made, () => {})
    }
  },
}

/** The items of a value that is a list. */
const listed = (value: unknown): Iterable<unknown> =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? (value as unknown as Iterable<unknown>) : []

/** A call whose promise is the library's affair. */
function enterUnknown(world: World, book: TaskBook): void {
  const entry = enter(world, book, 'hostile', {}, [])
  entry.outcome = 'unknown'
  entry.settlements = 1
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of items);
  } catch {
    // The call of `tick` without a slot, or the input, fails: only that it ends is of interest.
  }
}

export const hostilePlaces = Object.keys(acts)

/** Refused is a TypeError or a RangeError, or whatever the value itself throws when it is read. */
export function hostileOp(world: World, book: TaskBook, where: string, value: unknown): void {
  try {
    acts[where]?.({ world, book }, value as Anything)
  } catch (error) {
    const isRefusal = error instanceof TypeError || error instanceof RangeError || isOnPurpose(error)
    if (isRefusal || (world.isDisposed && where.startsWith('define'))) return
    world.ledger.fail('throws', `hostile ${where} threw ${words(error)} (${codeOf(error)})`)
  }
}

/** Any public call from any callback: what the callbacks do, and what must hold afterwards. */
import { expect } from 'vitest'
import type { Callback } from '../../../src/types/conversation.ts'
import type { Codec, CodecConfig } from '../../../src/types/codec.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { codec } from '../../../src/wire/codec.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { type Lab as LabOf, makeLab, shown, watch } from './lab.ts'
import { StepWorker } from './step-worker.ts'

/** An object of a class, which travels by a codec. */
export class Parcel {
  readonly bytes: Uint8Array<ArrayBuffer>
  constructor(bytes: Uint8Array<ArrayBuffer> = new Uint8Array(8)) {
    this.bytes = bytes
  }
}

/** The codec of parcels, some of its functions replaced. */
export const parcels = (over: Partial<CodecConfig<Parcel, Uint8Array<ArrayBuffer>>> = {}): Codec<Parcel> =>
  codec<Parcel, Uint8Array<ArrayBuffer>>(Parcel, {
    name: 'parcel',
    encode: ({ bytes }) => bytes,
    decode: (bytes) => new Parcel(bytes),
    ...over,
  })

const handlers = () => ({
  echo: (value: unknown) => value,
  wait: () => new Promise<void>(() => {}),
  report: (value: unknown) => taskContext().progress(value),
  say: (value: unknown) => taskContext().emit('said', value),
  ask: async (page: Callback<() => unknown>) => await page(),
  fail: () => {
    throw new Error('mine')
  },
  *twice(value: unknown) {
    yield value
    yield value
  },
})

type Api = ReturnType<typeof handlers>
export type Lab = LabOf<Api>

export const acts: [what: string, act: (lab: Lab) => unknown][] = [
  ['makes a call', ({ task }) => task.echo('inner').catch(() => {})],
  [
    'makes a call with the key',
    ({ task }) =>
      task
        .with({ key: 'key', keyMode: 'latest' })
        .echo(1)
        .catch(() => {}),
  ],
  ['aborts its key', ({ runtime }) => runtime.abort({ key: 'key' })],
  ['aborts its key for good', ({ runtime }) => runtime.abort({ key: 'key', sticky: true }, 'no')],
  ['stops the workers', ({ task }) => task.control.stop()],
  ['stops and starts the workers', ({ task }) => [task.control.stop(), task.control.start()]],
  ['disposes of the task', ({ task }) => task.control.dispose()],
  ['disposes of the runtime', ({ runtime }) => runtime.dispose()],
  ['retains and releases', ({ runtime }) => runtime.retain({ graceMs: 0 })()],
  ['subscribes', ({ runtime }) => runtime.subscribeRuntimeSnapshot(() => {}, { emitImmediately: true })()],
  ['reads', ({ runtime, task }) => [runtime.getRuntimeSnapshot(), task.control.getSnapshot()]],
  [
    'defines a task',
    ({ runtime }) =>
      runtime.defineTask({ type: 'parallel', worker: () => new StepWorker(handlers).asWorker }),
  ],
  ['ends a worker', ({ task }) => task.control.restartWorker(0)],
  ['crashes both workers', ({ task }) => [0, 1].map((index) => task.control.simulateCrash(index))],
  ['makes the pool smaller', ({ task }) => task.control.resize({ maxWorkers: 1 })],
  ['makes the pool larger', ({ task }) => task.control.resize({ maxWorkers: 4, maxInFlight: 8 })],
  ['clears the queue', ({ task }) => task.control.clearQueue('mine')],
  ['aborts all calls of the task', ({ runtime, task }) => runtime.abort({ task }, 'mine')],
  ['aborts the first call', ({ runtime }) => runtime.abort({ callId: 'call-1' })],
  ['looks at everything', ({ runtime }) => runtime.inspect()],
  ['flushes', ({ runtime }) => [runtime.flush(), runtime.clearMeasures()]],
  ['waits for rest', ({ task }) => void task.control.whenIdle()],
  ['saves', ({ task }) => void task.control.checkpoint().catch(() => {})],
  ['makes a broadcast', ({ task }) => void task.control.broadcastSettled('echo', 'to all')],
  [
    'makes a session, and leaves it open',
    ({ task }) =>
      void task.control
        .session({ timeoutMs: 100 })
        .echo(1)
        .catch(() => {}),
  ],
  [
    'makes a session, and ends it',
    ({ task }) => {
      const session = task.control.session()
      session.echo(1).catch(() => {})
      session.control.release()
    },
  ],
  [
    'makes calls of each key mode and priority, and aborts some',
    ({ task }) => {
      for (const keyMode of ['serial', 'latest', 'keep-last', 'dedupe'] as const)
        for (const priority of ['low', 'high'] as const) {
          const call = task.with({ key: 'key', keyMode, priority }).echo(keyMode)
          call.catch(() => {})
          if (priority === 'low') call.abort()
        }
    },
  ],
  [
    'makes a call that is aborted already',
    ({ task }) =>
      task
        .with({ signal: AbortSignal.abort('mine') })
        .echo(1)
        .catch(() => {}),
  ],
  [
    'reads a stream, and leaves it',
    ({ task }) => {
      const read = async (): Promise<void> => {
        for await (const item of task.twice(1)) if (item === 1) break
      }
      read().catch(() => {})
    },
  ],
  [
    'maps, and leaves it',
    ({ task }) => {
      const map = async (): Promise<void> => {
        for await (const result of task.control.map('echo', [1, 2, 3])) if (result === 1) break
      }
      map().catch(() => {})
    },
  ],
  ['closes the task', ({ task }) => void task.control.close()],
  ['closes the runtime', ({ runtime }) => void runtime.close()],
  [
    'throws',
    () => {
      throw new Error('mine')
    },
  ],
]

/** What later calls end with where the task is over. */
function nextAfter(what: string): string {
  if (what.startsWith('closes')) return 'closed'
  return what.startsWith('disposes') ? 'disposed' : 'next'
}

/** Makes calls whose callback does `act` the first time; all of them settle, the next call works, and nothing is left. */
export async function reenter(
  what: string,
  act: (lab: Lab) => unknown,
  make: (lab: Lab, act: () => unknown) => PromiseLike<unknown>[],
  configOf: (act: () => unknown, made: (worker: StepWorker) => void) => Partial<TaskConfig<Api>> = () => ({}),
): Promise<'nothing is left'> {
  const reported: unknown[] = []
  const report = (error: unknown) => reported.push(error)
  process.on('uncaughtException', report)
  let isFirst = true
  const once = () => {
    if (!isFirst) return
    isFirst = false
    act(lab)
  }
  const config = configOf(once, (worker) => lab.workers.push(worker))
  const lab = makeLab(
    handlers,
    { maxWorkers: 2, maxQueueDepth: 4, abortGraceMs: 10, ...config },
    // The worker's are its own: they do nothing of the kind.
    { lifecycle: config.codecs ? { codecs: [parcels()] } : {} },
  )
  const bystander = watch(lab.task.echo('bystander'))
  const fates = make(lab, once).map(watch)
  await lab.settle()
  lab.clock.advance(1_000)
  await lab.settle()
  expect(isFirst).toBe(false)
  // What waits for workers that were stopped goes on.
  lab.task.control.start()
  await lab.settle()
  lab.clock.advance(1_000)
  await lab.settle()
  expect([bystander(), ...fates.map((fate) => fate())].filter(({ status }) => status === 'open')).toEqual([])
  const next = watch(lab.task.echo('next'))
  await lab.settle()
  expect(shown(next())).toBe(nextAfter(what))
  lab.runtime.dispose()
  await lab.settle()
  lab.clock.advance(2_000)
  process.off('uncaughtException', report)
  expect([lab.clock.pending, lab.workers.filter(({ isAlive }) => isAlive).length]).toEqual([0, 0])
  expect(reported.filter((error) => (error as Error).message !== 'mine')).toEqual([])
  return 'nothing is left'
}

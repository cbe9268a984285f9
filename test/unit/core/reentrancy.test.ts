/** Any public call from any callback that tasks, maps, keys and signals run: nothing is lost, nothing is left. */
import { describe, expect, it } from 'vitest'
import { parallelLimit } from '../../../src/lib/parallel-limit.ts'
import { makeLab, shown, watch } from './support/lab.ts'
import { StepWorker } from './support/step-worker.ts'

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })
type Lab = ReturnType<typeof makeLab<ReturnType<typeof handlers>>>

const acts: [what: string, act: (lab: Lab) => unknown][] = [
  ['makes a call', ({ task }) => task.echo('inner').catch(() => {})],
  [
    'makes a call with the key',
    ({ task }) =>
      task
        .with({ key: 'key', keyMode: 'latest' })
        .echo(1)
        .catch(() => {}),
  ],
  ['aborts its key', ({ runtime }) => runtime.abortTaskController.abort('key')],
  [
    'aborts its key for good',
    ({ runtime }) => runtime.abortTaskController.abort('key', 'no', { sticky: true }),
  ],
  ['stops the workers', ({ task }) => task.stopWorkers()],
  ['stops and starts the workers', ({ task }) => [task.stopWorkers(), task.startWorkers()]],
  ['disposes of the task', ({ task }) => task.dispose()],
  ['disposes of the runtime', ({ runtime }) => runtime.dispose()],
  ['retains and releases', ({ runtime }) => runtime.retain({ graceMs: 0 })()],
  ['subscribes', ({ runtime }) => runtime.subscribeRuntimeSnapshot(() => {}, { emitImmediately: true })()],
  ['reads', ({ runtime, task }) => [runtime.getRuntimeSnapshot(), task.getState()]],
  [
    'defines a task',
    ({ runtime }) =>
      runtime.defineTask({ type: 'parallel', worker: () => new StepWorker(handlers).asWorker }),
  ],
  [
    'throws',
    () => {
      throw new Error('mine')
    },
  ],
]

/** Each callback: how its calls are made, with what it does the first time. */
const callbacks: [what: string, use: (lab: Lab, act: () => unknown) => PromiseLike<unknown>[]][] = [
  [
    'keyOf of map and parallelLimit',
    (lab, act) => {
      const keyOf = () => {
        act()
        return 'key'
      }
      const controller = lab.runtime.abortTaskController
      const options = { keyOf, abortTaskController: controller, errorPolicy: 'continue' as const }
      return [parallelLimit([1, 2], 2, (value) => lab.task.echo(value), options).next()]
    },
  ],
  [
    'the source of a map',
    (lab, act) => {
      function* source() {
        yield 1
        act()
        yield 2
      }
      const results = lab.task.map('echo', source(), { onError: 'settle' })
      return [results.next(), results.next()]
    },
  ],
  [
    'onError of parallelLimit',
    (lab, act) => {
      const fn = async (value: number) => {
        await lab.task.echo(value)
        throw new Error('no')
      }
      return [parallelLimit([1], 1, fn, { onError: act }).next()]
    },
  ],
  [
    'a listener of a signal, before the call has one',
    (lab, act) => {
      const controller = new AbortController()
      controller.signal.addEventListener('abort', swallowing(act))
      const call = lab.task.with({ signal: controller.signal, key: 'key' }).wait()
      controller.abort()
      return [call]
    },
  ],
  [
    'a listener of a signal, after the call has one',
    (lab, act) => {
      const controller = new AbortController()
      const task = lab.task.with({ signal: controller.signal })
      const calls = [task.wait(), task.wait()]
      controller.signal.addEventListener('abort', swallowing(act))
      controller.abort()
      return calls
    },
  ],
  [
    'a listener of the signal of a key',
    (lab, act) => {
      const keys = lab.runtime.abortTaskController
      const signal = keys.signalFor('key')
      signal.addEventListener('abort', swallowing(act))
      const calls = [lab.task.with({ key: 'key' }).wait(), lab.task.with({ key: 'key' }).echo(1)]
      keys.abortMany(['other', 'key'])
      return calls
    },
  ],
  [
    'a getter of an option',
    (lab, act) => {
      const options = {
        get priority() {
          act()
          return 'high' as const
        },
      }
      try {
        return [lab.task.with(options).echo(1)]
      } catch {
        return []
      }
    },
  ],
]

/** What a listener of an event target throws is reported by the host, which fails a test. */
function swallowing(act: () => unknown): () => void {
  return () => {
    try {
      act()
    } catch {
      // Shown by the other callbacks.
    }
  }
}

describe.each(callbacks)('%s', (_what, use) => {
  it.each(acts)('%s', async (what, act) => {
    const reported: unknown[] = []
    const report = (error: unknown) => reported.push(error)
    process.on('uncaughtException', report)
    const lab = makeLab(handlers, { poolSize: 2, maxQueueDepth: 4, abortGraceMs: 10 })
    const bystander = watch(lab.task.echo('bystander'))
    let isFirst = true
    const once = () => {
      if (!isFirst) return
      isFirst = false
      act(lab)
    }
    const fates = use(lab, once).map(watch)
    await lab.settle()
    lab.clock.advance(1_000)
    await lab.settle()
    expect(isFirst).toBe(false)
    // What waits for workers that were stopped goes on.
    lab.task.startWorkers()
    await lab.settle()
    lab.clock.advance(1_000)
    await lab.settle()
    expect([bystander(), ...fates.map((fate) => fate())].filter(({ status }) => status === 'open')).toEqual(
      [],
    )
    const isOver = what.startsWith('disposes')
    const next = watch(lab.task.echo('next'))
    await lab.settle()
    expect(shown(next())).toBe(isOver ? 'disposed' : 'next')
    lab.runtime.dispose()
    await lab.settle()
    lab.clock.advance(2_000)
    process.off('uncaughtException', report)
    expect([lab.clock.pending, lab.workers.filter(({ isAlive }) => isAlive).length]).toEqual([0, 0])
    expect(reported.filter((error) => (error as Error).message !== 'mine')).toEqual([])
  })
})

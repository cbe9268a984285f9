/** What a more urgent call that waits does to those that were handed ahead: it passes them, and no more than that. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { drain, makeLab, ruleTime, shown, watch } from '../support/lab.ts'

const handlers = () => {
  const gates: ((value: string) => void)[] = []
  return {
    echo: (value: unknown) => value,
    wait: () => new Promise<string>((resolve) => gates.push(resolve)),
    open: () => gates.shift()?.('opened'),
  }
}

beforeEach(() => {
  // Claims are words in shared memory: what is ahead is had back at once.
  vi.stubGlobal('crossOriginIsolated', true)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

it('a call of a session that waits for room makes nobody change places for ever', async () => {
  const lab = makeLab(handlers, { type: 'singleton', maxQueueDepth: 1 })
  const warm = watch(lab.task.echo('warm'))
  await lab.settle()
  expect(shown(warm())).toBe('warm')
  const [worker] = lab.workers
  let posts = 0
  const post = worker?.postMessage.bind(worker)
  Object.assign(worker as object, {
    postMessage: (message: unknown) => {
      // It would not end.
      if (++posts > 200) throw new Error('too many messages')
      post?.(message)
    },
  })
  const session = lab.task.control.session()
  const made = [
    lab.task.wait(),
    lab.task.with({ priority: 'low' }).echo('ahead'),
    lab.task.with({ priority: 'low' }).echo('ready'),
  ].map((call) => watch(call))
  await lab.settle()
  made.push(watch(session.with({ priority: 'high' }).echo('urgent')))
  await lab.settle()
  expect(lab.task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, ahead: 1, blocked: 1 })
  expect(posts).toBeLessThan(20)
  lab.runtime.dispose()
  await drain()
  expect(made.map((fate) => shown(fate()))).toEqual(Array.from({ length: 4 }, () => 'disposed'))
})

it.each([
  ['low', 1],
  ['low', 3],
  ['normal', 3],
] as const)('a call of priority %s has its turn, whatever comes: %d at once', async (priority, atOnce) => {
  const lab = makeLab(handlers, { maxQueueDepth: 20 })
  const warm = watch(lab.task.echo('warm'))
  await lab.settle()
  expect(shown(warm())).toBe('warm')
  let urgent = 0
  const patient = { isOver: false, passed: -1 }
  const callOn = async (): Promise<void> => {
    while (!patient.isOver) await lab.task.with({ priority: 'high' }).echo(urgent++)
  }
  for (let n = 0; n <= atOnce; n++) void callOn()
  void lab.task
    .with({ priority })
    .echo('patient')
    .then(() => {
      patient.passed = urgent
      patient.isOver = true
    })
  for (let turn = 0; turn < 200 && !patient.isOver; turn++) {
    await drain()
    lab.workers[0]?.deliverToWorker()
    await drain()
    lab.workers[0]?.deliverToPage()
  }
  patient.isOver = true
  await lab.settle()
  lab.runtime.dispose()
  // Eight pass it over, beside those that are under way.
  expect(patient.passed).toBeGreaterThan(0)
  expect(patient.passed).toBeLessThan(16 + 2 * atOnce)
})

/** The locks of one browser, as far as claims need them. */
function fakeLocks() {
  const held = new Set<string>()
  return {
    request: async (name: string, ...[first, second]: readonly unknown[]) => {
      type Run = (lock: object | null) => unknown
      const run = (second ?? first) as Run
      await Promise.resolve()
      if (held.has(name)) return (first as LockOptions).ifAvailable ? run(null) : new Promise(() => {})
      held.add(name)
      await run({ name })
      return held.delete(name)
    },
  }
}

it('a less urgent call is not sent while it is open whether the worker gives a more urgent one back', async () => {
  const navigator = { locks: fakeLocks() }
  vi.stubGlobal('crossOriginIsolated', false)
  vi.stubGlobal('navigator', navigator)
  const order: string[] = []
  const microtasks = async () => {
    for (let count = 0; count < 10; count++) await Promise.resolve()
  }
  const lab = makeLab<{ run(name: string, ms: number): void }>(
    (scope, worker) => {
      Object.assign(scope, { navigator })
      /** The page asks for calls back when the worker has claimed them, and reads the next reply before it has an answer. */
      const askInTime = async () => {
        for (let count = 0; count < 2; count++) {
          await microtasks()
          worker.deliverToPage()
        }
        await microtasks()
        while (worker.deliverToWorker());
      }
      return {
        run: (name, ms) => {
          lab.clock.stall(ms)
          order.push(name)
          if (name === 'high 4') void askInTime()
        },
      }
    },
    { type: 'singleton', maxQueueDepth: 2 },
  )
  const restore = ruleTime(lab.clock)
  for (let round = 0; round < 20; round++) await Promise.all([lab.task.run('warm', 0.05), lab.settle()])
  order.length = 0
  const priorities = ['normal', 'low', 'normal', 'low', 'high', 'normal', 'high'] as const
  const calls = priorities.map((priority, n) => lab.task.with({ priority }).run(`${priority} ${n}`, 20))
  await drain()
  lab.workers[0]?.deliverToWorker()
  await drain()
  await lab.settle()
  await Promise.all(calls)
  restore()
  expect(order).toEqual(['normal 0', 'high 4', 'high 6', 'normal 2', 'normal 5', 'low 1', 'low 3'])
})

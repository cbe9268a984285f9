/** `maxConcurrency`: the tasks of a runtime take turns at what the machine can do at once, and nothing is lost or stuck over it. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTestRuntime } from 'atelier-react/testing'
import { Concurrency } from '../../../src/pool/concurrency.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { deliverAll, watch, shown } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

/** Tasks whose handlers run until they are let go; `log` has the starts in order, `running` what runs now. */
function tasksOf(
  maxConcurrency: number | undefined,
  names: readonly string[],
  config: Partial<TaskConfig<Api>> = {},
) {
  const runtime = createTestRuntime({ maxConcurrency })
  const workers: StepWorker[] = []
  const log: string[] = []
  const running = new Map<string, (() => void)[]>()
  let most = 0
  const count = () => [...running.values()].reduce((sum, gates) => sum + gates.length, 0)
  const tasks = names.map((name) =>
    runtime.defineTask<Api>({
      type: 'parallel',
      maxWorkers: 2,
      taskId: name,
      ...config,
      worker: () => {
        const worker = new StepWorker(() => ({
          async work(label: string) {
            log.push(label)
            const gates = running.get(name) ?? []
            running.set(name, gates)
            await new Promise<void>((resolve) => {
              gates.push(resolve)
              most = Math.max(most, count())
            })
            return label
          },
          crash: () => worker.asWorker.terminate(),
        }))
        workers.push(worker)
        return worker.asWorker
      },
    }),
  )
  const settle = () => deliverAll(workers)
  /** Lets the oldest run of a task end. */
  const end = async (name: string) => {
    running.get(name)?.shift()?.()
    await settle()
  }
  return { runtime, tasks, workers, log, settle, end, running, count, most: () => most }
}

// oxlint-disable-next-line typescript/consistent-type-definitions -- handlers have an index signature
type Api = {
  work(label: string): Promise<string>
  crash(): void
}

it('starts no more calls of all tasks together than it allows, and the tasks take turns', async () => {
  const { tasks, log, settle, end, runtime, count } = tasksOf(2, ['a', 'b', 'c'])
  const [a, b, c] = tasks
  const calls = ['a1', 'a2', 'a3', 'a4'].map((label) => watch(a!.work(label)))
  calls.push(watch(b!.work('b1')), watch(b!.work('b2')), watch(c!.work('c1')))
  await settle()
  expect([log, count()]).toEqual([['a1', 'a2'], 2])
  expect(c!.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 1 })
  expect(runtime.inspect().calls.find(({ taskId }) => taskId === 'c')).toMatchObject({
    phase: 'pending',
    waitsFor: { reason: 'concurrency' },
  })
  await end('a')
  await end('a')
  expect(log.slice(2).toSorted()).toEqual(['b1', 'c1'])
  await end('b')
  await end('c')
  expect(log.slice(4).toSorted()).toEqual(['a3', 'b2'])
  await end('a')
  await end('b')
  await end('a')
  expect(calls.map((fate) => shown(fate()))).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'])
  runtime.dispose()
})

it('hands a busy worker nothing ahead while another task waits', async () => {
  const { tasks, log, settle, end, runtime } = tasksOf(1, ['a', 'b'], { maxWorkers: 1 })
  const [a, b] = tasks
  const first = watch(a!.work('a1'))
  await settle()
  await end('a')
  expect(first()).toMatchObject({ value: 'a1' })
  const calls = [a!.work('a2'), b!.work('b1'), a!.work('a3')].map((call) => watch(call))
  await settle()
  await end('a')
  await end('b')
  await end('a')
  expect(log).toEqual(['a1', 'a2', 'b1', 'a3'])
  expect(calls.map((fate) => shown(fate()))).toEqual(['a2', 'b1', 'a3'])
  runtime.dispose()
})

it('keeps the meaning of maxQueueDepth: a call that finds no turn waits in the queue', async () => {
  const { tasks, settle, runtime } = tasksOf(1, ['a', 'b'], { maxQueueDepth: 1, queuePolicy: 'reject' })
  const [a, b] = tasks
  a!.work('a1').catch(() => {})
  const calls = [watch(b!.work('b1')), watch(b!.work('b2'))]
  await settle()
  expect(calls.map((fate) => shown(fate()))).toEqual(['open', 'queue-full'])
  runtime.dispose()
})

it.each([0, 1])('wakes callers that are blocked, in a queue of %i', async (maxQueueDepth) => {
  const { tasks, settle, end, runtime } = tasksOf(1, ['a', 'b'], { maxQueueDepth })
  const [a, b] = tasks
  const calls = [a!.work('a1'), b!.work('b1'), b!.work('b2'), b!.work('b3')].map((call) => watch(call))
  await settle()
  for (const name of ['a', 'b', 'b', 'b']) await end(name)
  expect(calls.map((fate) => shown(fate()))).toEqual(['a1', 'b1', 'b2', 'b3'])
  runtime.dispose()
})

it('wakes a session whose call is blocked', async () => {
  const { tasks, settle, end, runtime } = tasksOf(1, ['a', 'b'], { maxQueueDepth: 0 })
  const [a, b] = tasks
  const session = b!.control.session()
  const opening = watch(session.work('s1'))
  await settle()
  await end('b')
  const calls = [a!.work('a1'), session.work('s2')].map((call) => watch(call))
  await settle()
  await end('a')
  await end('b')
  expect([opening, ...calls].map((fate) => shown(fate()))).toEqual(['s1', 'a1', 's2'])
  runtime.dispose()
})

it.each([
  ['stops', (lab: ReturnType<typeof tasksOf>) => lab.tasks[0]!.control.stop()],
  ['dies', (lab: ReturnType<typeof tasksOf>) => lab.workers[0]?.asWorker.terminate()],
  ['is aborted', (lab: ReturnType<typeof tasksOf>) => lab.runtime.abort({ task: lab.tasks[0]! })],
  ['is disposed', (lab: ReturnType<typeof tasksOf>) => lab.tasks[0]!.control.dispose()],
])('gives its turn away when the task that has it %s', async (_, happens) => {
  const lab = tasksOf(1, ['a', 'b'], { abortGraceMs: 100, maxCrashes: 0 })
  const [a, b] = lab.tasks
  watch(a!.work('a1'))
  watch(a!.work('a2'))
  await lab.settle()
  const second = watch(b!.work('b1'))
  await lab.settle()
  expect(lab.log).toEqual(['a1'])
  happens(lab)
  await lab.settle()
  // A handler that does not end by itself keeps its slot until its worker is replaced.
  lab.runtime.clock.advance(1_000)
  await lab.settle()
  await lab.end('b')
  expect(shown(second())).toBe('b1')
  lab.runtime.dispose()
})

it('gives a free slot to nobody before the first in turn, and tells that one alone', () => {
  const all = new Concurrency(1)
  const woken: string[] = []
  const [a, b, c] = ['a', 'b', 'c'].map((name) => all.share(() => woken.push(name)))
  expect([a!.tryTake(), b!.tryTake(), c!.tryTake()]).toEqual([true, false, false])
  a!.give()
  expect([woken, a!.isOpen, a!.tryTake(), c!.tryTake(), b!.isOpen]).toEqual([
    ['b'],
    false,
    false,
    false,
    true,
  ])
  expect([b!.isContended, b!.tryTake(), b!.isWaiting]).toEqual([true, true, false])
  b!.give()
  c!.rest()
  expect(woken).toEqual(['b', 'c', 'a'])
  expect([a!.isContended, a!.tryTake()]).toEqual([false, true])
})

it('is checked when the runtime is made', () => {
  expect(() => createTestRuntime({ maxConcurrency: 0 })).toThrow(RangeError)
  expect(() => createTestRuntime({ maxConcurrency: 1.5 })).toThrow(RangeError)
  expect(() => createTestRuntime({ maxConcurrency: Number.NaN })).toThrow(TypeError)
  createTestRuntime({ maxConcurrency: Number.POSITIVE_INFINITY }).dispose()
})

it('loses no call, exceeds the bound never, and ends with nothing taken, whatever happens in between', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: fc.constant('call' as const), task: fc.nat(2) }) },
    { weight: 4, arbitrary: fc.record({ does: fc.constant('end' as const), task: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('crash' as const), task: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('abort' as const), task: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('stop' as const), task: fc.nat(2) }) },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.nat(2),
      fc.array(step, { maxLength: 40 }),
      async (bound, maxQueueDepth, steps) => {
        const names = ['a', 'b', 'c']
        const lab = tasksOf(bound, names, { maxQueueDepth, abortGraceMs: 0, maxCrashes: 100 })
        const fates: (() => { status: string })[] = []
        for (const { does, task: at } of steps) {
          const task = lab.tasks[at]!
          if (does === 'call') fates.push(watch(task.work(`${names[at]}${fates.length}`)))
          else if (does === 'end') await lab.end(names[at]!)
          else if (does === 'crash') fates.push(watch(task.crash()))
          else if (does === 'abort') lab.runtime.abort({ task })
          else {
            task.control.stop()
            lab.running.delete(names[at]!)
            task.control.start()
          }
          await lab.settle()
          const inFlight = lab.tasks.map(({ control }) => control.getSnapshot().queue.inFlight)
          expect(inFlight.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(bound)
        }
        for (let round = 0; round < 400 && fates.some((fate) => fate().status === 'open'); round++) {
          for (const name of names) for (const gate of lab.running.get(name)?.splice(0) ?? []) gate()
          await lab.settle()
          lab.runtime.clock.advance(5_000)
          await lab.settle()
        }
        expect(fates.map((fate) => fate().status)).not.toContain('open')
        const last = lab.tasks.map((task, at) => watch(task.work(`${names[at]} last`)))
        for (let round = 0; round < 20; round++) {
          await lab.settle()
          lab.runtime.clock.advance(5_000)
          await lab.settle()
          for (const name of names) for (const gate of lab.running.get(name)?.splice(0) ?? []) gate()
        }
        await lab.settle()
        expect(last.map((fate) => shown(fate()))).toEqual(names.map((name) => `${name} last`))
        lab.runtime.dispose()
      },
    ),
    { numRuns: 60 },
  )
})

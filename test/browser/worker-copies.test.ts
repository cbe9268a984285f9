/** What leaves a handler is a copy made when it left: nothing that the handler changes later shows in it. */
import { expect, it } from 'vitest'
import type { Task, TaskConfig } from 'atelier-react/core'
import type { HostileApi } from './fixtures/hostile.worker.ts'
import { testRuntime } from './fixtures/lab.ts'

async function warm(config: Partial<TaskConfig<HostileApi>> = {}): Promise<Task<HostileApi>> {
  const task = testRuntime().defineTask<HostileApi>({
    type: 'singleton',
    worker: () => new Worker(new URL('./fixtures/hostile.worker.ts', import.meta.url), { type: 'module' }),
    ...config,
  })
  // Calls of one turn share a message only once the worker is known to be quick.
  for (let call = 0; call < 8; call++) await task.ping(call)
  await task.clear()
  return task
}

it('gives each of several results of one turn as it was when its handler returned', async () => {
  const task = await warm()
  const counts = await Promise.all([1, 2, 3, 4].map(() => task.increment()))
  expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }, { count: 4 }])
  expect(await Promise.all([task.read(), task.write(9)])).toEqual([{ count: 4 }, 9])
  expect(await Promise.all([1, 2, 3].map((value) => task.push(value)))).toEqual([[1], [1, 2], [1, 2, 3]])
})

it('gives the result of an async handler as it was when its promise settled', async () => {
  const task = await warm({ type: 'parallel', maxWorkers: 1, maxInFlight: 4 })
  const counts = await Promise.all([1, 2, 3, 4].map(() => task.incrementLater()))
  expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }, { count: 4 }])
})

it.each(['incrementThrough', 'incrementThenable'] as const)(
  'gives the result of %s as it was, though its promise takes a while to be read',
  async (method) => {
    const task = await warm({ type: 'parallel', maxWorkers: 1, maxInFlight: 4 })
    const counts = await Promise.all([1, 2, 3, 4].map(() => task[method]()))
    expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }, { count: 4 }])
  },
)

it('gives what generators return as it was when they returned', async () => {
  const task = await warm({ type: 'parallel', maxWorkers: 1, maxInFlight: 4 })
  const returned = await Promise.all(
    [1, 2, 3].map(async () => {
      const items = task.countsAndReturns()[Symbol.asyncIterator]()
      let step = await items.next()
      while (!step.done) step = await items.next()
      return step.value.count
    }),
  )
  expect(new Set(returned).size).toBe(3)
})

it.each(['snapshots', 'snapshotsLater'] as const)(
  'gives the items of %s as they were yielded',
  async (method) => {
    const task = await warm()
    const items: unknown[] = []
    for await (const item of task[method](20)) items.push(item)
    expect(items).toEqual(Array.from({ length: 20 }, (_, index) => ({ count: index + 1 })))
  },
)

it('gives the items of two streams of one worker as they were yielded', async () => {
  const task = await warm({ type: 'parallel', maxWorkers: 1, maxInFlight: 2 })
  const counts: number[] = []
  const read = async () => {
    for await (const { count } of task.snapshots(200)) counts.push(count)
  }
  await Promise.all([read(), read()])
  expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
})

it('reports the last progress value as it was when it was reported', async () => {
  const task = await warm()
  const values: unknown[] = []
  await task.with({ onProgress: (value) => values.push(value) }).reports(50)
  expect(values.at(-1)).toEqual({ at: { step: 50 } })
})

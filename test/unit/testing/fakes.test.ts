/** Fakes of tasks in a test runtime: which tasks run on them, and what becomes of one that nobody used. */
import { taskOptions, taskQuery } from 'atelier-react/core'
import { createFakeWorker, createTestRuntime, expectNoLiveWorkers, fakeTask } from 'atelier-react/testing'
import { expect, it } from 'vitest'

interface SearchApi {
  find(text: string): string[]
  count(text: string): number
}

const realWorker = (): Worker => {
  throw new Error('the real worker was made')
}
const search = taskOptions<SearchApi>({
  type: 'parallel',
  taskName: 'search',
  maxWorkers: 1,
  worker: realWorker,
})
const handlers = { find: async (text: string) => [`${text}!`] }

it('stand for the workers of a task, of whatever defaults', async () => {
  const runtime = createTestRuntime({ fakes: [fakeTask(search, { handlers })] })
  expect(await runtime.defineTask(search).find('a')).toEqual(['a!'])
  const later = { ...search, defaults: { priority: 'low' as const } }
  expect(await runtime.defineTask(later).find('b')).toEqual(['b!'])
  expect(runtime.defineTask(search)).toBe(runtime.defineTask(search))
  expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
  runtime.dispose()
  expectNoLiveWorkers()
})

it('leave other tasks their own workers', async () => {
  const runtime = createTestRuntime({ fakes: [fakeTask(search, { handlers })] })
  runtime.defineTask(search)
  const other = runtime.defineTask<SearchApi>({
    type: 'parallel',
    worker: () => createFakeWorker({ handlers: { find: () => ['own'] } }),
  })
  expect(await other.find('a')).toEqual(['own'])
  runtime.dispose()
})

it('say which methods there are where one is missing', async () => {
  const runtime = createTestRuntime({ fakes: [fakeTask(search, { handlers })] })
  const call = runtime.defineTask(search).count('a')
  await expect(call).rejects.toMatchObject({
    code: 'no-method',
    message: expect.stringMatching(/find/) as string,
  })
  runtime.dispose()
})

it('serve queries and aborts that name the options', async () => {
  const never = { find: () => new Promise<string[]>(() => {}) }
  const runtime = createTestRuntime({ fakes: [fakeTask(search, { handlers: never })] })
  runtime.prefetch(taskQuery(search, 'find', 'a'))
  expect(runtime.abort({ task: search })).toBe(1)
  runtime.dispose()
})

it('have latency on the clock of the runtime, and faults', async () => {
  const runtime = createTestRuntime({
    fakes: [fakeTask(search, { handlers: { ...handlers, count: () => 1 }, latencyMs: 50, crashOn: 'count' })],
  })
  const task = runtime.defineTask(search)
  const call = task.find('a')
  await runtime.clock.advanceAsync(200)
  expect(await call).toEqual(['a!'])
  const crash = task.count('a').catch((error: unknown) => error)
  await runtime.clock.advanceAsync(200)
  expect(await crash).toMatchObject({ code: 'crashed' })
  runtime.dispose()
})

it('throw at the end when no task used them, and everything else has ended', () => {
  const runtime = createTestRuntime({
    fakes: [
      fakeTask(search, { handlers }),
      fakeTask({ ...search, taskName: 'other', worker: () => realWorker() }, { handlers }),
    ],
  })
  const task = runtime.defineTask(search)
  expect(() => runtime.dispose()).toThrow('No task used the fakes of other')
  return expect(task.find('a')).rejects.toMatchObject({ code: 'disposed' })
})

it('are refused where something is wrong with them', () => {
  expect(() => fakeTask({} as typeof search, { handlers })).toThrow(/"task\.worker"/)
  expect(() => fakeTask(search, { handlers: { find: 5 as never } })).toThrow(/"find" must be a function/)
  expect(() => fakeTask(search, { handlers, latency: 5 } as never)).toThrow(/"latency".*latencyMs/)
})

it('are checked without making a worker, whose setup is none of the test', () => {
  let setups = 0
  fakeTask(search, { handlers, setup: () => void setups++ })
  expect(setups).toBe(0)
  expectNoLiveWorkers()
  expect(() => fakeTask(search, { handlers: { find: 5 as never } })).toThrow(/"find" must be a function/)
  expect(() => fakeTask(search, { handlers, latencyMs: -1 })).toThrow(RangeError)
})

it('leave what an abort takes to the runtime: it says what is allowed', () => {
  const runtime = createTestRuntime({ fakes: [fakeTask(search, { handlers })] })
  runtime.defineTask(search)
  for (const bad of [null, undefined, 5])
    expect(() => runtime.abort(bad as never)).toThrow(/Invalid option "abort\(what\)"/)
  runtime.dispose()
})

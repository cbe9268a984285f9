/** A task that is defined again, as a reloaded module does it: real workers, none of which is left. */
import { createInProcessWorker } from 'atelier-react/in-process'
import { expectNoLiveWorkers } from 'atelier-react/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { deferred, testRuntime } from './fixtures/lab.ts'
import type { LabApi } from './fixtures/lab.worker.ts'

/** The life locks that workers hold, whatever the page believes of them. */
async function lifeLocks(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name?.startsWith('atelier:')).length
}

const options = (workers: Worker[]) => ({
  type: 'parallel' as const,
  maxWorkers: 2,
  maxQueueDepth: 10,
  taskName: 'reloaded',
  worker: () => {
    const worker = new Worker(new URL('./fixtures/lab.worker.ts', import.meta.url), { type: 'module' })
    workers.push(worker)
    return worker
  },
})

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

it('finishes what runs, takes over what comes, and leaves no worker of the first', async () => {
  const runtime = testRuntime()
  const [before, after]: [Worker[], Worker[]] = [[], []]
  const first = runtime.defineTask<LabApi>(options(before))
  const begun = deferred<void>()
  const open = first.with({ onProgress: () => begun.resolve() }).abortReason()
  const waiting = first.wait('gate')
  await begun.promise
  await expect.poll(lifeLocks).toBe(2)

  const second = runtime.defineTask<LabApi>(options(after))
  expect(await second.add(1, 2)).toBe(3)
  expect(await first.add(2, 2), 'an old handle').toBe(4)
  expect([before.length, after.length]).toEqual([2, 1])
  expect(console.warn).toHaveBeenCalledWith(expect.stringMatching(/"reloaded" was defined again/))
  expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)

  open.abort('reloaded')
  await expect(open).rejects.toMatchObject({ code: 'aborted' })
  waiting.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  await expect.poll(lifeLocks).toBe(1)
  expect(() => expectNoLiveWorkers()).toThrow(/^1 worker is still alive: reloaded #0/)
  runtime.dispose()
  expectNoLiveWorkers()
  await expect.poll(lifeLocks).toBe(0)
})

it('leaves one set of workers after many reloads', async () => {
  const runtime = testRuntime()
  const workers: Worker[] = []
  for (let reload = 0; reload < 10; reload++) {
    const task = runtime.defineTask<LabApi>({ ...options(workers), init: 'eager' })
    expect(await Promise.all([task.add(reload, 1), task.add(reload, 2)])).toEqual([reload + 1, reload + 2])
  }
  expect(workers).toHaveLength(20)
  await expect.poll(lifeLocks).toBe(2)
  expect(() => expectNoLiveWorkers()).toThrow(/^2 workers are still alive: reloaded #0, reloaded #1/)
  runtime.dispose()
  expectNoLiveWorkers()
  await expect.poll(lifeLocks).toBe(0)
})

it('counts an in-process worker beside the real ones', async () => {
  const runtime = testRuntime()
  const real = runtime.defineTask<LabApi>(options([]))
  const handlers = { add: (a: number, b: number) => a + b }
  const worker = () => createInProcessWorker({ handlers })
  const task = runtime.defineTask<typeof handlers>({ type: 'singleton', taskName: 'here', worker })
  expect([await real.add(1), await task.add(1, 1)]).toEqual([11, 2])
  expect(() => expectNoLiveWorkers()).toThrow(/^2 workers are still alive: here #0, reloaded #0/)
  runtime.dispose()
  expectNoLiveWorkers()
  await expect.poll(lifeLocks).toBe(0)
})

/** `expectNoLiveWorkers`: names the workers that a test has left. */
import { createTaskRuntime, type TaskRuntime } from 'atelier-react/core'
import { createFakeWorker, createTestRuntime, expectNoLiveWorkers } from 'atelier-react/testing'
import { afterEach, expect, it, vi } from 'vitest'

const handlers = { echo: (value: unknown) => value, deaf: () => new Promise(() => {}) }
type Api = typeof handlers
const worker = () => createFakeWorker({ handlers })

const runtimes: TaskRuntime[] = []
const live = <Runtime extends TaskRuntime>(runtime: Runtime): Runtime => {
  runtimes.push(runtime)
  return runtime
}
afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
  expectNoLiveWorkers()
})

it('says how many of which task are alive, over all runtimes', async () => {
  const [first, second] = [live(createTaskRuntime({ otel: false })), live(createTestRuntime())]
  expect(() => expectNoLiveWorkers()).not.toThrow()
  const resize = first.defineTask<Api>({ type: 'parallel', maxWorkers: 2, taskName: 'resize', worker })
  const index = second.defineTask<Api>({ type: 'singleton', taskId: 'index', worker })
  resize.control.start()
  await index.echo(1)
  expect(() => expectNoLiveWorkers()).toThrow(/^3 workers are still alive: index #0, resize #0, resize #1\./)
  first.dispose()
  expect(() => expectNoLiveWorkers()).toThrow(/^1 worker is still alive: index #0\. .*dispose/)
  index.control.stop()
  expect(() => expectNoLiveWorkers()).not.toThrow()
})

it('does not count one that has crashed, or was replaced', async () => {
  const runtime = live(createTestRuntime())
  const task = runtime.defineTask<Api>({
    type: 'parallel',
    maxWorkers: 1,
    abortGraceMs: 10,
    worker: () => createFakeWorker({ handlers, crashOn: 'echo' }),
  })
  await expect(task.echo(1)).rejects.toMatchObject({ code: 'crashed' })
  expectNoLiveWorkers()
  await runtime.clock.advanceAsync(100)
  const call = task.deaf()
  await runtime.clock.settle()
  expect(() => expectNoLiveWorkers()).toThrow(/^1 worker/)
  call.abort()
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
  await runtime.clock.advanceAsync(10)
  expectNoLiveWorkers()
})

it('counts one whose teardown runs, until it has ended', async () => {
  const runtime = live(createTaskRuntime({ otel: false, performance: false }))
  let end: (() => void) | undefined
  const teardown = () => new Promise<void>((resolve) => (end = resolve))
  const task = runtime.defineTask<Api>({
    type: 'singleton',
    taskName: 'store',
    worker: () => createFakeWorker({ handlers, teardown }),
  })
  await task.echo(1)
  runtime.dispose()
  expect(() => expectNoLiveWorkers()).toThrow('store #0 (in its teardown)')
  await vi.waitFor(() => expect(end).toBeDefined())
  expect(() => expectNoLiveWorkers()).toThrow('store #0 (in its teardown)')
  end?.()
  await vi.waitFor(() => expectNoLiveWorkers())
})

it('counts a fake worker that no task has made', () => {
  const alone = worker()
  expect(() => expectNoLiveWorkers()).toThrow('a worker without a task')
  alone.terminate()
  expectNoLiveWorkers()
})

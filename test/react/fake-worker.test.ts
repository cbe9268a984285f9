/** `createFakeWorker`: what tests of an app rely on. */
import { createTaskRuntime, type TaskConfig } from 'atelier-react'
import { createFakeWorker, type FakeWorkerOptions } from 'atelier-react/testing'
import { taskContext } from 'atelier-react/worker'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { gate, rejectionOf } from './support.tsx'

const runtimes: ReturnType<typeof createTaskRuntime>[] = []
afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
  vi.useRealTimers()
})

function taskOf<Api extends FakeWorkerOptions['handlers']>(
  handlers: Api,
  faults: Omit<FakeWorkerOptions, 'handlers'> = {},
  config: Partial<TaskConfig<Api>> = {},
) {
  const runtime = createTaskRuntime({ otel: false, performance: false })
  runtimes.push(runtime)
  return runtime.defineTask<Api>({
    type: 'parallel',
    maxWorkers: 1,
    worker: () => createFakeWorker({ handlers, ...faults }),
    ...config,
  })
}

describe('a fake worker', () => {
  it('clones arguments and results, and transfers what it is told to', async () => {
    const seen: unknown[] = []
    const task = taskOf({
      keep(value: { list: number[] }) {
        seen.push(value)
        return value
      },
      size: (buffer: ArrayBuffer) => buffer.byteLength,
    })
    const value = { list: [1] }
    const back = await task.keep(value)
    expect(back).toEqual(value)
    expect(seen[0]).toEqual(value)
    expect(seen[0]).not.toBe(value)
    expect(back).not.toBe(seen[0])
    const buffer = new ArrayBuffer(8)
    expect(await task.with({ transfer: [buffer] }).size(buffer)).toBe(8)
    expect(buffer.byteLength).toBe(0)
  })

  it('refuses what cannot be cloned', async () => {
    const task = taskOf({ keep: (value: unknown) => value })
    expect(await rejectionOf(task.keep({ on: () => {} }))).toMatchObject({
      name: 'DataCloneError',
      path: 'args[0].on',
    })
  })

  it('carries errors, progress and aborts', async () => {
    const waiting = gate()
    const task = taskOf({
      fail() {
        throw new RangeError('no')
      },
      async wait() {
        const { signal, progress } = taskContext()
        progress('here')
        waiting.open()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    expect(await rejectionOf(task.fail())).toBeInstanceOf(RangeError)
    const told: unknown[] = []
    const call = task.with({ onProgress: (value) => told.push(value) }).wait()
    const rejected = rejectionOf(call)
    await waiting.passed
    await vi.waitFor(() => expect(told).toEqual(['here']))
    call.abort('enough')
    expect(await rejected).toMatchObject({ name: 'AbortError', cause: 'enough' })
  })

  it('runs setup before the first call, and teardown when it is stopped in an orderly way', async () => {
    const order: string[] = []
    const task = taskOf(
      { work: () => order.push('work') },
      {
        setup: async () => {
          await Promise.resolve()
          order.push('setup')
        },
        teardown: () => order.push('teardown'),
      },
    )
    await task.work()
    task.control.stop()
    await vi.waitFor(() => expect(order).toEqual(['setup', 'work', 'teardown']))
  })

  it('dies where crashOn says, and the task replaces it', async () => {
    let spawned = 0
    const runtime = createTaskRuntime({ otel: false, performance: false })
    runtimes.push(runtime)
    const handlers = { half: (n: number) => n / 2, boom: () => 'never' }
    const task = runtime.defineTask<typeof handlers>({
      type: 'parallel',
      maxWorkers: 1,
      worker: () => {
        spawned++
        return createFakeWorker({ handlers, crashOn: (method, [n]) => method === 'boom' || n === 13 })
      },
    })
    expect(await rejectionOf(task.boom())).toMatchObject({ name: 'WorkerCrashedError', code: 'crashed' })
    expect(await rejectionOf(task.half(13))).toMatchObject({ code: 'crashed' })
    expect(await task.half(14)).toBe(7)
    expect(spawned).toBe(3)
  })

  it('hangs where hangOn says', async () => {
    const task = taskOf(
      { work: () => 'done', idle: () => 'done' },
      { hangOn: 'work' },
      { defaults: { timeoutMs: { run: 1 } } },
    )
    expect(await rejectionOf(task.work())).toMatchObject({ code: 'timeout-run' })
    const list = taskOf({ work: () => 'done', idle: () => 'done' }, { hangOn: ['work'] })
    expect(await list.idle()).toBe('done')
  })

  it('takes its time where latency says', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const task = taskOf({ echo: (text: string) => text }, { latencyMs: 50 })
    const call = task.echo('x')
    let isDone = false
    void call.then(() => (isDone = true))
    // Ready, the call, its reply: three messages.
    for (let ms = 0; ms < 149; ms++) {
      await new Promise((resolve) => setImmediate(resolve))
      await vi.advanceTimersByTimeAsync(1)
      expect(isDone).toBe(false)
    }
    await vi.waitFor(() => expect(isDone).toBe(true))
  })

  it('is deaf and dumb once it is terminated', async () => {
    const worker = createFakeWorker({ handlers: { echo: (text: string) => text } })
    const heard: unknown[] = []
    worker.onmessage = ({ data }) => heard.push(data)
    worker.addEventListener('message', ({ data }) => heard.push(data))
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    worker.terminate()
    worker.postMessage('hello')
    // Whatever it had to say would come before what a worker says that was made afterwards.
    let isHeard = false
    createFakeWorker({ handlers: {} }).onmessage = () => {
      isHeard = true
    }
    await vi.waitFor(() => expect(isHeard).toBe(true))
    expect(heard).toHaveLength(2)
  })

  it('checks its handlers as a worker file does', () => {
    expect(() => createFakeWorker({ handlers: { with: () => {} } })).toThrow(/"with" is reserved/)
    expect(() => createFakeWorker({ handlers: { echo: 1 as unknown as () => void } })).toThrow(
      /must be a function/,
    )
  })
})

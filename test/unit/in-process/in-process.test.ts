/** Workers without a thread, in an environment that has no `Worker`: Node. */
import { createTaskRuntime, type RuntimeEvent, type SpanEvent, type TaskRuntime } from 'atelier-react/core'
import {
  createInProcessWorker,
  type InProcessWorkerOptions,
  withInProcessFallback,
} from 'atelier-react/in-process'
import { createFakeWorker, expectNoLiveWorkers } from 'atelier-react/testing'
import { taskContext } from 'atelier-react/worker'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drain, shown, watch } from '../support/lab.ts'

const handlers = {
  echo: <T>(value: T): T => value,
  fail() {
    throw new RangeError('too far', { cause: 'the map' })
  },
  *count(to: number) {
    for (let n = 1; n <= to; n++) yield n
    return 'counted'
  },
  async loop() {
    const { throwIfAborted, pause: breathe, progress } = taskContext()
    for (let n = 0; ; n++) {
      progress(n)
      await breathe()
      throwIfAborted()
    }
  },
}
type Api = typeof handlers

let runtime: TaskRuntime
const spans: SpanEvent[] = []
beforeEach(() => {
  runtime = createTaskRuntime({ otel: false, performance: false })
  spans.length = 0
  runtime.subscribeEvents((event: RuntimeEvent) => {
    if (event.kind === 'span') spans.push(event)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  runtime.dispose()
  expectNoLiveWorkers()
})

const define = (worker: () => Worker) =>
  runtime.defineTask<Api>({ type: 'parallel', maxWorkers: 1, taskName: 'here', worker })
const defineWith = (options: Partial<InProcessWorkerOptions> = {}) =>
  define(() => createInProcessWorker({ handlers, ...options }))

describe('an in-process worker', () => {
  it('clones, transfers and refuses as a real one does', async () => {
    const task = defineWith()
    const value = { bytes: new Uint8Array([1, 2]) }
    const back = (await task.echo(value)) as typeof value
    expect(back).toEqual(value)
    expect(back.bytes.buffer === value.bytes.buffer).toBe(false)
    await task.with({ transfer: 'auto' }).echo(value)
    expect(value.bytes.byteLength).toBe(0)
    await expect(task.echo({ on: () => {} })).rejects.toMatchObject({
      code: 'clone-args',
      path: 'args[0].on',
    })
  })

  it('carries errors, streams, progress and aborts', async () => {
    const task = defineWith()
    await expect(task.fail()).rejects.toMatchObject({
      name: 'RangeError',
      message: 'too far',
      cause: 'the map',
    })
    const items: number[] = []
    for await (const item of task.count(40)) items.push(item)
    expect(items).toHaveLength(40)
    const told: unknown[] = []
    const call = task.with({ onProgress: (value) => told.push(value) }).loop()
    const fate = watch(call)
    await vi.waitFor(() => expect(told).not.toEqual([]))
    call.abort('enough')
    await vi.waitFor(() => expect(shown(fate())).toBe('aborted'))
    await vi.waitFor(() => expect(task.control.getSnapshot().queue.inFlight).toBe(0))
  })

  it('loads its handlers when it starts', async () => {
    let loads = 0
    const load = async () => {
      loads++
      await Promise.resolve()
      return handlers
    }
    const order: string[] = []
    const task = defineWith({ handlers: load, setup: () => void order.push('setup') })
    expect(loads).toBe(0)
    expect(await task.echo('loaded')).toBe('loaded')
    expect([loads, order]).toEqual([1, ['setup']])
  })

  it('that cannot load them is a worker that did not start', async () => {
    const task = defineWith({ handlers: () => Promise.reject(new Error('no such module')) })
    await expect(task.echo(1)).rejects.toMatchObject({
      name: 'WorkerStartError',
      code: 'start-failed',
      seen: expect.stringContaining('no such module') as string,
    })
  })

  it('that loads something else is one, too', async () => {
    const task = defineWith({ handlers: () => ({ with: () => {} }) })
    await expect(task.echo(1)).rejects.toThrow(/"with" is reserved/)
  })

  it('is not started any more when it was ended while it loaded', async () => {
    let loaded: ((api: Api) => void) | undefined
    const order: string[] = []
    const task = defineWith({
      handlers: () => new Promise<Api>((resolve) => (loaded = resolve)),
      setup: () => void order.push('setup'),
    })
    const fate = watch(task.echo(1))
    await vi.waitFor(() => expect(loaded).toBeDefined())
    task.control.dispose()
    loaded?.(handlers)
    await drain()
    expect([shown(fate()), order]).toEqual(['disposed', []])
  })

  it('is told apart in telemetry', async () => {
    await defineWith()
      .with({ attributes: { mine: 1 } })
      .echo(1)
    const fake = runtime.defineTask<Api>({ type: 'parallel', worker: () => createFakeWorker({ handlers }) })
    await fake.echo(1)
    await vi.waitFor(() => expect(spans).toHaveLength(2))
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { mine: 1, 'atelier.worker.in_process': true },
      undefined,
    ])
  })

  it.each([
    [{ handlers: null }, /"handlers".*an object of functions, or a function that loads it.*null/],
    [{ handlers, latency: 5 }, /"latency".*one of handlers, setup, checkpoint, teardown/],
    [{ handlers: { control: () => {} } }, /"control" is reserved/],
  ])('refuses bad options: %o', (options, message) => {
    expect(() => createInProcessWorker(options as never)).toThrow(message)
  })
})

describe('withInProcessFallback', () => {
  it('runs in process where there is no Worker, and uses it where there is one', async () => {
    let made = 0
    const real = () => {
      made++
      return createFakeWorker({ handlers: { ...handlers, echo: () => 'real' } })
    }
    const task = define(withInProcessFallback(real, { handlers }) as () => Worker)
    expect(await task.echo('here')).toBe('here')
    expect(made).toBe(0)
    task.control.stop()
    vi.stubGlobal('Worker', function () {})
    task.control.start()
    expect(await task.echo('here')).toBe('real')
    await vi.waitFor(() => expect(spans).toHaveLength(2))
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { 'atelier.worker.in_process': true },
      undefined,
    ])
  })

  it('names the script of a worker that did not start as its own factory does', async () => {
    vi.stubGlobal('Worker', function () {})
    const task = define(
      withInProcessFallback(
        () => {
          void (() => new URL('./lost.worker.js', import.meta.url))
          throw new Error('blocked')
        },
        { handlers },
      ) as () => Worker,
    )
    await expect(task.echo(1)).rejects.toThrow(/blocked\. Script: .*new URL\(['"]\.\/lost\.worker\.js['"]/)
  })

  it('refuses what is no factory', () => {
    expect(() => withInProcessFallback('x.js' as never, { handlers })).toThrow(/"worker".*a function/)
  })
})

it('that is forgotten keeps no process, where a test environment hides MessageChannel', async () => {
  vi.stubGlobal('MessageChannel', undefined)
  const held = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length
  const before = held()
  const worker = createInProcessWorker({ handlers })
  worker.addEventListener('message', () => {})
  await vi.waitFor(() => expect(held()).toBe(before))
  worker.terminate()
  vi.unstubAllGlobals()
})

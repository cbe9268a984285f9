/** What pools and singletons do over the life of their workers, in real workers: set-up, saving, a graceful end. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTaskRuntime, type TaskConfig } from 'atelier-react/core'
import { expectNoLiveWorkers } from 'atelier-react/testing'
import type { PoolsApi } from './fixtures/pools.worker.ts'

/** `(a, b) => a + b` */
// biome-ignore format: bytes
const ADD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0,
  32, 1, 106, 11,
])

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  vi.restoreAllMocks()
  expectNoLiveWorkers()
})

function pool(config: Partial<TaskConfig<PoolsApi>> = {}) {
  const runtime = createTaskRuntime()
  closers.push(() => runtime.close())
  const task = runtime.defineTask<PoolsApi>({
    type: 'parallel',
    maxWorkers: 2,
    taskId: 'pools',
    worker: () => new Worker(new URL('./fixtures/pools.worker.ts', import.meta.url), { type: 'module' }),
    ...config,
  })
  const news: unknown[] = []
  const channel = new BroadcastChannel('pools')
  channel.onmessage = ({ data }) => news.push(data)
  closers.push(() => channel.close())
  return { runtime, task, news }
}

describe('set-up', () => {
  it('gives each worker the module that the page has compiled once', async () => {
    let compiled = 0
    const module = WebAssembly.compile(ADD).then((made) => {
      compiled++
      return made
    })
    const { task } = pool({ setupData: async () => ({ module: await module, label: 'a' }) })
    const sums = await Promise.all([task.add(1, 2), task.add(3, 4), task.add(5, 6)])
    expect([sums, compiled]).toEqual([[3, 7, 11], 1])
    const ids = await Promise.all([task.id(), task.id()])
    expect(new Set(ids).size).toBe(2)
  })

  it('runs again, with fresh data, in the worker that replaces one that died', async () => {
    let starts = 0
    const module = await WebAssembly.compile(ADD)
    const { task } = pool({
      type: 'singleton',
      maxWorkers: 1,
      setupData: () => ({ module, label: `start ${++starts}` }),
    })
    expect(await task.label()).toBe('start 1')
    await expect(task.die()).rejects.toMatchObject({ code: 'crashed' })
    expect(await task.label()).toBe('start 2')
  })

  it('tells its progress in the snapshot while it goes on', async () => {
    const { task, runtime } = pool({ maxWorkers: 1, setupData: undefined })
    const seen: unknown[] = []
    runtime.subscribeRuntimeSnapshot(({ tasks }) => seen.push(tasks[0]?.workers.list[0]?.startProgress))
    await task.id()
    expect(seen).toContain('instantiating')
    expect(seen.at(-1)).toBe(undefined)
  })
})

describe('a checkpoint', () => {
  it('is taken when it is asked for, when the page is hidden, and before a worker is stopped', async () => {
    const module = await WebAssembly.compile(ADD)
    const { task, news } = pool({ maxWorkers: 1, setupData: { module, label: 'a' } })
    await task.label()
    await task.control.checkpoint()
    await expect.poll(() => news).toEqual(['saved a'])
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(() => news).toEqual(['saved a', 'saved a'])
    task.control.stop()
    await expect.poll(() => news).toEqual(['saved a', 'saved a', 'saved a', 'torn down a'])
  })
})

describe('a graceful end', () => {
  it('lets what is open finish, then tears the workers down: when close() is fulfilled they are gone', async () => {
    const module = await WebAssembly.compile(ADD)
    const { task, news, runtime } = pool({ setupData: { module, label: 'a' }, maxQueueDepth: 8 })
    const ended: unknown[] = []
    const calls = [30, 20, 10, 5].map((ms) => task.wait(ms).then((waited) => ended.push(waited)))
    calls.push(task.wait(1).then(() => ended.push('urgent')))
    const idle = runtime.whenIdle().then(() => ended.push('idle'))
    const end = task.control.close()
    await expect(task.label()).rejects.toMatchObject({ code: 'closed', name: 'TaskDisposedError' })
    await end
    expectNoLiveWorkers()
    await Promise.all([...calls, idle])
    expect(ended).toHaveLength(6)
    expect(ended.at(-1)).toBe('idle')
    await expect.poll(() => news.filter((each) => each === 'torn down a')).toHaveLength(2)
  })

  it('drops what waits where that is asked for, and lets an urgent call go first', async () => {
    const { task } = pool({ maxWorkers: 1, maxQueueDepth: 8 })
    await task.id()
    const order: string[] = []
    const run = (name: string) => {
      const call = task.wait(5)
      call.then(
        () => order.push(name),
        () => order.push(`${name} aborted`),
      )
      return call
    }
    void run('runs')
    void run('first')
    void run('second').setPriority('high')
    await task.control.whenIdle()
    expect(order).toEqual(['runs', 'second', 'first'])
    const last = run('last')
    void run('dropped')
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(1)
    expect(task.control.clearQueue()).toBe(1)
    await task.control.close()
    await last
    expect(order.slice(3).sort()).toEqual(['dropped aborted', 'last'])
  })
})

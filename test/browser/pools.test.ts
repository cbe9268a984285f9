/** What pools and singletons do over the life of their workers, in real workers: set-up, saving, a graceful end. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTaskRuntime, type TaskConfig } from 'atelier-react/core'
import type { PoolsApi } from './fixtures/pools.worker.ts'

/** `(a, b) => a + b` */
// biome-ignore format: bytes
const ADD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0,
  32, 1, 106, 11,
])

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
  vi.restoreAllMocks()
})

function pool(config: Partial<TaskConfig<PoolsApi>> = {}) {
  const runtime = createTaskRuntime()
  closers.push(() => runtime.dispose())
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

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

describe('a call that throws', () => {
  it('runs again, is one span with an event for each retry, and ends with its last error', async () => {
    const { task, runtime } = pool({ maxWorkers: 1, retry: { error: 2, delayMs: 1 } })
    const spans: { readonly attemptCount: number; readonly status: string }[] = []
    runtime.subscribeEvents((event) => event.kind === 'span' && spans.push(event))
    expect(await task.failUntil(3)).toBe(3)
    await expect(task.failUntil(9)).rejects.toMatchObject({ name: 'RangeError', message: 'attempt 3' })
    await expect(task.with({ retry: 0 }).failUntil(2)).rejects.toThrow('attempt 1')
    await runtime.whenIdle()
    runtime.flush()
    await expect
      .poll(() => spans.map(({ attemptCount, status }) => [attemptCount, status]))
      .toEqual([
        [3, 'ok'],
        [3, 'error'],
        [1, 'error'],
      ])
  })
})

describe('a session', () => {
  it('is lost with its worker in the middle of a transaction, and nothing half done is reported as done', async () => {
    const { task } = pool({ type: 'singleton', maxWorkers: 1, retry: { crash: 3 } })
    const session = task.control.session()
    const before = await session.id()
    const written = session.wait(1_000)
    const committed = session.label()
    // What is not of the session may end the worker, and goes on in the next one.
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(1)
    task.control.restartWorker(0)
    await expect(written).rejects.toMatchObject({ name: 'SessionLostError', code: 'session-lost' })
    await expect(committed).rejects.toMatchObject({ code: 'session-lost' })
    await expect(session.label()).rejects.toMatchObject({ code: 'session-lost' })
    const again = task.control.session()
    expect(await again.id()).not.toBe(before)
    again.control.release()
  })

  it('keeps one worker of a pool for itself, until it is released', async () => {
    const { task } = pool()
    const session = task.control.session()
    const own = await session.id()
    const others = await Promise.all([task.id(), task.id(), task.id()])
    expect(others).not.toContain(own)
    expect(await session.id()).toBe(own)
    expect(task.control.getSnapshot().sessions).toBe(1)
    session.control.release()
    expect(task.control.getSnapshot().sessions).toBe(undefined)
  })
})

describe('a singleton that owns what there is only once', () => {
  it.each(['restartWorker', 'maxCallsPerWorker', 'stop and start'])(
    'has given it back when its next worker starts: %s',
    async (end) => {
      const module = await WebAssembly.compile(ADD)
      const { task } = pool({
        type: 'singleton',
        maxWorkers: 1,
        maxCrashes: 0,
        setupData: { module, label: 'a', lock: `pools ${end}` },
        ...(end === 'maxCallsPerWorker' && { maxCallsPerWorker: 1 }),
      })
      const ids = new Set<number>()
      for (let life = 0; life < 3; life++) {
        ids.add(await task.id())
        if (end === 'restartWorker') task.control.restartWorker(0)
        if (end !== 'stop and start') continue
        task.control.stop()
        task.control.start()
      }
      expect(ids.size).toBe(3)
    },
  )
})

describe('a pool that breathes', () => {
  it('replaces a worker after so many calls, whose successor is up by then', async () => {
    const module = await WebAssembly.compile(ADD)
    const { task, news } = pool({ maxWorkers: 1, maxCallsPerWorker: 2, setupData: { module, label: 'a' } })
    const ids = [await task.id(), await task.id(), await task.id(), await task.id(), await task.id()]
    expect(ids.map((id) => ids.indexOf(id))).toEqual([0, 0, 2, 2, 4])
    await expect.poll(() => news.filter((each) => each === 'torn down a')).toHaveLength(2)
    await expect.poll(() => task.control.getSnapshot().workers.active).toBe(1)
  })

  it('grows and shrinks while it runs', async () => {
    const { task } = pool({ maxWorkers: 1, maxQueueDepth: 8 })
    const calls = [task.wait(50), task.wait(50), task.wait(50)]
    task.control.resize({ maxWorkers: 3 })
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(3)
    task.control.resize({ maxWorkers: 1 })
    expect((await Promise.all(calls)).length).toBe(3)
    await expect.poll(() => task.control.getSnapshot().workers.active).toBe(1)
    task.control.resize({ maxInFlight: 3 })
    const more = [task.wait(20), task.wait(20), task.wait(20)]
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(3)
    await Promise.all(more)
  })

  it('has a worker for others when it shrinks to those that are kept for sessions', async () => {
    const { task } = pool({ maxWorkers: 3 })
    const sessions = [task.control.session(), task.control.session()]
    const kept = await Promise.all(sessions.map((session) => session.id()))
    task.control.resize({ maxWorkers: 1 })
    expect(kept).not.toContain(await task.id())
    expect(await Promise.all(sessions.map((session) => session.id()))).toEqual(kept)
    for (const session of sessions) session.control.release()
    await expect.poll(() => task.control.getSnapshot().workers.active).toBe(1)
  })

  it('hears a word in every worker, and gives calls of one affinity to one worker', async () => {
    const { task } = pool({ maxWorkers: 2, methods: { wait: { affinity: (ms) => String(ms) } } })
    expect(await task.control.broadcast('id')).toEqual([])
    await Promise.all([task.wait(21), task.wait(22)])
    const ids = await task.control.broadcast('id')
    expect(new Set(ids).size).toBe(2)
    expect(await task.control.broadcast('id')).toEqual(ids)
    const settled = await task.control.broadcastSettled('failUntil', 99)
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const own = (affinity: string) => task.with({ affinity }).id()
    const places = [await own('21'), await own('22'), await own('22'), await own('21')]
    expect(places).toEqual([places[0], places[1], places[1], places[0]])
    expect(new Set(places).size).toBe(2)
  })
})

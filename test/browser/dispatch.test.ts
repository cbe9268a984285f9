/** Which call runs when and where: priorities, heads of lines, starts that nobody has seen, pages that were blocked. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Task, TaskConfig, TaskRuntime } from 'atelier-react/core'
import type { CoreFaultsApi } from './fixtures/core-faults.worker.ts'
import { rejection, testRuntime } from './fixtures/lab.ts'

interface Made {
  readonly runtime: TaskRuntime
  readonly task: Task<CoreFaultsApi>
  readonly workers: Worker[]
}

function make(config: Partial<TaskConfig<CoreFaultsApi>> = {}): Made {
  const runtime = testRuntime()
  const workers: Worker[] = []
  const task = runtime.defineTask<CoreFaultsApi>({
    type: 'parallel',
    maxWorkers: 1,
    maxQueueDepth: 100,
    taskId: 'faults',
    worker: () => {
      const worker = new Worker(new URL('./fixtures/core-faults.worker.ts', import.meta.url), {
        type: 'module',
      })
      workers.push(worker)
      return worker
    },
    ...config,
  })
  return { runtime, task, workers }
}

/** Keeps the page busy. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Short calls of each method that the test uses, so that the page knows them to be short. */
async function warm(task: Task<CoreFaultsApi>): Promise<void> {
  for (let round = 0; round < 20; round++)
    await Promise.all([task.spin(0.1), task.note('warm'), task.echo(1)])
}

const isolated = crossOriginIsolated

afterEach(() => {
  Object.defineProperty(globalThis, 'crossOriginIsolated', { value: isolated, configurable: true })
})

/** By shared memory, and by Web Locks as on a page that is not isolated. */
const pages = [true, false]
function isolate(isIsolated: boolean): void {
  Object.defineProperty(globalThis, 'crossOriginIsolated', { value: isIsolated, configurable: true })
}

describe.each(pages)('priorities (isolated: %s)', (isIsolated) => {
  it('are kept among the calls of one turn', async () => {
    isolate(isIsolated)
    const { task } = make({ type: 'singleton' })
    await warm(task)
    const { order: before } = await task.report()
    await Promise.all([
      task.note('first', 5),
      task.with({ priority: 'low' }).note('low'),
      task.note('normal'),
      task.with({ priority: 'high' }).note('high'),
    ])
    const { order } = await task.report()
    expect(order.slice(before.length)).toEqual(['first', 'high', 'normal', 'low'])
  })

  it('are kept among callers who wait for room', async () => {
    isolate(isIsolated)
    const { task } = make({ type: 'singleton', maxQueueDepth: 2 })
    await warm(task)
    const { order: before } = await task.report()
    const priorities = ['normal', 'low', 'normal', 'low', 'high', 'normal', 'high'] as const
    await Promise.all(priorities.map((priority, n) => task.with({ priority }).note(`${priority} ${n}`, 20)))
    const order = (await task.report()).order.slice(before.length)
    const wanted = ['normal 0', 'high 4', 'high 6', 'normal 2', 'normal 5', 'low 1', 'low 3']
    expect(order).toEqual(wanted)
  })

  it('let a less urgent call have its turn, however many come', async () => {
    isolate(isIsolated)
    const { task } = make({ type: 'singleton' })
    await warm(task)
    let urgent = 0
    const low = { isOver: false }
    const next = async (): Promise<void> => {
      while (!low.isOver && urgent < 400) {
        urgent++
        await task.with({ priority: 'high' }).note('high', 1)
      }
    }
    const all = [next(), next(), next()]
    await task.with({ priority: 'low' }).note('low')
    low.isOver = true
    await Promise.all(all)
    // Eight pass it over, beside those that are under way.
    expect(urgent).toBeLessThan(40)
  })

  it('are kept though less urgent calls were handed ahead when a more urgent one comes', async () => {
    isolate(isIsolated)
    const { task } = make({ type: 'singleton' })
    await warm(task)
    const low = Array.from({ length: 20 }, (_, index) =>
      task.with({ priority: 'low' }).note(`low ${index}`, 40),
    )
    await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBeGreaterThan(60)
    const at = task.control.getSnapshot().counts.succeeded
    await task.with({ priority: 'high' }).note('high')
    // The one that runs, and at most the one that had been claimed behind it.
    expect(task.control.getSnapshot().counts.succeeded - at).toBeLessThanOrEqual(3)
    await Promise.all(low)
  })

  it('are kept, and each call runs once, though runs that were expected to be short are long', async () => {
    isolate(isIsolated)
    const { task } = make({ type: 'singleton' })
    await warm(task)
    // The locks of the calls so far have been let go.
    await expect
      .poll(
        async () =>
          (await navigator.locks.query()).held?.filter(({ name }) => /:\d+$/.test(name ?? '')).length,
      )
      .toBe(0)
    const { order: before } = await task.report()
    const names = Array.from({ length: 12 }, (_, index) => `${index}`)
    const calls: Promise<string>[] = names.map((name, index) =>
      task.note(name, index > 0 && index < 5 ? 160 : 0.05),
    )
    for (let ran = 2; ran <= 5; ran++) {
      const after = calls[ran - 1] as Promise<string>
      // In the middle of the next long run, when a lock of the first would be free again.
      calls.push(after.then(() => task.with({ priority: 'high' }).note(`high ${ran}`)))
    }
    await Promise.all(calls)
    await task.with({ priority: 'low' }).note('last')
    const { order } = await task.report()
    const ran = order.slice(before.length)
    expect(ran.toSorted()).toEqual([...new Set(ran)].toSorted())
    expect(ran.indexOf('high 2')).toBeLessThan(ran.indexOf('4'))
  })
})

describe.each(pages)('a long run (isolated: %s)', (isIsolated) => {
  it('does not hold up calls behind it while another worker has nothing to do', async () => {
    isolate(isIsolated)
    const { task } = make({ maxWorkers: 2 })
    await warm(task)
    const long = task.spin(1_000)
    const short = Array.from({ length: 60 }, () => task.with({ timeoutMs: { queue: 900 } }).spin(0.1))
    await Promise.all(short)
    expect(await Promise.race([long, Promise.resolve('still runs')])).toBe('still runs')
    await long
  })

  it('runs each call once, whoever claims it', async () => {
    isolate(isIsolated)
    const { task } = make({ maxWorkers: 3, maxQueueDepth: 1_000 })
    await warm(task)
    for (let round = 0; round < 5; round++) {
      const names = Array.from({ length: 90 }, (_, index) => `${round}.${index}`)
      const calls = names.map((name, index) => task.note(name, index % 30 === 0 ? 60 : 0.05))
      expect(await Promise.all(calls)).toEqual(names)
    }
    const ran = task.control.getSnapshot().counts
    // Each of the three workers tells what it ran.
    const reports = await Promise.all(Array.from({ length: 30 }, () => task.report()))
    const runs = new Map(reports.map(({ order }) => [order.join(), order]))
    const notes = [...runs.values()].flat().filter((name) => name !== 'warm')
    expect(new Set(notes).size).toBe(notes.length)
    expect(ran.failed).toBe(0)
  })
})

describe('a call that has not started', () => {
  it('kills nobody when it is aborted behind a synchronous one, and times out by itself', async () => {
    const { task, workers } = make({ maxInFlight: 3, abortGraceMs: 20 })
    await task.echo(0)
    const innocent = task.spin(400)
    const aborted = task.spin(1)
    const late = task.with({ timeoutMs: { run: 100 } }).spin(1)
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(3)
    aborted.abort('not needed')
    expect(await rejection(aborted)).toMatchObject({ code: 'aborted', phase: 'starting' })
    expect(await innocent).toBe(400)
    expect(await late).toBe(1)
    expect(workers).toHaveLength(1)
    expect(task.control.getSnapshot().counts).toMatchObject({ dispatched: 3, succeeded: 3, canceled: 1 })
  })

  it('is no hang while another one has the thread', async () => {
    const { task, workers } = make({ maxInFlight: 2, heartbeatMs: 150 })
    await task.echo(0)
    const first = task.with({ timeoutMs: { run: 5_000 } }).progress(30, 20)
    const second = task.echo('waited')
    expect(await Promise.all([first, second])).toEqual([30, 'waited'])
    expect(workers).toHaveLength(1)
  })
})

describe('a page that is blocked in the turn of the call', () => {
  it.each([{ heartbeatMs: 300 }, { defaults: { timeoutMs: { run: 300 } } }])(
    'kills nothing: %o',
    async (config) => {
      const { task, workers } = make(config)
      await task.echo(0)
      const call = task.spin(5)
      block(500)
      expect(await call).toBe(5)
      expect(workers).toHaveLength(1)
    },
  )

  it('counts as waiting, not as running', async () => {
    const { runtime, task } = make()
    await task.echo(0)
    const waited: number[] = []
    runtime.subscribeEvents((event) => {
      if (event.kind === 'span') waited.push(event.queueWaitMs ?? 0)
    })
    const call = task.spin(5)
    block(300)
    await call
    expect(waited[0]).toBeGreaterThanOrEqual(299)
  })

  it('reads READY before it gives a worker up', async () => {
    let loaded: () => void = () => {}
    const isLoaded = new Promise<void>((resolve) => (loaded = resolve))
    const { task } = make({
      startTimeoutMs: 1_000,
      worker: () => {
        const url = new URL('./fixtures/core-faults.worker.ts', import.meta.url)
        const worker = new Worker(url, { type: 'module', name: 'slow' })
        worker.addEventListener('message', () => loaded(), { once: true })
        return worker
      },
    })
    const call = task.echo('started')
    await isLoaded
    // It is ready long before the page looks again.
    block(1_500)
    expect(await call).toBe('started')
  })
})

describe('onStart', () => {
  it('is not called before the method has returned, and may abort its own call', async () => {
    const { task, workers } = make({ abortGraceMs: 100 })
    await task.echo(0)
    const seen: string[] = []
    const call = task
      .with({
        onStart: () => {
          seen.push(call.callId)
          call.abort('in its own start')
        },
      })
      .wait(50)
    expect(await rejection(call)).toMatchObject({ code: 'aborted' })
    expect(seen).toEqual([call.callId])
    // The grace of the aborted call is over in the middle of this one.
    expect(await task.wait(200)).toBe(200)
    expect(workers).toHaveLength(1)
  })

  it('may stop the workers, and timers go on', async () => {
    const { runtime, task } = make()
    const call = task.with({ onStart: () => task.control.stop() }).wait(10)
    expect(await rejection(call)).toMatchObject({ code: 'aborted' })
    task.control.start()
    expect(await rejection(task.with({ timeoutMs: { run: 30 } }).wait(5_000))).toMatchObject({
      code: 'timeout-run',
    })
    expect(runtime.getRuntimeSnapshot().tasks).toHaveLength(1)
  })
})

it('a stream that waits for its reader is no hang', async () => {
  const { task, workers } = make({ heartbeatMs: 100 })
  const { task: other } = make()
  let sum = 0
  for await (const number of task.count(40)) {
    sum += number
    // The reader has something else to do, for longer than the heartbeat.
    if (number === 20) await other.wait(350)
  }
  expect(sum).toBe(820)
  expect(workers).toHaveLength(1)
})

it('a synchronous loop sees its abort though a hundred calls behind it are aborted, too', async () => {
  const { task } = make({ abortGraceMs: Number.POSITIVE_INFINITY })
  await warm(task)
  const controller = new AbortController()
  const shared = task.with({ signal: controller.signal })
  const loop = shared.loop(8_000)
  const others = Array.from({ length: 100 }, () => shared.spin(0.01))
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBeGreaterThan(60)
  const began = performance.now()
  controller.abort()
  await Promise.allSettled([loop, ...others])
  await task.echo('next')
  expect(performance.now() - began).toBeLessThan(4_000)
})

describe('keys', () => {
  it('serial calls of one key hold nobody else up', async () => {
    const { task } = make({ maxWorkers: 2, maxQueueDepth: 4, init: 'eager' })
    await expect
      .poll(() => task.control.getSnapshot().workers.list.filter(({ status }) => status === 'idle').length)
      .toBe(2)
    const keyed = task.with({ key: 'A', keyMode: 'serial' })
    const held = Array.from({ length: 20 }, () => keyed.spin(40))
    const other = task.with({ key: 'B', keyMode: 'serial' }).echo('other key')
    const none = task.echo('no key')
    expect(await Promise.all([other, none])).toEqual(['other key', 'no key'])
    expect(task.control.getSnapshot().counts.succeeded).toBeLessThan(8)
    await Promise.all(held)
  })

  it('keep-last: the newest takes the place of the one that it supersedes, under a full queue, too', async () => {
    const { task } = make({ maxWorkers: 1, maxQueueDepth: 1 })
    await task.echo(0)
    const keyed = task.with({ key: 'A', keyMode: 'keep-last' })
    const calls: Promise<unknown>[] = [task.spin(30), keyed.note('0')]
    for (let index = 1; index <= 5; index++) calls.push(task.spin(10), keyed.note(`${index}`))
    await Promise.allSettled(calls)
    const { order } = await task.report()
    // It waited behind the first spin alone, not behind all five.
    expect(order).toEqual(['5'])
    expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 5 })
  })
})

it('progress comes at most once a frame, and the newest, after the page was blocked', async () => {
  const { task } = make()
  await task.echo(0)
  const values: unknown[] = []
  const times: number[] = []
  const onProgress = (value: unknown) => {
    values.push(value)
    times.push(performance.now())
  }
  const call = task.with({ onProgress }).progress(20, 15)
  await expect.poll(() => values.length).toBeGreaterThan(0)
  const before = values.length
  block(200)
  await expect.poll(() => values.length).toBeGreaterThan(before)
  // In the frame in which the page reads what has come meanwhile.
  const first = times[before] ?? 0
  expect(times.slice(before).filter((time) => time < first + 16).length).toBeLessThanOrEqual(2)
  expect(await call).toBe(20)
  expect(values.at(-1)).toBe(20)
})

it('a call that is aborted in its own turn starts no worker', async () => {
  const { task, workers } = make()
  const call = task.echo(1)
  call.abort()
  expect(await rejection(call)).toMatchObject({ code: 'aborted', phase: 'starting' })
  await Promise.resolve()
  expect([workers.length, task.control.getSnapshot().workers.active]).toEqual([0, 0])
})

it('a worker of an eager task is replaced when it dies, not by the next call', async () => {
  const { task, workers } = make({ init: 'eager', maxWorkers: 2 })
  await expect
    .poll(() => task.control.getSnapshot().workers.list.filter(({ status }) => status === 'idle').length)
    .toBe(2)
  workers[0]?.terminate()
  await expect.poll(() => workers.length).toBe(3)
  await expect
    .poll(() => task.control.getSnapshot().workers.list.filter(({ status }) => status === 'idle').length)
    .toBe(2)
})

describe('a listener', () => {
  const act = ['abort the call', 'abort its key', 'stop the workers', 'dispose'] as const
  it.each(act)('that on the spawn of a worker wants to %s harms nothing else', async (what) => {
    const { runtime, task } = make()
    const other = runtime.defineTask<CoreFaultsApi>({
      type: 'parallel',
      taskId: 'other',
      worker: () =>
        new Worker(new URL('./fixtures/core-faults.worker.ts', import.meta.url), { type: 'module' }),
    })
    const call = task.with({ key: 'k' }).echo('mine')
    call.catch(() => {})
    const stop = runtime.subscribeEvents((event) => {
      if (event.kind !== 'worker' || event.action !== 'spawn' || event.taskId !== 'faults') return
      if (what === 'abort the call') call.abort()
      else if (what === 'abort its key') runtime.abort({ key: 'k' })
      else if (what === 'stop the workers') task.control.stop()
      else task.control.dispose()
    })
    expect(await other.echo('other')).toBe('other')
    stop()
    if (what === 'stop the workers') task.control.start()
    if (what === 'dispose') expect(await rejection(task.echo(1))).toMatchObject({ code: 'disposed' })
    else expect(await task.echo('after')).toBe('after')
  })

  it('that throws at every event stops nothing', async () => {
    const { runtime, task } = make()
    const uncaught = vi.fn<(event: Event) => void>((event) => event.preventDefault())
    addEventListener('error', uncaught)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    runtime.subscribeEvents(() => {
      throw new Error('a listener')
    })
    expect(await Promise.all([1, 2, 3].map((value) => task.echo(value)))).toEqual([1, 2, 3])
    expect(await task.echo('after')).toBe('after')
    removeEventListener('error', uncaught)
    warn.mockRestore()
  })
})

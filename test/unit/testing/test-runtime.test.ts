/** `createTestRuntime` and its clock: time passes when the test says so, and in no other way. */
import type { TaskConfig } from 'atelier-react/core'
import {
  createFakeWorker,
  createTestClock,
  createTestRuntime,
  expectNoLiveWorkers,
  type FakeWorkerOptions,
  type TestRuntime,
} from 'atelier-react/testing'
import { taskContext } from 'atelier-react/worker'
import { afterEach, describe, expect, it } from 'vitest'
import { shown, watch } from '../support/lab.ts'

const handlers = {
  echo: (value: unknown) => value,
  twice: async (value: number) => {
    await Promise.resolve()
    return value * 2
  },
  wait: () =>
    new Promise((_, reject) => {
      const { signal } = taskContext()
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
  deaf: () => new Promise(() => {}),
}
type Api = typeof handlers

const runtimes: TestRuntime[] = []
afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
  expectNoLiveWorkers()
})

function setUp(config: Partial<TaskConfig<Api>> = {}, faults: Omit<FakeWorkerOptions, 'handlers'> = {}) {
  const runtime = createTestRuntime()
  runtimes.push(runtime)
  const task = runtime.defineTask<Api>({
    type: 'parallel',
    maxWorkers: 1,
    taskId: 'lab',
    worker: () => createFakeWorker({ handlers, clock: runtime.clock, ...faults }),
    ...config,
  })
  return { runtime, clock: runtime.clock, task }
}

describe('a test clock', () => {
  it('stands still, and fires what is due in the order of time, each at its own', () => {
    const clock = createTestClock()
    const start = clock.now()
    const fired: [string, number][] = []
    const note = (name: string) => () => fired.push([name, clock.now() - start])
    clock.setTimeout(note('late'), 30)
    clock.setTimeout(note('early'), 10)
    clock.setTimeout(note('early too'), 10)
    clock.clearTimeout(clock.setTimeout(note('never'), 5))
    clock.setTimeout(() => clock.setTimeout(note('nested'), 5), 12)
    expect([clock.pending, fired]).toEqual([4, []])
    clock.advance(20)
    expect(fired).toEqual([
      ['early', 10],
      ['early too', 10],
      ['nested', 17],
    ])
    expect([clock.now() - start, clock.pending]).toEqual([20, 1])
    expect([clock.next(9), clock.next(10), clock.next()]).toEqual([false, true, false])
    expect(fired.at(-1)).toEqual(['late', 30])
  })

  it('fires late what came due while the page was busy', () => {
    const clock = createTestClock()
    const start = clock.now()
    let at = 0
    clock.setTimeout(() => (at = clock.now() - start), 5)
    clock.stall(50)
    expect(at).toBe(0)
    clock.advance(0)
    expect(at).toBe(50)
  })

  it.each([-1, Number.NaN, '5'])('refuses to move by %s', async (ms) => {
    const clock = createTestClock()
    expect(() => clock.advance(ms as number)).toThrow(/"ms".*milliseconds/)
    expect(() => clock.stall(ms as number)).toThrow(/"ms".*milliseconds/)
    expect(() => clock.next(ms as number)).toThrow(/"ms".*milliseconds/)
    await expect(clock.advanceAsync(ms as number)).rejects.toThrow(/"ms".*milliseconds/)
  })
})

describe('a test runtime', () => {
  it('settles calls without its clock being moved', async () => {
    const { task, clock } = setUp()
    const start = clock.now()
    const calls = [task.echo('a'), task.twice(4)].map(watch)
    await clock.settle()
    expect(calls.map((fate) => shown(fate()))).toEqual(['a', 8])
    expect(clock.now()).toBe(start)
  })

  it('times calls out at the millisecond', async () => {
    const { task, clock } = setUp({ defaults: { timeoutMs: { run: 5_000 } } })
    const call = watch(task.wait())
    await clock.settle()
    clock.advance(4_999)
    await clock.settle()
    expect(shown(call())).toBe('open')
    await clock.advanceAsync(1)
    expect(shown(call())).toBe('timeout-run')
  })

  it('replaces a worker that is deaf to an abort after its grace, and a dead one after its backoff', async () => {
    const { task, clock } = setUp({ abortGraceMs: 300 }, { crashOn: (_method, [value]) => value === 'boom' })
    const deaf = task.deaf()
    const aborted = watch(deaf)
    await clock.settle()
    deaf.abort()
    await clock.advanceAsync(299)
    expect([shown(aborted()), task.control.getSnapshot().queue.inFlight]).toEqual(['aborted', 1])
    await clock.advanceAsync(1)
    expect(task.control.getSnapshot().queue.inFlight).toBe(0)
    const crashed = watch(task.echo('boom'))
    await clock.settle()
    const next = watch(task.echo('next'))
    await clock.settle()
    expect([shown(crashed()), shown(next())]).toEqual(['crashed', 'open'])
    await clock.advanceAsync(100)
    expect(shown(next())).toBe('next')
  })

  it('lets latency pass on its clock', async () => {
    const { task, clock } = setUp({}, { latencyMs: 10 })
    const call = watch(task.echo('there and back'))
    // Ready, the call, its reply.
    await clock.advanceAsync(29)
    expect(shown(call())).toBe('open')
    await clock.advanceAsync(1)
    expect(shown(call())).toBe('there and back')
  })

  it('shares a clock with another', async () => {
    const clock = createTestClock()
    const fates = [1, 2].map(() => {
      const runtime = createTestRuntime({ clock })
      runtimes.push(runtime)
      expect(runtime.clock).toBe(clock)
      const worker = () => createFakeWorker({ handlers })
      return watch(runtime.defineTask<Api>({ type: 'singleton', worker, defaults: { timeoutMs: 50 } }).wait())
    })
    await clock.advanceAsync(50)
    expect(fates.map((fate) => shown(fate()))).toEqual(['timeout-total', 'timeout-total'])
  })

  it('leaves no timer behind', async () => {
    const { runtime, task, clock } = setUp({
      heartbeatMs: 50,
      idleTimeoutMs: 50,
      defaults: { timeoutMs: 50 },
    })
    void task.wait().catch(() => {})
    await clock.settle()
    runtime.dispose()
    expect(clock.pending).toBe(0)
  })

  it('takes the options of a runtime, and refuses bad ones', () => {
    expect(createTestRuntime({ name: 'editor' }).name).toBe('editor')
    expect(() => createTestRuntime({ sampleRate: '1' as never })).toThrow(/"sampleRate"/)
  })
})

it('settle() does not wait for what a worker that has ended was sent', async () => {
  const { task, runtime, clock } = setUp()
  const call = watch(task.echo(1))
  await Promise.resolve()
  runtime.dispose()
  await clock.settle()
  expect(shown(call())).toBe('disposed')
})

it('settle() says so when something goes on forever', async () => {
  const { task, clock } = setUp()
  let isOver = false
  const again = (): unknown => (isOver ? undefined : task.echo(1).then(again))
  void again()
  await expect(clock.settle()).rejects.toThrow(/settle\(\) has waited for 10000 turns/)
  isOver = true
  await clock.settle()
})

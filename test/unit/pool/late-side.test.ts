/** The code that speaks with workers comes late, or never: calls wait for it as they wait for a worker, and nothing is lost. */
import type { TaskOptions, TaskRuntime } from 'atelier-react/core'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'

const SIDE = '../../../src/pool/worker-side.ts'

const handlers = {
  echo: <T>(value: T): T => value,
  *count(to: number) {
    for (let at = 0; at < to; at++) yield at
  },
}
type Handlers = typeof handlers

/** The library as a page has it that has just loaded: the code arrives when the test lets it, or is refused so many times first. */
async function freshPage({ refusals = 0 } = {}) {
  vi.resetModules()
  // What copies of the package share, a page that has just loaded does not have.
  Reflect.deleteProperty(globalThis, Symbol.for('atelier.sources'))
  await import('../../../src/telemetry/index.ts')
  let loads = 0
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  vi.doMock(SIDE, async (importOriginal) => {
    loads++
    if (loads <= refusals) throw new Error('404')
    await gate
    return importOriginal<object>()
  })
  const core = await import('../../../src/index.ts')
  const { createInProcessWorker } = await import('../../../in-process/index.ts')
  let made = 0
  const runtime: TaskRuntime = core.createTaskRuntime()
  onTestFinished(() => runtime.dispose())
  const define = (options: Partial<TaskOptions<Handlers>> = {}) =>
    runtime.defineTask<Handlers>({
      type: 'parallel',
      taskId: 'late',
      maxWorkers: 1,
      worker: () => {
        made++
        return createInProcessWorker({ handlers })
      },
      ...options,
    })
  return { core, runtime, define, open, loads: () => loads, made: () => made }
}

/** Whatever the page does by itself without the code has been done. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

afterEach(() => {
  vi.doUnmock(SIDE)
  vi.unstubAllGlobals()
})

describe('calls that come before the code', () => {
  it('wait for a worker that starts, and run in their order when it is there', async () => {
    const { define, open, made } = await freshPage()
    const task = define()
    const order: number[] = []
    const calls = [1, 2, 3].map((each) => task.echo(each).then((value) => order.push(value as number)))
    await settled()
    const { workers, queue } = task.control.getSnapshot()
    expect([workers.list.map(({ status }) => status), queue]).toMatchObject([
      ['starting'],
      { inFlight: 1, pending: 2 },
    ])
    expect(made()).toBe(0)
    open()
    await Promise.all(calls)
    expect([order, made()]).toEqual([[1, 2, 3], 1])
  })

  it('are refused by the bounds that they are refused by with it', async () => {
    const accepted = async (isThere: boolean) => {
      const { define, open } = await freshPage()
      const task = define({ maxQueueDepth: 2, queuePolicy: 'reject' })
      if (isThere) {
        open()
        await task.echo(0)
      }
      const calls = [1, 2, 3, 4, 5].map((each) => task.echo(each))
      const early = await Promise.race([Promise.allSettled(calls.slice(3)), settled()])
      expect(early).toMatchObject([{ reason: { code: 'queue-full' } }, { reason: { code: 'queue-full' } }])
      open()
      return (await Promise.allSettled(calls)).map(({ status }) => status)
    }
    expect(await accepted(false)).toEqual(await accepted(true))
  })

  it('settle at once when they are aborted, and no worker is made for nobody', async () => {
    const { runtime, define, open, made } = await freshPage()
    const task = define()
    const [byHand, byKey] = [task.echo(1), task.with({ key: 'k' }).echo(2)]
    byHand.abort('enough')
    runtime.abort({ key: 'k' }, 'enough')
    expect(await Promise.allSettled([byHand, byKey])).toMatchObject([
      { reason: { code: 'aborted' } },
      { reason: { code: 'aborted' } },
    ])
    open()
    await vi.waitFor(() => expect(task.control.getSnapshot().workers.list).toEqual([]))
    expect(made()).toBe(0)
    expect(await task.echo(3)).toBe(3)
  })

  it('have another worker when theirs is ended before it is made', async () => {
    const { define, open, made } = await freshPage()
    const task = define()
    const call = task.echo(1)
    await settled()
    const ended = [task.control.simulateCrash(0), task.control.restartWorker(0)]
    open()
    expect([await call, ended, made()]).toEqual([1, [true, true], 1])
  })

  it('outlive a stop, end with their runtime, and read streams', async () => {
    const { define, open, made } = await freshPage()
    const task = define()
    const call = task.echo(1)
    await settled()
    task.control.stop()
    expect(task.control.getSnapshot()).toMatchObject({
      status: 'stopped',
      queue: { pending: 1 },
      workers: { list: [] },
    })
    task.control.start()
    const items = (async () => {
      const seen: number[] = []
      for await (const item of task.count(3)) seen.push(item)
      return seen
    })()
    open()
    expect([await call, await items, made()]).toEqual([1, [0, 1, 2], 1])
    const other = await freshPage()
    const late = other.define().echo(1)
    await settled()
    other.runtime.dispose()
    await expect(late).rejects.toMatchObject({ code: 'disposed' })
    other.open()
    await settled()
    expect(other.made()).toBe(0)
  })

  it('may belong to sessions, broadcasts and many inputs', async () => {
    const { define, open } = await freshPage()
    const task = define()
    const session = task.control.session()
    const inSession = session.echo('session')
    const each = task.control.broadcast('echo', 'all')
    const many = (async () => {
      const seen: unknown[] = []
      for await (const value of task.control.map('echo', [1, 2])) seen.push(value)
      return seen
    })()
    const saved = task.control.checkpoint()
    await settled()
    open()
    expect(await inSession).toBe('session')
    session.control.release()
    expect(await Promise.all([each, many, saved])).toEqual([['all'], [1, 2], undefined])
  })
})

describe('code that does not come', () => {
  it('fails the calls that need it with what happened, and is asked for again by the next', async () => {
    const { define, open, loads } = await freshPage({ refusals: 1 })
    const task = define()
    const failed = task.echo(1)
    await expect(failed).rejects.toMatchObject({
      code: 'start-failed',
      taskId: 'late',
      method: 'echo',
      message: expect.stringContaining("Atelier's own code that speaks with workers") as string,
    })
    open()
    // After the pause of a start that failed.
    expect(await task.echo(2)).toBe(2)
    expect(loads()).toBe(2)
  })

  it('takes the time of a start', async () => {
    const { define } = await freshPage()
    await expect(define({ startTimeoutMs: 20 }).echo(1)).rejects.toMatchObject({
      code: 'start-timeout',
      message: expect.stringContaining('did not load within 20 ms (startTimeoutMs)') as string,
    })
  })
})

describe('the code begins to load', () => {
  it('with the first runtime where there are workers, once for all', async () => {
    vi.stubGlobal('Worker', () => {})
    const { core, loads } = await freshPage()
    core.createTaskRuntime().dispose()
    await vi.waitFor(() => expect(loads()).toBe(1))
    core.createTaskRuntime().dispose()
    await settled()
    expect(loads()).toBe(1)
  })

  it('with the first call elsewhere, as on a server', async () => {
    vi.stubGlobal('Worker', undefined)
    const { define, loads } = await freshPage()
    await settled()
    expect(loads()).toBe(0)
    void define()
      .echo(1)
      .catch(() => {})
    await vi.waitFor(() => expect(loads()).toBe(1))
  })
})

/** A second definition of an id: in development it takes the first one's place, in production it is refused. */
import { type TaskConfig, taskOptions } from 'atelier-react/core'
import {
  createFakeWorker,
  createTestRuntime,
  expectNoLiveWorkers,
  type TestRuntime,
} from 'atelier-react/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shown, watch } from '../support/lab.ts'

/** Calls of `wait`, by version of the module, that the test ends. */
const gates = new Map<string, (value: string) => void>()
const version = (name: string) => ({
  say: (word = '') => name + word,
  wait: () => new Promise<string>((resolve) => gates.set(name, resolve)),
})
type Api = ReturnType<typeof version>

let runtime: TestRuntime
const spawned: string[] = []

/** What a module defines at its nth evaluation. */
const define = (name: string, config: Partial<TaskConfig<Api>> = {}) => {
  const options = taskOptions<Api>({
    type: 'parallel',
    maxWorkers: 1,
    maxQueueDepth: 10,
    taskName: 'hot',
    worker: () => {
      spawned.push(name)
      return createFakeWorker({ handlers: version(name) })
    },
    ...config,
  })
  return { options, task: runtime.defineTask(options) }
}

const said = vi.spyOn(console, 'warn')
beforeEach(() => {
  said.mockReset()
  said.mockImplementation(() => {})
  runtime = createTestRuntime()
  spawned.length = 0
})
afterEach(() => {
  vi.unstubAllEnvs()
  runtime.dispose()
  expectNoLiveWorkers()
})

describe('in development', () => {
  it('takes the place of the first, whose idle workers end at once', async () => {
    const first = define('one')
    expect(await first.task.say()).toBe('one')
    const second = define('two')
    expect(second.task === first.task).toBe(false)
    await runtime.clock.settle()
    expectNoLiveWorkers()
    expect(await second.task.say()).toBe('two')
    expect(runtime.getRuntimeSnapshot().tasks.map(({ counts }) => counts.succeeded)).toEqual([1])
  })

  it('lets the first finish what it has, and ends it then', async () => {
    const first = define('one')
    const fates = [first.task.wait(), first.task.say(), first.task.say()].map(watch)
    await runtime.clock.settle()
    const { task } = define('two')
    await task.say()
    expect(fates.map((fate) => shown(fate()))).toEqual(['open', 'open', 'open'])
    expect(() => expectNoLiveWorkers()).toThrow(/^2 workers/)
    gates.get('one')?.('done')
    await runtime.clock.settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['done', 'one', 'one'])
    expect(() => expectNoLiveWorkers()).toThrow(/^1 worker /)
    expect(spawned).toEqual(['one', 'two'])
  })

  it('ends what does not finish after half a minute', async () => {
    const call = watch(define('one').task.wait())
    await runtime.clock.settle()
    define('two')
    await runtime.clock.advanceAsync(29_999)
    expect(shown(call())).toBe('open')
    await runtime.clock.advanceAsync(1)
    expect(shown(call())).toBe('disposed')
    expectNoLiveWorkers()
  })

  it('ends at once what was stopped and would wait forever', async () => {
    const { task } = define('one')
    task.control.stop()
    const call = watch(task.say())
    define('two')
    await runtime.clock.settle()
    expect(shown(call())).toBe('disposed')
  })

  it('is what the handles and options of the first speak to from then on', async () => {
    const first = define('one')
    const { say } = first.task
    const urgent = first.task.with({ priority: 'high' })
    await say()
    const second = define('two')
    const third = define('three')
    expect([await say('!'), await urgent.say(), await first.task.say()]).toEqual(['three!', 'three', 'three'])
    const mapped: string[] = []
    for await (const word of urgent.control.map('say', ['a', 'b'], { ordered: true })) mapped.push(word)
    expect(mapped).toEqual(['threea', 'threeb'])
    expect(first.task.control.getSnapshot()).toBe(third.task.control.getSnapshot())
    expect(runtime.defineTask(first.options) === first.task).toBe(true)
    // Its own dispose() ends its own calls, and not those of the newest.
    first.task.control.dispose()
    second.task.control.dispose()
    expect(await third.task.say()).toBe('three')
    third.task.control.dispose()
    expect(await watchOf(say())).toBe('disposed')
    const again = runtime.defineTask(first.options)
    expect(await again.say()).toBe('one')
  })

  it('starts eager workers of the second', async () => {
    define('one', { init: 'eager' })
    define('two', { init: 'eager' })
    await runtime.clock.settle()
    expect(spawned).toEqual(['one', 'two'])
    expect(() => expectNoLiveWorkers()).toThrow(/^1 worker /)
  })

  it('leaves nothing when it is disposed or parked while the first finishes', async () => {
    const call = watch(define('one').task.wait())
    await runtime.clock.settle()
    define('two')
    runtime.retain({ graceMs: 10 })()
    await runtime.clock.advanceAsync(10)
    expect(shown(call())).toBe('disposed')
    expectNoLiveWorkers()
    const other = watch(define('three').task.wait())
    await runtime.clock.settle()
    define('four')
    runtime.dispose()
    await runtime.clock.settle()
    expect([shown(other()), runtime.clock.pending]).toEqual(['disposed', 0])
  })

  it('is said once for each id', () => {
    const taskName = 'said'
    define('one', { taskName })
    define('two', { taskName })
    define('three', { taskName })
    expect(said.mock.calls).toEqual([
      [expect.stringMatching(/"said" was defined again.*hot reload.*another taskId. Production throws/)],
    ])
  })

  it('is a mistake where it was made of the first one, and says so when the first is defined again', () => {
    const first = define('one')
    const worker = first.options.worker
    const spread = taskOptions<Api>({ ...first.options, maxQueueDepth: 5, worker })
    runtime.defineTask(spread)
    expect(() => runtime.defineTask(first.options)).toThrow(/"hot" is already defined/)
    // A module that was reloaded has a factory of its own: what was not rendered again goes on with the old options.
    const second = define('two')
    runtime.defineTask(taskOptions<Api>({ ...second.options, worker: () => worker({ index: 0, name: '' }) }))
    expect(() => runtime.defineTask(second.options)).not.toThrow()
  })

  it('is refused when it is wrong, and the first goes on', async () => {
    const { task } = define('one')
    expect(() => define('two', { maxWorkers: 0 })).toThrow(RangeError)
    expect(await task.say()).toBe('one')
  })
})

describe('in production', () => {
  it('is refused', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { task, options } = define('one')
    expect(() => define('two')).toThrow(
      new TypeError(
        'A task with the id "hot" is already defined: give this one another taskId, or dispose of the first',
      ),
    )
    expect(await task.say()).toBe('one')
    expect(runtime.defineTask(options) === task).toBe(true)
    task.control.dispose()
    expect(await define('two').task.say()).toBe('two')
    expect(said).not.toHaveBeenCalled()
  })
})

async function watchOf(call: Promise<unknown>): Promise<unknown> {
  const fate = watch(call)
  await runtime.clock.settle()
  return shown(fate())
}

describe('by a component', () => {
  const defineInRender = () =>
    runtime.defineTask(
      taskOptions<Api>({
        type: 'parallel',
        taskName: 'inline',
        worker: () => createFakeWorker({ handlers: version('inline') }),
      }),
      { start: false },
    )

  it.each(['development', 'production'])('is told of as what it is, in %s', (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    defineInRender()
    let text = ''
    try {
      defineInRender()
      text = String(said.mock.calls[0]?.[0])
    } catch (error) {
      text = String(error)
    }
    expect(text).toMatch(/"inline".*define it once, at module scope/)
    expect(text.startsWith('TypeError')).toBe(mode === 'production')
  })
})

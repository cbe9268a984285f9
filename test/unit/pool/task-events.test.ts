/** Events of workers, as the page hears them. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { emit, taskContext } from 'atelier-react/worker'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { deliverAll, drain, makeLab } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { speakFor } from '../support/spoken.ts'

type Extra = { events: { changed: number } }

const handlers = () => ({
  add(n: number) {
    emit<Extra>('changed', n)
    return n
  },
  async later(n: number) {
    const { emit: say } = taskContext<Extra>()
    await Promise.resolve()
    say('changed', n)
    return n
  },
})

const runtimes: TaskRuntime[] = []

function makeEventLab(config: Partial<TaskConfig<ReturnType<typeof handlers>>> = {}) {
  const lab = makeLab(handlers, config)
  runtimes.push(lab.runtime)
  return lab
}

afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
  vi.restoreAllMocks()
})

describe('control.on', () => {
  it('hears what workers emit, starts none, and goes on when they are restarted', async () => {
    const lab = makeEventLab()
    const heard: unknown[] = []
    const off = lab.task.control.on('changed', (payload, info) => heard.push([payload, info]))
    expect(lab.workers).toHaveLength(0)
    const call = lab.task.add(1)
    await lab.settle()
    expect(await call).toBe(1)
    lab.workers[0]?.asWorker.terminate()
    lab.clock.advance(10_000)
    const again = lab.task.later(2)
    await lab.settle()
    lab.clock.advance(10_000)
    await lab.settle()
    expect(await again).toBe(2)
    expect(lab.workers).toHaveLength(2)
    const info = { workerIndex: 0, dropped: 0 }
    expect(heard).toEqual([
      [1, info],
      [2, info],
    ])
    off()
    off()
    const last = lab.task.add(3)
    await lab.settle()
    expect(await last).toBe(3)
    expect(heard).toHaveLength(2)
  })

  it('tells an event before the reply of the handler that emitted it, and after earlier replies', async () => {
    const lab = makeEventLab({ maxInFlight: 4 })
    const order: string[] = []
    lab.task.control.on('changed', (n) => order.push(`event ${n}`))
    for (const n of [1, 2]) void lab.task.add(n).then(() => order.push(`result ${n}`))
    void lab.task.later(3).then(() => order.push('result 3'))
    await lab.settle()
    expect(order).toEqual(['event 1', 'result 1', 'event 2', 'result 2', 'event 3', 'result 3'])
  })

  it('tells those who listen at that moment; a listener that throws stops nobody', () => {
    const { task, worker } = speaking()
    const heard: string[] = []
    const thrown: unknown[] = []
    vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((fn) => {
      try {
        fn()
      } catch (error) {
        thrown.push(error)
      }
    })
    task.control.on('e', () => {
      heard.push('first')
      offSecond()
      task.control.on('e', () => heard.push('late'))
      throw new Error('mine')
    })
    const offSecond = task.control.on('e', () => heard.push('second'))
    const same = () => heard.push('third')
    const offThird = task.control.on('e', same)
    task.control.on('e', same)
    offThird()
    worker.says(wire.EVENT, 'e', 1, 0)
    expect(heard).toEqual(['first', 'third'])
    expect(thrown).toEqual([new Error('mine')])
  })

  it('makes room for more only when the listeners have run, in steps', () => {
    const { task, worker } = speaking()
    const acks = () => worker.posted.filter(([op]) => op === wire.HEARD)
    task.control.on('e', () => {})
    for (let n = 0; n < wire.EVENT_ROOM; n++) worker.says(wire.EVENT, 'e', n, 0)
    expect(acks()).toEqual(Array.from({ length: 4 }, () => [wire.HEARD, wire.EVENT_ROOM / 4]))
  })

  it('says once in development that events are lost, and to each listener how many', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { task, worker } = speaking()
    const lost: number[] = []
    task.control.on('e', (_payload, { dropped }) => lost.push(dropped))
    worker.says(wire.EVENT, 'e', 1, 5)
    worker.says(wire.EVENT, 'e', 1, 7)
    expect(lost).toEqual([5, 7])
    expect(warned).toHaveBeenCalledOnce()
    expect(warned.mock.calls[0]?.[0]).toContain('worker #0 of lab emits events faster')
  })

  it('hears the task that takes the place of a replaced one, and nothing after the end', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const lab = makeEventLab()
    const heard: unknown[] = []
    lab.task.control.on('changed', (n) => heard.push(n))
    const workers: StepWorker[] = []
    const replaced = lab.runtime.defineTask<ReturnType<typeof handlers>>({
      type: 'parallel',
      taskId: 'lab',
      worker: () => {
        workers.push(new StepWorker(handlers))
        return workers[0]?.asWorker as Worker
      },
    })
    void replaced.add(5)
    await deliverAll(workers)
    expect(heard).toEqual([5])
    expect(replaced.control.on).toBe(lab.task.control.on)
    expect(replaced.with({ priority: 'low' }).control.on).toBe(lab.task.control.on)
    void replaced.later(6).catch(() => {})
    await drain()
    replaced.control.dispose()
    await deliverAll(workers)
    expect(heard).toEqual([5])
  })

  it('refuses what is no name and what is no listener', () => {
    const { task } = speaking()
    expect(() => task.control.on('', () => {})).toThrow('Invalid option "event"')
    expect(() => task.control.on('e', 5 as never)).toThrow('Invalid option "listener"')
  })
})

describe('emit', () => {
  it('is silent when its worker is gone, and cannot guess between several', async () => {
    const first = makeEventLab()
    const second = makeEventLab()
    void first.task.add(1)
    void second.task.add(1)
    await first.settle()
    await second.settle()
    expect(() => emit('changed', 1)).toThrow('take emit from taskContext()')
    first.runtime.dispose()
    expect(() => emit('changed', 1)).not.toThrow()
    second.runtime.dispose()
    expect(() => emit('changed', 1)).not.toThrow()
  })
})

/** A task whose one worker is up. */
function speaking() {
  const spoken = speakFor()
  void spoken.task.control.start()
  const worker = spoken.workers[0] as (typeof spoken.workers)[0]
  worker.says(wire.READY, wire.PROTOCOL, ['work'], performance.timeOrigin, false)
  return { ...spoken, worker }
}

describe('progressEvery', () => {
  const counting = () => ({
    count(to: number) {
      const { progress } = taskContext()
      for (let n = 1; n <= to; n++) progress(n)
      return to
    },
  })

  it.each([
    [true, [1, 2, 3, 4, 5]],
    [false, [5]],
    [null, [5]],
  ])('%s gives onProgress %o, before the result', async (progressEvery, expected) => {
    const lab = makeLab(counting)
    runtimes.push(lab.runtime)
    const told: unknown[] = []
    const task = lab.task.with({ progressEvery: true }).with({ progressEvery })
    const call = task.with({ onProgress: (n) => told.push(n) }).count(5)
    void call.then((result) => told.push(`result ${result}`))
    await lab.settle()
    expect(told).toEqual([...expected, 'result 5'])
  })

  it('tells nothing after an abort', async () => {
    const lab = makeLab(counting)
    runtimes.push(lab.runtime)
    const told: unknown[] = []
    const call = lab.task
      .with({ progressEvery: true, onProgress: (n) => void (told.push(n), n === 2 && call.abort()) })
      .count(5)
    await expect(Promise.all([call, lab.settle()])).rejects.toThrow('was aborted')
    expect(told).toEqual([1, 2])
  })
})

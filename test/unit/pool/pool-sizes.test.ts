/** Pools that breathe: workers that are kept, workers that are replaced after so many calls, other sizes while it runs. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RuntimeConfig, RuntimeEvent, TaskSize } from '../../../src/index.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { makeLab, shown, watch } from '../support/lab.ts'
import type { StepWorker } from '../support/step-worker.ts'

type Api = { echo(value: unknown): unknown; where(): number; gate(value: unknown): Promise<unknown> }

function lab(config: Partial<TaskConfig<Api>> = {}, teardown?: () => void, runtimeConfig?: RuntimeConfig) {
  const gates: (() => void)[] = []
  const indexes = new Map<StepWorker, number>()
  let running = 0
  let mostRunning = 0
  const made = makeLab<Api>(
    (_scope, worker) => {
      const index = indexes.size
      indexes.set(worker, index)
      return {
        echo: (value) => value,
        where: () => index,
        gate: async (value) => {
          mostRunning = Math.max(mostRunning, ++running)
          await new Promise<void>((resolve) => gates.push(resolve))
          running--
          return value
        },
      }
    },
    { maxWorkers: 3, maxQueueDepth: 50, ...config },
    { ...(teardown && { lifecycle: { teardown } }), ...(runtimeConfig && { runtime: runtimeConfig }) },
  )
  const ends: unknown[] = []
  made.runtime.subscribeEvents((event: RuntimeEvent) => {
    if (event.kind === 'worker' && event.action === 'terminate') ends.push([event.workerIndex, event.reason])
  })
  const alive = () => made.workers.filter(({ isAlive }) => isAlive).length
  const open = async () => {
    for (const gate of gates.splice(0)) gate()
    await made.settle()
  }
  const { control } = made.task
  return { ...made, gates, open, alive, ends, control, most: () => mostRunning }
}

describe('minWorkers', () => {
  it('start with the first call, and not before', async () => {
    const { task, settle, workers } = lab({ minWorkers: 2 })
    await settle()
    expect(workers).toHaveLength(0)
    const call = watch(task.echo(1))
    await settle()
    expect([shown(call()), workers.length]).toEqual([1, 2])
  })

  it('are what idleTimeoutMs leaves', async () => {
    const { task, control, settle, clock, open, alive, ends } = lab({ minWorkers: 2, idleTimeoutMs: 50 })
    for (let index = 0; index < 3; index++) watch(task.gate(index))
    await settle()
    expect(alive()).toBe(3)
    await open()
    clock.advance(500)
    await settle()
    expect([alive(), ends.length, control.getSnapshot().workers.active]).toEqual([2, 1, 2])
    clock.advance(500)
    expect(alive()).toBe(2)
  })

  it('are replaced when they die, without a call that asks for it; others are not', async () => {
    const { task, settle, clock, workers, alive, open } = lab({ minWorkers: 2 })
    for (let index = 0; index < 3; index++) watch(task.gate(index))
    await settle()
    await open()
    workers[0]?.asWorker.terminate()
    await settle()
    clock.advance(5_000)
    await settle()
    expect(alive()).toBe(2)
    workers[1]?.asWorker.terminate()
    await settle()
    clock.advance(5_000)
    await settle()
    expect(alive()).toBe(2)
  })

  it('are as many as there may be, where they alone are stated; more than maxWorkers are refused', () => {
    const { control } = lab({ minWorkers: 500, maxWorkers: undefined })
    expect(control.getSnapshot().workers.limit).toBe(500)
    expect(() => lab({ minWorkers: 4 })).toThrow(/"maxWorkers".*at least 4.*got 3/)
    expect(() => lab({ type: 'singleton', minWorkers: 2, maxWorkers: 1 })).toThrow(
      /"minWorkers".*0 or 1 for a singleton/,
    )
    expect(() => control.resize({ maxWorkers: 20 })).toThrow(/"maxWorkers".*at least 500/)
  })
})

describe('maxCallsPerWorker', () => {
  it('ends a worker after so many calls; its successor starts before', async () => {
    let teardowns = 0
    const { task, settle, ends, workers, alive, open } = lab(
      { maxWorkers: 1, maxCallsPerWorker: 3 },
      () => teardowns++,
    )
    for (let call = 0; call < 2; call++) {
      watch(task.echo(call))
      await settle()
    }
    expect(workers).toHaveLength(1)
    const last = watch(task.gate('last'))
    await settle()
    expect([workers.length, alive(), ends]).toEqual([2, 2, []])
    const next = watch(task.where())
    await settle()
    expect([last().status, next().status]).toEqual(['open', 'open'])
    await open()
    expect([shown(last()), shown(next()), ends, teardowns]).toEqual(['last', 1, [[0, 'max-calls']], 1])
  })

  it('starts the next one while the worker has an eighth of its calls left, and once', async () => {
    const { task, settle, workers, control, ends } = lab({ maxWorkers: 3, maxCallsPerWorker: 32 })
    const places: unknown[] = []
    const run = async (calls: number) => {
      for (let call = 0; call < calls; call++) {
        const place = watch(task.where())
        await settle()
        places.push(shown(place()))
      }
    }
    await run(28)
    expect([workers.length, ends]).toEqual([1, []])
    await run(1)
    expect([workers.length, ends]).toEqual([2, []])
    await run(20)
    expect([workers.length, ends, control.getSnapshot().workers.active]).toEqual([2, [[0, 'max-calls']], 1])
    const of = (worker: number) => places.filter((place) => place === worker).length
    expect([of(0), of(1)]).toEqual([32, 17])
  })

  it('never gives a worker more, however many come at once, and loses none', async () => {
    const { task, settle, clock, workers, control } = lab({ maxWorkers: 2, maxCallsPerWorker: 4 })
    const places = Array.from({ length: 41 }, () => watch(task.where()))
    for (let round = 0; round < 20; round++) {
      await settle()
      clock.advance(10)
    }
    const counts = new Map<unknown, number>()
    for (const place of places) counts.set(shown(place()), (counts.get(shown(place())) ?? 0) + 1)
    expect([...counts.keys()].filter((place) => typeof place !== 'number')).toEqual([])
    expect(Math.max(...counts.values())).toBe(4)
    expect(control.getSnapshot().workers.active).toBeLessThanOrEqual(2)
    expect(workers.filter(({ isAlive }) => isAlive).length).toBe(control.getSnapshot().workers.active)
  })

  it('gives each call a worker that has run nothing, where it is 1', async () => {
    const { task, settle, control } = lab({ maxWorkers: 1, maxCallsPerWorker: 1 })
    const places = []
    for (let call = 0; call < 4; call++) {
      places.push(watch(task.where()))
      await settle()
    }
    expect(places.map((place) => shown(place()))).toEqual([0, 1, 2, 3])
    expect(control.getSnapshot().workers.active).toBe(1)
  })

  it('ends a singleton before its successor starts', async () => {
    const { task, settle, workers, open, alive } = lab({
      type: 'singleton',
      maxWorkers: 1,
      maxCallsPerWorker: 2,
    })
    watch(task.echo(0))
    await settle()
    watch(task.gate(1))
    const next = watch(task.where())
    await settle()
    expect([workers.length, next().status]).toEqual([1, 'open'])
    await open()
    expect([shown(next()), alive()]).toEqual([1, 1])
  })

  it('leaves a session its worker', async () => {
    const { control, settle, alive, ends } = lab({ maxWorkers: 2, maxCallsPerWorker: 2 })
    const session = control.session()
    const places = Array.from({ length: 5 }, () => watch(session.where()))
    await settle()
    expect(places.map((place) => shown(place()))).toEqual([0, 0, 0, 0, 0])
    expect([alive(), ends]).toEqual([2, []])
    session.control.release()
    await settle()
    expect([alive(), ends]).toEqual([1, [[0, 'max-calls']]])
  })
})

describe('control.resize', () => {
  it('lets more run at once', async () => {
    const { task, control, settle, most, open } = lab({ maxWorkers: 1 })
    const calls = Array.from({ length: 6 }, (_, index) => watch(task.gate(index)))
    await settle()
    expect(most()).toBe(1)
    control.resize({ maxWorkers: 3 })
    const { queue, workers } = control.getSnapshot()
    expect([queue.maxInFlight, workers.limit]).toEqual([3, 3])
    await settle()
    expect(most()).toBe(3)
    for (let round = 0; round < 3; round++) await open()
    expect(calls.map((call) => shown(call()))).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('ends what is too much: the idle at once, the busy when they have finished', async () => {
    const { task, control, settle, alive, ends, gates } = lab()
    const calls = Array.from({ length: 3 }, (_, index) => watch(task.gate(index)))
    await settle()
    gates[2]?.()
    await settle()
    control.resize({ maxWorkers: 1 })
    await settle()
    expect([alive(), ends]).toEqual([2, [[2, 'resized']]])
    const more = watch(task.where())
    gates[1]?.()
    await settle()
    expect([alive(), ends.at(-1), more().status]).toEqual([1, [1, 'resized'], 'open'])
    gates[0]?.()
    await settle()
    expect([...calls, more].map((call) => shown(call()))).toEqual([0, 1, 2, 0])
  })

  it('gives a worker that is up more slots, and fewer', async () => {
    const { task, control, settle, most, open, workers } = lab({ type: 'singleton', maxWorkers: 1 })
    const calls = Array.from({ length: 6 }, (_, index) => watch(task.gate(index)))
    await settle()
    control.resize({ maxInFlight: 3 })
    await settle()
    expect([most(), control.getSnapshot().queue.inFlight]).toEqual([3, 3])
    control.resize({ maxInFlight: 1 })
    await open()
    expect(control.getSnapshot().queue.inFlight).toBe(1)
    for (let round = 0; round < 3; round++) await open()
    expect([calls.map((call) => shown(call())), workers.length]).toEqual([[0, 1, 2, 3, 4, 5], 1])
  })

  describe('what is ahead of a worker starts with its new slots as far as slots are free', () => {
    beforeEach(() => vi.stubGlobal('crossOriginIsolated', true))
    afterEach(() => vi.unstubAllGlobals())

    it('where one that is being replaced still runs calls', async () => {
      const { task, control, settle, most, open } = lab({
        maxWorkers: 2,
        maxInFlight: 3,
        maxCallsPerWorker: 3,
      })
      watch(task.echo(0))
      await settle()
      const calls = Array.from({ length: 3 }, (_, index) => watch(task.gate(index)))
      await settle()
      calls.push(...[3, 4, 5].map((index) => watch(task.gate(index))))
      await settle()
      expect(control.getSnapshot().queue).toMatchObject({ inFlight: 3, ahead: 1 })
      control.resize({ maxInFlight: 3 })
      await settle()
      expect([most(), control.getSnapshot().queue.inFlight]).toEqual([3, 3])
      await open()
      expect([most(), control.getSnapshot().queue.inFlight]).toEqual([3, 3])
      await open()
      expect(calls.map((call) => shown(call()))).toEqual([0, 1, 2, 3, 4, 5])
    })

    it('where another one has more calls than slots', async () => {
      const { task, control, settle, most, gates, open } = lab({ maxWorkers: 2, maxInFlight: 5 })
      watch(task.echo(0))
      await settle()
      const calls = Array.from({ length: 8 }, (_, index) => watch(task.gate(index)))
      await settle()
      expect(control.getSnapshot().queue.inFlight).toBe(5)
      control.resize({ maxInFlight: 2 })
      // One of the second worker, which has one slot now and calls ahead.
      gates.splice(3, 2).forEach((gate) => gate())
      await settle()
      const { inFlight } = control.getSnapshot().queue
      control.resize({ maxInFlight: 4 })
      await settle()
      expect([most(), control.getSnapshot().queue.inFlight]).toEqual([5, Math.max(inFlight, 4)])
      for (let round = 0; round < 4; round++) await open()
      expect(calls.map((call) => shown(call()))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    })

    it('where the calls of another task have taken what the runtime allows', async () => {
      const { task, control, settle, most, open } = lab({ maxWorkers: 1, maxInFlight: 1 }, undefined, {
        maxConcurrency: 1,
      })
      watch(task.echo(0))
      await settle()
      const calls = [0, 1, 2].map((index) => watch(task.gate(index)))
      await settle()
      expect(control.getSnapshot().queue).toMatchObject({ inFlight: 1, ahead: 1 })
      control.resize({ maxInFlight: 3 })
      await settle()
      expect([most(), control.getSnapshot().queue.inFlight]).toEqual([1, 1])
      for (let round = 0; round < 3; round++) await open()
      expect([most(), calls.map((call) => shown(call()))]).toEqual([1, [0, 1, 2]])
    })
  })

  it('keeps what was stated, and lets the rest follow', () => {
    const { control } = lab({ maxQueueDepth: undefined })
    const sizes = () => {
      const { maxInFlight, maxQueueDepth } = control.getSnapshot().queue
      return [maxInFlight, maxQueueDepth, control.getSnapshot().workers.limit]
    }
    expect(sizes()).toEqual([3, 6, 3])
    control.resize({ maxWorkers: 5 })
    expect(sizes()).toEqual([5, 10, 5])
    control.resize({ maxInFlight: 2 })
    expect(sizes()).toEqual([2, 4, 2])
    const stated = lab({ maxInFlight: 4, maxQueueDepth: 9 }).control
    stated.resize({ maxWorkers: 8 })
    expect(stated.getSnapshot()).toMatchObject({
      queue: { maxInFlight: 4, maxQueueDepth: 9 },
      workers: { limit: 4 },
    })
  })

  it.each<[TaskSize | object, RegExp]>([
    [{ maxWorkers: 0 }, /"maxWorkers".*at least 1/],
    [{ maxInFlight: 1.5 }, /"maxInFlight".*a whole number/],
    [{ poolSize: 2 }, /"poolSize".*maxWorkers, maxInFlight/],
  ])('refuses %o at once', (size, message) => {
    const { control } = lab()
    expect(() => control.resize(size)).toThrow(message)
    const single = lab({ type: 'singleton', maxWorkers: 1 }).control
    expect(() => single.resize({ maxWorkers: 2 })).toThrow(/1 for a singleton/)
  })

  it('starts nothing in a task that is stopped, or that nobody has called', async () => {
    const { control, settle, workers, task } = lab({ init: 'eager', maxWorkers: 1 })
    await settle()
    control.stop()
    control.resize({ maxWorkers: 2 })
    await settle()
    expect(workers).toHaveLength(1)
    control.start()
    await settle()
    expect(workers).toHaveLength(3)
    control.resize({ maxWorkers: 3 })
    await settle()
    expect(workers).toHaveLength(4)
    control.dispose()
    control.resize({ maxWorkers: 1 })
    await expect(task.where()).rejects.toMatchObject({ code: 'disposed' })
  })
})

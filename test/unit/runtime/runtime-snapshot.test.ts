/** The state of a runtime: immutable, shared where nothing changed, told once a turn. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RuntimeSnapshot } from '../../../src/types/snapshot.ts'
import { drain, makeLab, watch } from '../support/lab.ts'
import { catchReports } from '../support/reported.ts'
import { StepWorker } from '../support/step-worker.ts'

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })
const makeTwo = () => {
  const lab = makeLab(handlers)
  const other = lab.runtime.defineTask<ReturnType<typeof handlers>>({
    type: 'singleton',
    taskId: 'other',
    worker: () => new StepWorker(handlers).asWorker,
  })
  return { ...lab, other }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('getRuntimeSnapshot', () => {
  it('is the same object until something has changed', async () => {
    const { runtime, task, settle } = makeTwo()
    const first = runtime.getRuntimeSnapshot()
    expect(runtime.getRuntimeSnapshot()).toBe(first)
    void task.echo(1)
    const second = runtime.getRuntimeSnapshot()
    expect(second).not.toBe(first)
    expect(runtime.getRuntimeSnapshot()).toBe(second)
    await settle()
    expect(runtime.getRuntimeSnapshot()).not.toBe(second)
    expect(runtime.getRuntimeSnapshot().tasks[0]).toBe(task.control.getSnapshot())
  })

  it('shares with the one before it whatever did not change', async () => {
    const { runtime, task, settle } = makeTwo()
    void task.echo(1)
    await settle()
    const before = runtime.getRuntimeSnapshot()
    void task.wait().catch(() => {})
    await drain()
    const after = runtime.getRuntimeSnapshot()
    expect(after.tasks[1]).toBe(before.tasks[1])
    expect(after.tasks[0]?.queue).not.toBe(before.tasks[0]?.queue)
    expect(after.tasks[0]?.counts).not.toBe(before.tasks[0]?.counts)
    task.control.stop()
    const stopped = runtime.getRuntimeSnapshot()
    task.control.stop()
    expect(runtime.getRuntimeSnapshot()).toBe(stopped)
  })

  it('is what it was before, when things went back', async () => {
    const { runtime, task, settle } = makeTwo()
    task.control.start()
    await settle()
    const before = runtime.getRuntimeSnapshot().tasks[0]
    void task.wait().catch(() => {})
    await drain()
    runtime.getRuntimeSnapshot()
    task.control.stop()
    task.control.start()
    await settle()
    const after = runtime.getRuntimeSnapshot().tasks[0]
    expect(after?.workers.list).toEqual(before?.workers.list)
    expect(after?.queue).toEqual(before?.queue)
  })

  it('is frozen through and through, the last crash included', async () => {
    const { runtime, task, workers, settle } = makeTwo()
    void task.wait().catch(() => {})
    await settle()
    workers[0]?.terminate()
    await settle()
    const open: string[] = []
    const visit = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return
      if (!Object.isFrozen(value)) open.push(path)
      for (const [name, part] of Object.entries(value)) visit(part, `${path}.${name}`)
    }
    visit(runtime.getRuntimeSnapshot(), 'snapshot')
    expect(runtime.getRuntimeSnapshot().tasks[0]?.lastCrash).toBeDefined()
    expect(open).toEqual([])
  })

  it('does not change after it was given', async () => {
    const { runtime, task, settle } = makeTwo()
    const given = runtime.getRuntimeSnapshot()
    const copy = structuredClone(given)
    void task.echo(1)
    await settle()
    expect(given).toEqual(copy)
  })
})

describe('subscribeRuntimeSnapshot', () => {
  it('tells once a turn, however much has changed, and not when nothing has', async () => {
    const { runtime, task, settle } = makeTwo()
    const told: RuntimeSnapshot[] = []
    runtime.subscribeRuntimeSnapshot((snapshot) => told.push(snapshot))
    for (let call = 0; call < 100; call++) void task.echo(call)
    expect(told.length).toBe(0)
    await drain()
    expect(told.length).toBe(1)
    expect(told[0]).toBe(runtime.getRuntimeSnapshot())
    await settle()
    const before = told.length
    await drain()
    expect(told.length).toBe(before)
  })

  it('tells at once where that is asked for', () => {
    const { runtime } = makeTwo()
    const told: RuntimeSnapshot[] = []
    runtime.subscribeRuntimeSnapshot((snapshot) => told.push(snapshot), { emitImmediately: true })
    expect(told).toEqual([runtime.getRuntimeSnapshot()])
  })

  it('tells at most once an interval, and once more at its end', async () => {
    const { runtime, task, clock } = makeTwo()
    const told: number[] = []
    runtime.subscribeRuntimeSnapshot(() => told.push(clock.now()), { intervalMs: 100 })
    for (let step = 0; step < 30; step++) {
      void task.echo(step)
      await drain()
      clock.advance(10)
      await drain()
    }
    expect(told).toEqual([1_000, 1_100, 1_200, 1_300])
    clock.advance(1_000)
    expect(clock.pending).toBeLessThanOrEqual(1)
    expect(told.length).toBe(4)
  })

  it('does not tell who has left, not even when another listener made it leave', async () => {
    const { runtime, task, clock } = makeTwo()
    const told: string[] = []
    const leave: (() => void)[] = []
    runtime.subscribeRuntimeSnapshot(() => leave.splice(0).forEach((each) => each()))
    leave.push(runtime.subscribeRuntimeSnapshot(() => told.push('at once')))
    leave.push(runtime.subscribeRuntimeSnapshot(() => told.push('throttled'), { intervalMs: 50 }))
    void task.echo(1)
    await drain()
    clock.advance(200)
    await drain()
    expect(told).toEqual([])
  })

  it('tells the others when a listener throws, and reports what it threw', async () => {
    const { runtime, task } = makeTwo()
    const reported: unknown[] = []
    const report = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((fn) => {
      void Promise.resolve().then(() => {
        try {
          fn()
        } catch (error) {
          reported.push(error)
        }
      })
    })
    const told: number[] = []
    const error = new Error('mine')
    runtime.subscribeRuntimeSnapshot(() => {
      throw error
    })
    runtime.subscribeRuntimeSnapshot(() => told.push(1))
    void task.echo(1)
    await drain()
    expect(told).toEqual([1])
    expect(reported).toEqual([error])
    report.mockRestore()
  })

  it('forgets ten thousand listeners without looking for each among the others', () => {
    const { runtime } = makeTwo()
    const leave = Array.from({ length: 10_000 }, () => runtime.subscribeRuntimeSnapshot(() => {}))
    const searches = (['indexOf', 'findIndex', 'filter', 'splice', 'includes'] as const).map((name) =>
      vi.spyOn(Array.prototype, name),
    )
    const walks = [vi.spyOn(Set.prototype, Symbol.iterator), vi.spyOn(Set.prototype, 'forEach')]
    const removals = vi.spyOn(Set.prototype, 'delete')
    for (const each of leave) each()
    const count = (spies: readonly { mock: { calls: unknown[] } }[]) =>
      spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
    const [searched, walked, removed] = [count(searches), count(walks), count([removals])]
    vi.restoreAllMocks()
    expect(removed).toBe(10_000)
    // A few are the spies' own.
    expect(searched + walked).toBeLessThan(100)
  })

  it('tells everybody once of the end of the runtime, whatever their interval, and leaves no timer', async () => {
    const { runtime, task, clock } = makeTwo()
    const told: [string, number][] = []
    for (const [name, intervalMs] of [
      ['each turn', 0],
      ['each second', 1_000],
      ['once', Number.POSITIVE_INFINITY],
    ] as const)
      runtime.subscribeRuntimeSnapshot(({ tasks }) => told.push([name, tasks.length]), { intervalMs })
    void task.echo(1).catch(() => {})
    await drain()
    told.length = 0
    runtime.dispose()
    runtime.dispose()
    expect(runtime.getRuntimeSnapshot().tasks).toEqual([])
    await drain()
    expect(told).toEqual([
      ['each turn', 0],
      ['each second', 0],
      ['once', 0],
    ])
    void task.echo(1).catch(() => {})
    const late: number[] = []
    runtime.subscribeRuntimeSnapshot(({ tasks }) => late.push(tasks.length), { emitImmediately: true })
    await drain()
    clock.advance(10_000)
    expect([told.length, late, clock.pending]).toEqual([3, [0], 0])
  })

  it.each([2 ** 31, Number.POSITIVE_INFINITY])(
    'waits as long as an interval of %s asks for',
    async (intervalMs) => {
      const { runtime, task, clock, settle } = makeTwo()
      let told = 0
      runtime.subscribeRuntimeSnapshot(() => told++, { intervalMs })
      for (let call = 0; call < 3; call++) {
        void task.echo(call)
        await settle()
        clock.advance(10_000)
        await settle()
      }
      expect(told).toBe(1)
      clock.advance(2 ** 31)
      expect(told).toBe(intervalMs === 2 ** 31 ? 2 : 1)
    },
  )

  it.each([
    ['throws', 0],
    ['throws, at an interval', 50],
  ])('goes on when a listener %s, at once as well', async (_how, intervalMs) => {
    const reported = catchReports()
    const { runtime, task, clock, settle } = makeTwo()
    const leave = runtime.subscribeRuntimeSnapshot(
      () => {
        throw new Error('mine')
      },
      { intervalMs, emitImmediately: true },
    )
    const told: number[] = []
    runtime.subscribeRuntimeSnapshot(() => told.push(1), { intervalMs })
    for (let call = 0; call < 3; call++) {
      void task.echo(call)
      await settle()
      clock.advance(50)
    }
    await drain()
    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(reported).toHaveLength(told.length + 1)
    leave()
  })

  const acts: [what: string, act: (lab: ReturnType<typeof makeTwo>, leave: () => void) => void][] = [
    ['leaves', (_lab, leave) => leave()],
    ['subscribes', ({ runtime }) => runtime.subscribeRuntimeSnapshot(() => {}, { emitImmediately: true })],
    ['disposes of the runtime', ({ runtime }) => runtime.dispose()],
    ['disposes of the task', ({ task }) => task.control.dispose()],
    ['stops the workers', ({ task }) => task.control.stop()],
    ['retains and releases', ({ runtime }) => runtime.retain({ graceMs: 5 })()],
    [
      'defines a task',
      ({ runtime }) =>
        runtime.defineTask({ type: 'parallel', worker: () => new StepWorker(handlers).asWorker }),
    ],
    ['makes a call', ({ task }) => void task.echo(2).catch(() => {})],
    ['reads', ({ runtime, task }) => void [runtime.getRuntimeSnapshot(), task.control.getSnapshot()]],
    ['aborts by key', ({ runtime }) => runtime.abort({ key: 'key' })],
  ]
  it.each(acts.flatMap(([what, act]) => [0, 50].map((intervalMs) => [what, intervalMs, act] as const)))(
    'lets a listener do what it likes: it %s (interval %s)',
    async (_what, intervalMs, act) => {
      const reported = catchReports()
      const lab = makeTwo()
      let acted = 0
      const others: RuntimeSnapshot[] = []
      const leave = lab.runtime.subscribeRuntimeSnapshot(
        () => {
          if (acted++ === 0) act(lab, leave)
        },
        { intervalMs },
      )
      lab.runtime.subscribeRuntimeSnapshot((snapshot) => others.push(snapshot), { intervalMs })
      const call = watch(lab.task.with({ key: 'key' }).echo(1))
      await lab.settle()
      lab.clock.advance(1_000)
      await lab.settle()
      expect(acted).toBeGreaterThan(0)
      expect(others.at(-1)).toBe(lab.runtime.getRuntimeSnapshot())
      expect(reported).toEqual([])
      lab.task.control.start()
      await lab.settle()
      expect(call().status).not.toBe('open')
      lab.runtime.dispose()
      await lab.settle()
      lab.clock.advance(1_000)
      expect(lab.clock.pending).toBe(0)
    },
  )
})

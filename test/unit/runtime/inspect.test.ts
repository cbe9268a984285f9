/** `runtime.inspect()`, `getTask` and `restartWorker`: what is under way, and how to act on it without holding the task. */
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTaskRuntime } from '../../../src/runtime/runtime.ts'
import type { DevtoolsRegistry, TaskRuntime } from '../../../src/types/runtime.ts'
import type { RuntimeEvent } from '../../../src/types/telemetry.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { makeLab, ruleTime, shown, watch } from '../support/lab.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

const HANDLERS = () => ({ work: (value: number) => value, hang: () => new Promise<number>(() => {}) })

const setUp = (
  config: Parameters<typeof makeLab<ReturnType<typeof HANDLERS>>>[1] = {},
  runtime: Parameters<typeof makeLab>[2] = {},
) => {
  const lab = makeLab(HANDLERS, config, runtime)
  const quiet = <T extends Promise<unknown>>(call: T): T => {
    call.catch(() => {})
    return call
  }
  return { ...lab, quiet }
}

describe('inspect()', () => {
  it('is empty where nothing is under way', () => {
    const { runtime } = setUp()
    expect(runtime.inspect()).toMatchObject({
      calls: [],
      workers: [],
      tasks: [{ taskId: 'lab', status: 'idle' }],
    })
    runtime.dispose()
    expect(runtime.inspect()).toMatchObject({ calls: [], workers: [], tasks: [] })
  })

  it('names a call that hangs, where it is, since when, and its trace', async () => {
    const { runtime, task, clock, settle, quiet } = setUp({ taskName: 'Lab' }, { runtime: { otel: {} } })
    const trace = runtime.createTrace('doc')
    const call = quiet(task.with({ key: 'k', trace }).hang())
    const created = clock.now()
    clock.advance(10)
    await settle()
    clock.advance(5_000)
    const { time, calls, workers } = runtime.inspect()
    expect(time).toBe(created + 5_010)
    expect(calls).toEqual([
      {
        callId: call.callId,
        taskId: 'lab',
        taskName: 'Lab',
        method: 'hang',
        key: 'k',
        phase: 'running',
        traceId: trace.traceId,
        traceName: 'doc',
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
        parentSpanId: trace.spanContext.spanId,
        createdTime: created,
        admittedTime: created,
        startedTime: created + 10,
        ageMs: 5_010,
        workerIndex: 0,
        attempt: 1,
      },
    ])
    expect(workers).toEqual([
      {
        taskId: 'lab',
        index: 0,
        status: 'busy',
        inFlight: 1,
        crashes: 0,
        slots: 1,
        ahead: 0,
        callIds: [call.callId],
      },
    ])
    runtime.dispose()
  })

  it('gives calls that wait their place, and those in flight that they wait behind', async () => {
    const { runtime, task, settle, quiet } = setUp({ maxInFlight: 1, maxQueueDepth: 2, ahead: 'off' })
    const calls = [1, 2, 3, 4, 5].map(() => quiet(task.hang()))
    await settle()
    const callIds = [calls[0]?.callId]
    expect(runtime.inspect().calls.map(({ phase, place, waitsFor }) => [phase, place, waitsFor])).toEqual([
      ['running', undefined, undefined],
      ['pending', 0, { reason: 'slot', callIds }],
      ['pending', 1, { reason: 'slot', callIds }],
      ['blocked', 0, { reason: 'room', callIds }],
      ['blocked', 1, { reason: 'room', callIds }],
    ])
    expect(runtime.inspect().calls.map(({ callId }) => callId)).toEqual(calls.map(({ callId }) => callId))
    expect(runtime.inspect().calls[3]?.admittedTime).toBeUndefined()
    runtime.dispose()
  })

  it('tells of a call that stands behind its key, or shares a run', async () => {
    const { runtime, task, settle, quiet } = setUp({ maxWorkers: 3 })
    const serial = task.with({ key: 's', keyMode: 'serial' })
    const [first, second] = [quiet(serial.hang()), quiet(serial.hang())]
    const dedupe = task.with({ key: 'd', keyMode: 'dedupe' })
    const [leader, joiner] = [quiet(dedupe.hang()), quiet(dedupe.hang())]
    await settle()
    const byId = new Map(runtime.inspect().calls.map((call) => [call.callId, call]))
    expect(byId.size).toBe(4)
    expect(byId.get(second.callId)).toMatchObject({
      phase: 'pending',
      place: 0,
      waitsFor: { reason: 'key', callIds: [first.callId] },
    })
    expect(byId.get(joiner.callId)).toMatchObject({
      phase: 'running',
      waitsFor: { reason: 'run', callIds: [leader.callId] },
    })
    runtime.dispose()
  })

  it('tells the delay of a retry from the wait for a worker, also of a call that may run in one worker only', async () => {
    const work = (value: number): number => {
      if (value < 0) throw new Error('not yet')
      return value
    }
    const { runtime, task, settle } = makeLab(() => ({ ...HANDLERS(), work }), {
      maxWorkers: 2,
      retry: { error: 1, delayMs: 1_000, jitter: false },
    })
    const waits = () => runtime.inspect().calls.map(({ callId, waitsFor }) => [callId, waitsFor])
    const session = task.control.session()
    const call = session.work(-1)
    const fate = watch(call)
    await settle()
    expect(waits()).toEqual([[call.callId, { reason: 'retry', callIds: [] }]])
    call.abort()
    await settle()
    expect(shown(fate())).toBe('aborted')
    const hanging = session.hang()
    hanging.catch(() => {})
    await settle()
    void task.control.broadcastSettled('work', 1)
    await settle()
    expect(waits()[1]?.[1]).toEqual({ reason: 'worker', callIds: [hanging.callId] })
    runtime.dispose()
  })

  it('does not say of the first call of a key that it waits for itself', async () => {
    const { runtime, task, settle, quiet } = setUp({ ahead: 'off' })
    const busy = quiet(task.hang())
    const serial = task.with({ key: 'k', keyMode: 'serial' })
    const [first, second] = [quiet(serial.work(1)), quiet(serial.work(2))]
    await settle()
    expect(runtime.inspect().calls.map(({ callId, waitsFor }) => [callId, waitsFor])).toEqual([
      [busy.callId, undefined],
      [first.callId, { reason: 'slot', callIds: [busy.callId] }],
      [second.callId, { reason: 'key', callIds: [first.callId] }],
    ])
  })

  it('tells of calls on a worker that starts, of one that was handed ahead, and of a task that is stopped', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { runtime, task, settle, quiet } = setUp()
    const [first, second] = [quiet(task.hang()), quiet(task.hang())]
    await Promise.resolve()
    expect(runtime.inspect().calls[0]).toMatchObject({
      phase: 'starting',
      waitsFor: { reason: 'worker', callIds: [] },
    })
    await settle()
    expect(runtime.inspect().calls).toMatchObject([
      { callId: first.callId, phase: 'running', workerIndex: 0 },
      {
        callId: second.callId,
        phase: 'pending',
        workerIndex: 0,
        place: 0,
        waitsFor: { reason: 'worker', callIds: [first.callId] },
      },
    ])
    task.control.stop()
    expect(runtime.inspect()).toMatchObject({
      calls: [
        { callId: second.callId, phase: 'pending', place: 0, waitsFor: { reason: 'task', callIds: [] } },
      ],
      workers: [],
      tasks: [{ status: 'stopped' }],
    })
    runtime.dispose()
  })

  it('lists the options in force by the names of taskOptions, and no longer what has changed since', async () => {
    const { runtime, task, settle } = setUp({ maxInFlight: 4, queuePolicy: 'reject', retry: { crash: 2 } })
    const before = runtime.inspect()
    expect(before.tasks[0]?.options).toEqual({
      type: 'parallel',
      init: 'lazy',
      maxWorkers: 1,
      maxInFlight: 4,
      maxQueueDepth: 8,
      queuePolicy: 'reject',
      maxBlocked: Number.POSITIVE_INFINITY,
      maxCallsPerWorker: undefined,
      minWorkers: 0,
      startTimeoutMs: 10_000,
      abortGraceMs: expect.any(Number),
      heartbeatMs: undefined,
      onCrash: 'restart',
      maxCrashes: 3,
      'retry.error': 0,
      'retry.crash': 2,
      idleTimeoutMs: undefined,
      ahead: 'auto',
    })
    const call = task.work(1)
    await settle()
    await call
    expect(before.tasks[0]?.counts.succeeded).toBe(0)
    runtime.dispose()
  })

  it('knows the phases of calls of a runtime to which nothing listens, and no times', async () => {
    const { runtime, task, settle, quiet } = setUp({}, { runtime: { otel: false, performance: false } })
    const call = quiet(task.hang())
    await settle()
    expect(runtime.inspect().calls).toEqual([
      { callId: call.callId, taskId: 'lab', method: 'hang', phase: 'running', workerIndex: 0, attempt: 1 },
    ])
    runtime.dispose()
  })
})

describe('getTask()', () => {
  it('gives the operations of a task by its id, and the same that the task has', async () => {
    const { runtime, task, settle, quiet } = setUp()
    const control = runtime.getTask('lab')
    expect(control?.getSnapshot).toBe(task.control.getSnapshot)
    expect(runtime.getTask('other')).toBeUndefined()
    const call = quiet(task.hang())
    await settle()
    expect(control && runtime.abort({ task: { control } })).toBe(1)
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    runtime.dispose()
    expect(runtime.getTask('lab')).toBeUndefined()
  })
})

describe('restartWorker()', () => {
  it('ends the worker and starts another in its place, though nothing waits for one', async () => {
    const { runtime, task, workers, settle } = setUp()
    const events: RuntimeEvent[] = []
    runtime.subscribeEvents((event) => events.push(event), { kinds: ['worker'] })
    expect(task.control.restartWorker(0)).toBe(false)
    const call = task.work(1)
    await settle()
    await call
    expect(task.control.restartWorker(0)).toBe(true)
    await settle()
    expect(workers.map(({ isAlive }) => isAlive)).toEqual([false, true])
    expect(events).toMatchObject([
      { action: 'spawn' },
      { action: 'ready' },
      { action: 'terminate', reason: 'restarted', workerIndex: 0 },
      { action: 'spawn', workerIndex: 0 },
      { action: 'ready' },
    ])
    expect(() => task.control.restartWorker(-1)).toThrow(RangeError)
    runtime.dispose()
  })

  it('fails what had started there, or has it run again, as a crash would', async () => {
    const { runtime, task, settle } = setUp()
    const hung = watch(task.hang())
    await settle()
    task.control.restartWorker(0)
    await settle()
    expect(shown(hung())).toBe('crashed')
    runtime.dispose()
    const other = setUp({ retry: { crash: 1 } })
    const again = watch(other.task.hang())
    await other.settle()
    other.task.control.restartWorker(0)
    await other.settle()
    expect(shown(again())).toBe('open')
    expect(other.runtime.inspect().calls).toMatchObject([{ phase: 'running', attempt: 2 }])
    other.runtime.dispose()
  })

  it('makes no worker of a task that is stopped', async () => {
    const { runtime, task, workers, settle } = setUp()
    task.control.start()
    await settle()
    task.control.stop()
    expect(task.control.restartWorker(0)).toBe(false)
    await settle()
    expect(workers).toHaveLength(1)
    runtime.dispose()
  })
})

describe('the registry of runtimes', () => {
  const holder = globalThis as { [name: symbol]: DevtoolsRegistry | undefined }
  const REGISTRY = Symbol.for('atelier.devtools')

  afterEach(() => {
    delete holder[REGISTRY]
  })

  it('knows each runtime of the page, and tells of new ones', () => {
    delete holder[REGISTRY]
    const first = createTaskRuntime({ name: 'first' })
    const registry = holder[REGISTRY]
    const told: TaskRuntime[] = []
    registry?.listeners.add((runtime) => told.push(runtime))
    const second = createTaskRuntime({ name: 'second' })
    expect([...(registry?.runtimes ?? [])].map((each) => each.deref())).toEqual([first, second])
    expect(told).toEqual([second])
  })

  it('is not made in production, and used where a tool has made it before', () => {
    vi.stubEnv('NODE_ENV', 'production')
    delete holder[REGISTRY]
    createTaskRuntime()
    expect(holder[REGISTRY]).toBeUndefined()
    const registry: DevtoolsRegistry = { runtimes: new Set(), listeners: new Set() }
    holder[REGISTRY] = registry
    const runtime = createTaskRuntime()
    expect([...registry.runtimes].map((each) => each.deref())).toEqual([runtime])
  })

  it('forgets runtimes that are gone', () => {
    const gone = { deref: () => undefined } as unknown as WeakRef<TaskRuntime>
    const registry: DevtoolsRegistry = { runtimes: new Set([gone]), listeners: new Set() }
    holder[REGISTRY] = registry
    createTaskRuntime()
    expect(registry.runtimes.has(gone)).toBe(false)
    expect(registry.runtimes.size).toBe(1)
  })
})

describe('simulateSlowdown()', () => {
  const slowLab = () => {
    const handlers = () => ({
      work: (value: number) =>
        new Promise<number>((resolve) => {
          finish = () => resolve(value)
        }),
      steps: () =>
        new Promise<number>((resolve) => {
          const context = taskContext()
          finish = () => resolve(0)
          step = () => context?.progress(0.5)
        }),
    })
    let finish = () => {}
    let step: () => void = () => {}
    const lab = makeLab(handlers, { heartbeatMs: 250, ahead: 'off' })
    const end = ruleTime(lab.clock)
    onTestFinished(() => {
      lab.runtime.dispose()
      end()
    })
    return { ...lab, finish: () => finish(), step: () => step() }
  }

  it('has a result come as late as if the run had taken so many times as long, and tells its times so', async () => {
    const lab = slowLab()
    const { task, clock, settle, runtime } = lab
    const spans: RuntimeEvent[] = []
    runtime.subscribeEvents((event) => spans.push(event), { kinds: ['span'] })
    expect(task.control.simulateSlowdown(0, 4)).toBe(false)
    const first = watch(task.work(1))
    await settle()
    expect(task.control.simulateSlowdown(0, 4)).toBe(true)
    clock.advance(100)
    lab.finish()
    await settle()
    clock.advance(299)
    await settle()
    // Longer than heartbeatMs: it is late, it does not hang.
    expect(shown(first())).toBe('open')
    clock.advance(1)
    await settle()
    expect(first()).toMatchObject({ status: 'fulfilled', value: 1 })
    expect(spans).toMatchObject([{ runMs: 400, endTime: clock.now() }])

    expect(task.control.simulateSlowdown(0, 1)).toBe(true)
    const second = watch(task.work(2))
    await settle()
    clock.advance(100)
    lab.finish()
    await settle()
    expect(second()).toMatchObject({ status: 'fulfilled', value: 2 })
    expect(spans[1]).toMatchObject({ runMs: 100 })
  })

  it('keeps the order of what a worker tells, and counts no time twice', async () => {
    const lab = slowLab()
    const { task, clock, settle } = lab
    const told: unknown[] = []
    const since = () => clock.now() - began
    const call = task.with({ onProgress: () => told.push(['progress', since()]) }).steps()
    await settle()
    task.control.simulateSlowdown(0, 3)
    const began = clock.now()
    void call.then(() => told.push(['result', since()]))
    clock.advance(50)
    lab.step()
    await settle()
    clock.advance(50)
    lab.finish()
    await settle()
    for (let ms = 0; ms < 400; ms += 10) {
      clock.advance(10)
      await settle()
    }
    expect(told).toEqual([
      ['progress', 150],
      ['result', 300],
    ])
  })

  it('refuses a factor below 1, and slows nothing down in production', async () => {
    const { task, settle } = slowLab()
    task.work(1).catch(() => {})
    await settle()
    expect(() => task.control.simulateSlowdown(0, 0.5)).toThrow(TypeError)
    expect(() => task.control.simulateSlowdown(0, Number.NaN)).toThrow(TypeError)
    expect(() => task.control.simulateSlowdown(-1, 2)).toThrow(RangeError)
    expect(task.control.simulateSlowdown(7, 2)).toBe(false)
    vi.stubEnv('NODE_ENV', 'production')
    expect(task.control.simulateSlowdown(0, 2)).toBe(false)
  })
})

describe('simulateCrash()', () => {
  it('ends the worker as a crash does: its calls fail or run again, and the next call has another worker', async () => {
    const { runtime, task, workers, clock, settle } = setUp({ retry: { crash: 0 } })
    const events: RuntimeEvent[] = []
    runtime.subscribeEvents((event) => events.push(event), { kinds: ['worker'] })
    expect(task.control.simulateCrash(0)).toBe(false)
    const hung = watch(task.hang())
    await settle()
    expect(task.control.simulateCrash(0)).toBe(true)
    await settle()
    expect(shown(hung())).toBe('crashed')
    expect(events).toContainEqual(
      expect.objectContaining({
        action: 'crash',
        workerIndex: 0,
        error: expect.stringContaining('simulateCrash'),
      }),
    )
    const next = watch(task.work(1))
    // The pause after a crash.
    clock.advance(1_000)
    await settle()
    await settle()
    expect(next()).toMatchObject({ status: 'fulfilled' })
    expect(workers.map(({ isAlive }) => isAlive)).toEqual([false, true])
    expect(() => task.control.simulateCrash(-1)).toThrow(RangeError)
    runtime.dispose()

    const other = setUp({ retry: { crash: 1 } })
    const again = watch(other.task.hang())
    await other.settle()
    other.task.control.simulateCrash(0)
    await other.settle()
    expect(shown(again())).toBe('open')
    other.runtime.dispose()
  })
})

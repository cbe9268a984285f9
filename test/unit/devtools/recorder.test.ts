/** The recorder with real runtimes: what a session tells of calls, workers, tasks and traces, and what it can do. */
import { afterEach, describe, expect, it } from 'vitest'
import { type Recorder, startRecorder } from '../../../devtools/recorder/recorder.ts'
import { makeLab } from '../support/lab.ts'

const HANDLERS = () => ({ work: (value: number) => value, hang: () => new Promise<number>(() => {}) })

let recorder: Recorder | undefined
afterEach(() => {
  recorder?.stop()
  recorder = undefined
  delete (globalThis as { [name: symbol]: unknown })[Symbol.for('atelier.devtools')]
})

/** A recording, and then a runtime; or the other way round. */
function setUp(config: Parameters<typeof makeLab<ReturnType<typeof HANDLERS>>>[1] = {}) {
  recorder = startRecorder()
  const lab = makeLab(HANDLERS, { taskName: 'Lab', ...config }, { runtime: { name: 'page' } })
  const quiet = <T extends Promise<unknown>>(call: T): T => {
    call.catch(() => {})
    return call
  }
  return { ...lab, quiet, recorder, session: recorder.session }
}

describe('a session', () => {
  it('knows a call from its making to its end', async () => {
    const { runtime, task, clock, settle, session } = setUp()
    const trace = runtime.createTrace('doc')
    const call = task.with({ key: 'k', trace }).work(1)
    expect(session.openCalls()).toMatchObject([
      { callId: call.callId, status: 'pending', taskName: 'Lab', key: 'k' },
    ])
    const created = clock.now()
    clock.advance(10)
    await settle()
    await call
    trace.end()
    expect(session.openCalls()).toEqual([])
    const [row, ...others] = session.calls()
    expect(others).toEqual([])
    expect(row).toMatchObject({
      row: 1,
      runtimeId: 1,
      callId: call.callId,
      method: 'work',
      traceId: trace.traceId,
      traceName: 'doc',
      parentSpanId: trace.spanContext.spanId,
      status: 'succeeded',
      createdTime: created,
      admittedTime: created,
      settledTime: created + 10,
      workerIndex: 0,
      attempt: 1,
    })
    expect(session.call(1)).toEqual(row)
    expect(session.callsOfTrace(trace.traceId)).toEqual([row])
    expect(session.roots()).toMatchObject([{ traceId: trace.traceId, name: 'doc', status: undefined }])
    expect(session.calls({ start: created + 11, end: created + 20 })).toEqual([])
    expect(session.calls({ start: created + 5, end: created + 6 })).toHaveLength(1)
    runtime.dispose()
  })

  it('shows a call that hangs, aborts it, and restarts its worker', async () => {
    const { runtime, task, settle, session, quiet } = setUp({ retry: { crash: 5 } })
    void quiet(task.hang())
    await settle()
    expect(session.openCalls()).toMatchObject([{ status: 'running', workerIndex: 0, attempt: 1 }])
    expect(session.workers()).toMatchObject([
      { taskId: 'lab', workerIndex: 0, readyTime: expect.any(Number) },
    ])
    const [worker] = session.workers()
    expect(worker && session.actions?.restartWorker(worker)).toBe(true)
    await settle()
    expect(session.workers()).toMatchObject([{ end: 'terminate', reason: 'restarted' }, { workerIndex: 0 }])
    expect(session.openCalls()).toMatchObject([{ status: 'running', attempt: 2 }])
    const [call] = session.openCalls()
    expect(call && session.actions?.abort(call)).toBe(true)
    expect(call && session.actions?.abort(call)).toBe(false)
    expect(session.calls()).toMatchObject([{ status: 'canceled' }])
    expect(session.events().map(({ kind }) => kind)).toEqual([
      'spawn',
      'ready',
      'terminate',
      'requeue',
      'spawn',
      'ready',
    ])
    runtime.dispose()
  })

  it('slows a worker down, says that this is simulated, and forgets it with the worker', async () => {
    const { task, settle, session, quiet, runtime } = setUp()
    void quiet(task.hang())
    await settle()
    const [worker] = session.workers()
    if (!worker) throw new Error('no worker')
    expect(session.actions?.simulateSlowdown(worker, 4)).toBe(true)
    expect(session.workers()).toMatchObject([{ slowdown: 4 }])
    expect(session.actions?.simulateSlowdown(worker, 1)).toBe(true)
    expect(session.workers()[0]?.slowdown).toBeUndefined()
    session.actions?.simulateSlowdown(worker, 4)
    session.actions?.restartWorker(worker)
    await settle()
    expect(session.workers()[0]).toMatchObject({ slowdown: 4, reason: 'restarted' })
    expect(session.workers()[1]?.slowdown).toBeUndefined()
    expect(session.actions?.simulateSlowdown({ ...worker, workerIndex: 9 }, 4)).toBe(false)
    expect(session.events().flatMap(({ kind, text }) => (kind === 'slowdown' ? [text] : []))).toEqual([
      'worker #0 is 4 times as slow from here on (simulated)',
      'worker #0 is as fast as it was (simulated)',
      'worker #0 is 4 times as slow from here on (simulated)',
    ])
    runtime.dispose()
  })

  it('tells the place of the page among those that share a task', () => {
    const { session, runtime } = setUp()
    runtime.defineTask({
      taskId: 'engine',
      type: 'singleton',
      worker: () => ({}) as Worker,
      shared: { by: 'origin' },
    })
    const placeOf = (id: string) => session.tasks().find(({ taskId }) => taskId === id)?.shared
    expect([placeOf('engine'), placeOf('lab')]).toEqual(['electing', undefined])
  })

  it('lists runtimes and tasks, with the options in force, and acts on a task', async () => {
    const { runtime, task, settle, session, quiet } = setUp({ maxQueueDepth: 7 })
    expect(session.runtimes()).toEqual([{ id: 1, name: 'page', ordinal: 0, isDisposed: false }])
    const other = makeLab(HANDLERS, {}, { runtime: { name: 'page' } })
    expect(session.runtimes().map(({ ordinal }) => ordinal)).toEqual([0, 1])
    other.runtime.dispose()
    void quiet(task.hang())
    await settle()
    const [row] = session.tasks()
    expect(row).toMatchObject({
      taskId: 'lab',
      status: 'active',
      inFlight: 1,
      maxQueueDepth: 7,
      workerLimit: 1,
    })
    expect(session.tasks()[0]).toBe(row)
    expect(row?.options.find(({ name }) => name === 'maxQueueDepth')).toEqual({
      name: 'maxQueueDepth',
      value: '7',
      isDefault: false,
    })
    expect(row?.options.find(({ name }) => name === 'queuePolicy')).toMatchObject({ isDefault: true })
    if (row) session.actions?.stopTask(row)
    expect(session.tasks()[0]?.status).toBe('stopped')
    if (row) session.actions?.startTask(row)
    void quiet(task.hang())
    await settle()
    expect(row && session.actions?.abortTask(row)).toBe(1)
    runtime.dispose()
    expect(session.tasks().map(({ status }) => status)).toEqual(['gone', 'gone'])
    await Promise.resolve()
    expect(session.runtimes().map(({ isDisposed }) => isDisposed)).toEqual([true, true])
    expect(session.events().filter(({ kind }) => kind === 'dispose')).toHaveLength(2)
    expect(row && session.actions?.abortTask(row)).toBe(0)
  })

  it('finds what is under way in a runtime that was there before it, and counts what was over', async () => {
    const lab = makeLab(HANDLERS, {}, { runtime: { otel: {} } })
    const first = lab.task.work(1)
    await lab.settle()
    await first
    const hung = lab.task.hang()
    hung.catch(() => {})
    await lab.settle()
    recorder = startRecorder({ now: lab.clock.now })
    const { session } = recorder
    expect(session.earlierCalls).toBe(1)
    expect(session.openCalls()).toMatchObject([{ callId: hung.callId, status: 'running', workerIndex: 0 }])
    expect(session.workers()).toMatchObject([{ workerIndex: 0, readyTime: lab.clock.now() }])
    hung.abort()
    expect(session.calls()).toMatchObject([{ callId: hung.callId, status: 'canceled' }])
    lab.runtime.dispose()
  })

  it('tells its listeners once a turn, and its version grows', async () => {
    const { runtime, task, settle, session } = setUp()
    let told = 0
    const stop = session.subscribe(() => told++)
    const before = session.version
    const calls = [1, 2, 3].map((value) => task.work(value))
    expect(session.version).toBeGreaterThan(before)
    expect(told).toBe(0)
    await Promise.resolve()
    expect(told).toBe(1)
    stop()
    await settle()
    await Promise.all(calls)
    expect(told).toBe(1)
    runtime.dispose()
  })
})

describe('a listener of a session', () => {
  it('that throws, or takes another one off, stops nobody else', async () => {
    const reported: unknown[] = []
    const report = (error: unknown) => reported.push(error)
    process.on('uncaughtException', report)
    const { runtime, task, settle, session } = setUp()
    let told = 0
    session.subscribe(() => {
      takeOff()
      throw new Error('mine')
    })
    const takeOff = session.subscribe(() => (told += 100))
    session.subscribe(() => told++)
    const call = task.work(1)
    await Promise.resolve()
    expect(told).toBe(1)
    await settle()
    await call
    runtime.dispose()
    await new Promise((resolve) => setImmediate(resolve))
    process.off('uncaughtException', report)
    expect(reported.length).toBeGreaterThan(0)
    expect(reported.every((error) => (error as Error).message === 'mine')).toBe(true)
  })
})

describe('a recorder', () => {
  it('that is paused hears nothing, and knows afterwards what is open and what has ended', async () => {
    const { runtime, task, settle, session, quiet, recorder: recording } = setUp({ maxWorkers: 2 })
    const [first, second] = [quiet(task.hang()), quiet(task.hang())]
    await settle()
    recording.pause()
    expect(recording.isPaused).toBe(true)
    first.abort()
    void quiet(task.work(1))
    await settle()
    expect(session.openCalls()).toHaveLength(2)
    recording.resume()
    expect(session.openCalls().map(({ callId }) => callId)).toEqual([second.callId])
    expect(session.calls()).toMatchObject([
      { callId: first.callId, status: 'canceled' },
      { status: 'running' },
    ])
    second.abort()
    expect(session.openCalls()).toEqual([])
    runtime.dispose()
  })

  it('that is cleared keeps what is open', async () => {
    const { runtime, task, settle, session, quiet, recorder: recording } = setUp({ maxWorkers: 2 })
    const call = task.work(1)
    void quiet(task.hang())
    await settle()
    await call
    recording.clear()
    expect(session.calls()).toMatchObject([{ status: 'running' }])
    expect(session.workers()).toHaveLength(2)
    expect([session.events(), session.droppedCalls]).toEqual([[], 0])
    runtime.dispose()
  })

  it('that is stopped costs runtimes nothing', () => {
    const { runtime, recorder: recording, task, quiet, session } = setUp()
    recording.stop()
    void quiet(task.hang())
    expect(session.calls()).toEqual([])
    runtime.dispose()
  })

  it('takes a number of calls, and refuses what is none', () => {
    expect(() => startRecorder({ calls: 0 })).toThrow(RangeError)
    expect(() => startRecorder({ calls: Number.NaN })).toThrow(/calls must be a number from 1/)
  })
})

import { metrics } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  QueueFullError,
  TaskAbortError,
  TaskDisposedError,
  TaskTimeoutError,
} from '../../../src/errors/errors.ts'
import type { TaskGauges } from '../../../src/telemetry/instrumentation.ts'
import type { MetricEvent } from '../../../src/types/telemetry.ts'
import { Driver, makeTask, resetOtel, Sdk } from './support.ts'

let sdk: Sdk

beforeEach(() => {
  sdk = new Sdk().register()
})

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
})

const TASK = {
  'atelier.task.id': 'resize',
  'atelier.task.name': 'Resize',
  'atelier.task.type': 'parallel',
}
const CALL = { ...TASK, 'atelier.task.method': 'process' }
const COUNTER = { ...CALL, 'atelier.queue.policy': 'block' }
const BOUNDARIES = [1, 2, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

const abort = (code: 'aborted' | 'superseded' = 'aborted', cause?: unknown) =>
  new TaskAbortError('x', { code, cause })

describe('a call', () => {
  it('that succeeds is a dispatch, a success, a duration, a wait and a run', async () => {
    new Driver({ otel: {} }).run({}, { run: [1_003, 1_009] })
    const histogram = { ...CALL, 'atelier.outcome': 'success' }
    expect(await sdk.points()).toEqual([
      expect.objectContaining({ name: 'task.dispatch.total', unit: '{task}', attributes: COUNTER, value: 1 }),
      expect.objectContaining({ name: 'task.success.total', unit: '{task}', attributes: COUNTER, value: 1 }),
      expect.objectContaining({
        name: 'task.duration_ms',
        unit: 'ms',
        attributes: histogram,
        value: 10,
        boundaries: BOUNDARIES,
      }),
      expect.objectContaining({
        name: 'queue.wait_ms',
        unit: 'ms',
        attributes: CALL,
        value: 2,
        boundaries: BOUNDARIES,
      }),
      expect.objectContaining({
        name: 'task.run_ms',
        unit: 'ms',
        attributes: histogram,
        value: 6,
        boundaries: BOUNDARIES,
      }),
    ])
  })

  it('that fails names the error’s type, that is canceled the reason in one word', async () => {
    const driver = new Driver({ otel: {} })
    driver.run({}, { outcome: 'failure', error: new TaskTimeoutError('slow', { code: 'timeout-run' }) })
    driver.run({}, { outcome: 'canceled', error: abort('aborted', new Error('user 4711 left')) })
    driver.run({}, { outcome: 'canceled', error: abort('superseded') })
    driver.run({}, { outcome: 'canceled', error: abort('aborted', 'stopped') })
    driver.run({}, { outcome: 'canceled', error: new TaskDisposedError('x', { code: 'disposed' }) })
    driver.run({}, { outcome: 'rejected', error: new QueueFullError('x', { code: 'dropped-latest' }) })
    const attributes = async (name: string) => (await sdk.points(name)).map((point) => point.attributes)
    expect(await attributes('task.failure.total')).toEqual([{ ...COUNTER, 'error.type': 'timeout-run' }])
    expect(await attributes('task.canceled.total')).toEqual(
      ['aborted', 'superseded', 'stopped', 'disposed'].map((reason) => ({
        ...COUNTER,
        'atelier.cancel.reason': reason,
      })),
    )
    expect(await attributes('task.rejected.total')).toEqual([{ ...COUNTER, 'error.type': 'dropped-latest' }])
    expect(await attributes('task.duration_ms')).toEqual([
      { ...CALL, 'atelier.outcome': 'failure', 'error.type': 'timeout-run' },
      { ...CALL, 'atelier.outcome': 'canceled' },
      { ...CALL, 'atelier.outcome': 'rejected', 'error.type': 'dropped-latest' },
    ])
  })

  it('that is requeued counts each dispatch, and waits once', async () => {
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue()
    driver.clock.advance(3)
    driver.dispatch(call)
    driver.requeue(call)
    driver.clock.advance(5)
    driver.dispatch(call)
    driver.settle(call)
    expect(await sdk.total('task.dispatch.total')).toBe(2)
    expect(await sdk.total('task.requeue.total')).toBe(1)
    expect(await sdk.points('queue.wait_ms')).toEqual([expect.objectContaining({ value: 3, count: 1 })])
  })

  it('that was handed ahead has waited as long as its reply says, in the metric as in the span', async () => {
    const driver = new Driver({ otel: {} })
    driver.listen()
    const call = driver.enqueue()
    call.handedAhead = true
    driver.clock.advance(10)
    driver.dispatch(call)
    expect(await sdk.total('queue.wait_ms')).toBe(0)
    // It had begun three milliseconds before that was presumed.
    call.firstDispatchedAt -= 3
    call.dispatchedAt -= 3
    driver.settle(call)
    expect(await sdk.points('queue.wait_ms')).toMatchObject([{ value: 7, count: 1 }])
    expect(sdk.calls[0]?.attributes['atelier.queue.wait_ms']).toBe(7)
    expect(driver.events.filter((event) => 'name' in event && event.name === 'queue.wait_ms')).toMatchObject([
      { value: 7 },
    ])
  })

  it('that is running is counted as dispatched by a collection meanwhile', async () => {
    const driver = new Driver({ otel: {} })
    driver.run()
    driver.dispatch(driver.enqueue())
    expect(await sdk.total('task.dispatch.total')).toBe(2)
    expect(await sdk.total('queue.wait_ms')).toBe(2)
  })

  it('is in exactly one of success, failure, canceled and rejected, and so is every call', async () => {
    const driver = new Driver({ otel: {} })
    driver.listen()
    const ends = [
      () => driver.run(),
      () => driver.run({}, { outcome: 'failure', error: new Error('x') }),
      () => driver.run({}, { outcome: 'canceled', error: abort() }),
      () =>
        driver.settle(driver.enqueue(), {
          outcome: 'rejected',
          error: new QueueFullError('x', { code: 'queue-full' }),
        }),
      () => driver.settle(driver.enqueue(), { outcome: 'canceled', error: abort('superseded') }),
    ]
    for (let index = 0; index < 137; index++) ends[(index * 7) % ends.length]?.()
    let sum = 0
    for (const outcome of ['success', 'failure', 'canceled', 'rejected'])
      sum += await sdk.total(`task.${outcome}.total`)
    expect(sum).toBe(137)
    expect(await sdk.total('task.duration_ms')).toBe(137)
    expect(sdk.calls).toHaveLength(137)
    expect(driver.events.filter((event) => event.kind === 'span')).toHaveLength(137)
  })
})

describe('workers', () => {
  it('are counted as they start, die, stop and report errors', async () => {
    const { telemetry } = new Driver({ otel: {} })
    const identity = { taskId: 'resize', taskName: 'Resize', type: 'parallel', policy: 'block' } as const
    telemetry.active?.workerSpawned(identity, 0, 0)
    telemetry.active?.workerSpawned(identity, 1, 0)
    telemetry.active?.workerCrashed(identity, 1, new Error('closed'), 0)
    telemetry.active?.workerTerminated(identity, 0, 'idle', 0)
    telemetry.active?.workerError(identity, 0, new TypeError('x is not a function'), 0)
    const seen = (await sdk.points()).map(({ name, unit, attributes, value }) => [
      name,
      unit,
      attributes,
      value,
    ])
    const worker = (index: number) => ({ ...TASK, 'atelier.worker.index': index })
    expect(seen).toEqual([
      ['worker.spawn.total', '{worker}', worker(0), 1],
      ['worker.spawn.total', '{worker}', worker(1), 1],
      ['worker.crash.total', '{worker}', worker(1), 1],
      ['worker.terminate.total', '{worker}', { ...worker(0), 'atelier.reason': 'idle' }, 1],
      ['worker.error.total', '{error}', { ...worker(0), 'error.type': 'TypeError' }, 1],
    ])
  })
})

describe('gauges', () => {
  const task: TaskGauges = {
    taskId: 'resize',
    taskName: 'Resize',
    type: 'parallel',
    policy: 'block',
    inFlight: 2,
    pending: 3,
    ahead: 1,
    blocked: 4,
    activeWorkers: 5,
    workerLimit: 6,
  }
  const gauges = async () =>
    (await sdk.points())
      .filter(({ name }) => /^(queue\.(in_flight|pending|ahead|blocked)|workers\.)/.test(name))
      .map(({ name, unit, attributes, value }) => [name, unit, attributes, value])

  it('are read from the tasks when they are collected', async () => {
    const driver = new Driver({ otel: {} })
    driver.telemetry.registerTask(() => task)
    driver.run()
    const queue = { ...TASK, 'atelier.queue.policy': 'block' }
    expect(await gauges()).toEqual([
      ['queue.in_flight', '{task}', queue, 2],
      ['queue.pending', '{task}', queue, 3],
      ['queue.ahead', '{task}', queue, 1],
      ['queue.blocked', '{task}', queue, 4],
      ['workers.active', '{worker}', TASK, 5],
      ['workers.limit', '{worker}', TASK, 6],
    ])
  })

  it('are not even registered by a cold runtime', async () => {
    const createObservableGauge = vi.spyOn(
      Object.getPrototypeOf(metrics.getMeter('x')),
      'createObservableGauge',
    )
    const driver = new Driver({ otel: {} })
    driver.telemetry.registerTask(() => task)
    driver.telemetry.flush()
    expect(await sdk.points()).toEqual([])
    expect(createObservableGauge).not.toHaveBeenCalled()
  })

  it('of a disposed task go on to say 0', async () => {
    const driver = new Driver({ otel: {} })
    const unregister = driver.telemetry.registerTask(() => task)
    driver.run()
    unregister()
    expect((await gauges()).map(([, , , value]) => value)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('of a disposed runtime say 0, too', async () => {
    const driver = new Driver({ otel: {} })
    driver.telemetry.registerTask(() => task)
    driver.run()
    driver.telemetry.dispose()
    expect((await gauges()).map(([, , , value]) => value)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('of 10,000 tasks that came and went cost the next collection a bounded number of zeros, and later ones nothing', async () => {
    const driver = new Driver({ otel: {} })
    driver.listen()
    driver.run()
    let reads = 0
    const define = (index: number) =>
      driver.telemetry.registerTask(() => {
        reads++
        return { ...task, taskId: `task-${index}` }
      })
    for (let index = 0; index < 10_000; index++) define(index)()
    await sdk.reader.collect()
    const observed = vi.spyOn(Map.prototype, 'set')
    reads = 0
    await sdk.reader.collect()
    driver.run()
    expect(reads).toBe(0)
    expect(observed.mock.calls.filter(([key]) => String(key).includes('task-9999'))).toEqual([])
    const last = define(0)
    reads = 0
    await sdk.reader.collect()
    expect(reads).toBe(1)
    last()
  })

  it('of a task that is defined again with another policy leave no value of the old series behind', async () => {
    const driver = new Driver({ otel: {} })
    driver.run()
    const unregister = driver.telemetry.registerTask(() => task)
    await sdk.reader.collect()
    driver.telemetry.registerTask(() => ({ ...task, policy: 'reject' }))
    unregister()
    const inFlight = (await gauges()).filter(([name]) => name === 'queue.in_flight')
    expect(
      inFlight.map(([, , attributes, value]) => [
        (attributes as Record<string, unknown>)['atelier.queue.policy'],
        value,
      ]),
    ).toEqual([
      ['block', 0],
      ['reject', 2],
    ])
  })

  it('of a disposed runtime are asked for no more once their zeros were collected', async () => {
    const remove = vi.spyOn(Object.getPrototypeOf(metrics.getMeter('x')), 'removeBatchObservableCallback')
    const driver = new Driver({ otel: {} })
    driver.telemetry.registerTask(() => task)
    driver.run()
    driver.telemetry.dispose()
    expect((await gauges()).map(([, , , value]) => value)).toEqual([0, 0, 0, 0, 0, 0])
    await Promise.resolve()
    expect(remove).toHaveBeenCalledOnce()
  })

  it('of a runtime that comes after a disposed one of its name are its own', async () => {
    const [first, second] = [new Driver({ otel: {} }), new Driver({ otel: {} })]
    first.telemetry.registerTask(() => task)
    first.run()
    second.telemetry.registerTask(() => ({ ...task, inFlight: 7 }))
    second.run()
    first.telemetry.dispose()
    expect((await gauges()).map(([, , , value]) => value)).toEqual([7, 3, 1, 4, 5, 6])
  })

  it('of a task that replaced another of its id are the new one’s', async () => {
    const driver = new Driver({ otel: {} })
    const unregister = driver.telemetry.registerTask(() => task)
    driver.run()
    driver.telemetry.registerTask(() => ({ ...task, inFlight: 7 }))
    unregister()
    expect((await gauges())[0]?.[3]).toBe(7)
  })

  it('of all runtimes are whole: the name tells them apart', async () => {
    const first = new Driver({ otel: {} })
    const second = new Driver({ otel: {}, name: 'editor' })
    first.telemetry.registerTask(() => task)
    second.telemetry.registerTask(() => ({ ...task, inFlight: 9 }))
    first.run()
    second.run()
    const inFlight = (await gauges()).filter(([name]) => name === 'queue.in_flight')
    expect(
      inFlight.map(([, , attributes, value]) => [
        (attributes as Record<string, unknown>)['atelier.runtime.name'],
        value,
      ]),
    ).toEqual([
      [undefined, 2],
      ['editor', 9],
    ])
    const calls = await sdk.points('task.success.total')
    expect(calls.map(({ attributes }) => attributes['atelier.runtime.name'])).toEqual([undefined, 'editor'])
  })

  it('are one callback for each runtime, however many tasks and calls', () => {
    const meter = metrics.getMeter('x')
    const add = vi.spyOn(Object.getPrototypeOf(meter), 'addBatchObservableCallback')
    const driver = new Driver({ otel: {} })
    for (let index = 0; index < 5; index++) {
      driver.telemetry.registerTask(() => ({ ...task, taskId: `task-${index}` }))
      driver.run({ task: makeTask(`task-${index}`) })
    }
    expect(add).toHaveBeenCalledOnce()
  })
})

describe('the meter', () => {
  it('of a provider that is registered late is found', async () => {
    resetOtel()
    const driver = new Driver({ otel: {} })
    driver.run()
    sdk.register()
    driver.run()
    expect(await sdk.total('task.success.total')).toBe(1)
  })

  it('of a provider that replaces another gets what comes after', async () => {
    const driver = new Driver({ otel: {} })
    driver.telemetry.registerTask(() => ({
      taskId: 'resize',
      taskName: undefined,
      type: 'parallel',
      policy: 'block',
      inFlight: 1,
      pending: 0,
      ahead: 0,
      blocked: 0,
      activeWorkers: 1,
      workerLimit: 1,
    }))
    driver.run()
    resetOtel()
    const second = new Sdk().register()
    driver.run()
    expect([await sdk.total('task.success.total'), await second.total('task.success.total')]).toEqual([1, 1])
    expect([await sdk.total('queue.in_flight'), await second.total('queue.in_flight')]).toEqual([0, 1])
  })

  it('that was injected wins', async () => {
    const own = new Sdk()
    const driver = new Driver({ otel: { meter: own.meterProvider.getMeter('mine') } })
    driver.run()
    expect([await own.total('task.success.total'), await sdk.total('task.success.total')]).toEqual([1, 0])
  })

  it('stays untouched with otel: false, while listeners hear every value', async () => {
    const driver = new Driver({ performance: {} })
    driver.listen()
    driver.run({}, { run: [1_003, 1_009] })
    expect(await sdk.points()).toEqual([])
    const told = driver.events.filter((event): event is MetricEvent => 'value' in event)
    expect(told.map(({ kind, name, value }) => [kind, name, value])).toEqual([
      ['counter', 'task.dispatch.total', 1],
      ['histogram', 'queue.wait_ms', 2],
      ['counter', 'task.success.total', 1],
      ['histogram', 'task.duration_ms', 10],
      ['histogram', 'task.run_ms', 6],
    ])
  })

  it('that throws changes nothing for calls and spans', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const meter = sdk.meterProvider.getMeter('broken')
    vi.spyOn(meter, 'createCounter').mockImplementation(() => {
      throw new Error('no counters today')
    })
    const driver = new Driver({ otel: { meter } })
    driver.run()
    expect(sdk.calls).toHaveLength(1)
    expect(driver.telemetry.failures).toBeGreaterThan(0)
    expect(warn).toHaveBeenCalledOnce()
  })
})

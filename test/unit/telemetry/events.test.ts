import { afterEach, describe, expect, it, vi } from 'vitest'
import { QueueFullError } from '../../../src/errors/errors.ts'
import type { TaskGauges } from '../../../src/telemetry/instrumentation.ts'
import type { MetricEvent } from '../../../src/types/telemetry.ts'
import { Driver } from './support.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('active', () => {
  it('is null while nobody listens, and only then', () => {
    const driver = new Driver()
    expect(driver.telemetry.active).toBeNull()
    const stop = driver.listen()
    const again = driver.listen()
    expect(driver.telemetry.active).not.toBeNull()
    stop()
    stop()
    expect(driver.telemetry.active).not.toBeNull()
    again()
    expect(driver.telemetry.active).toBeNull()
    expect(new Driver({ otel: {} }).telemetry.active).not.toBeNull()
    expect(new Driver({ performance: {} }).telemetry.active).not.toBeNull()
  })

  it('a call that was made while nobody listened is skipped at its later edges', () => {
    const driver = new Driver()
    const call = driver.enqueue()
    expect(call.telemetry).toBeNull()
    driver.listen()
    driver.dispatch(call)
    driver.requeue(call)
    driver.dispatch(call)
    driver.settle(call)
    expect(driver.events).toEqual([])
    driver.run()
    expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(1)
  })

  it('a call that was made while somebody listened settles quietly when they have left', () => {
    const driver = new Driver()
    const stop = driver.listen()
    const call = driver.enqueue()
    stop()
    driver.settle(call)
    expect(driver.events).toEqual([])
  })
})

describe('subscribeEvents', () => {
  it('tells of a call all that is known of it', () => {
    const driver = new Driver()
    driver.listen()
    const call = driver.enqueue({ key: 'photo-7', options: { attributes: { 'atelier.batch.id': 'b' } } })
    driver.clock.advance(2)
    driver.dispatch(call, 3)
    driver.clock.advance(8)
    driver.settle(call, { run: [1_003, 1_009] })
    expect(driver.events.filter(({ kind }) => kind === 'span')).toEqual([
      {
        kind: 'span',
        name: 'atelier.task',
        traceId: call.telemetry?.traceId,
        spanId: call.telemetry?.spanId,
        parentSpanId: undefined,
        traceName: undefined,
        callId: call.callId,
        taskId: 'resize',
        taskName: 'Resize',
        taskType: 'parallel',
        method: 'process',
        key: 'photo-7',
        workerIndex: 3,
        startTime: 1_000,
        endTime: 1_010,
        queueWaitMs: 2,
        runStartTime: 1_003,
        runMs: 6,
        attemptCount: 1,
        status: 'ok',
        outcome: 'success',
        errorType: undefined,
        error: undefined,
        attributes: { 'atelier.batch.id': 'b' },
      },
    ])
  })

  it('tells a rejected call from a failed one, and cuts a long message', () => {
    const driver = new Driver()
    driver.listen()
    driver.settle(driver.enqueue(), {
      outcome: 'rejected',
      error: new QueueFullError('full', { code: 'queue-full' }),
    })
    driver.run({}, { outcome: 'failure', error: new Error('x'.repeat(10_000)) })
    expect(driver.events.filter(({ kind }) => kind === 'span')).toEqual([
      expect.objectContaining({
        status: 'error',
        outcome: 'rejected',
        errorType: 'queue-full',
        error: 'full',
      }),
      expect.objectContaining({
        status: 'error',
        outcome: 'failure',
        errorType: 'Error',
        error: 'x'.repeat(500),
      }),
    ])
  })

  it('tells of workers', () => {
    const driver = new Driver()
    driver.listen()
    const identity = { taskId: 'resize', taskName: undefined, type: 'singleton', policy: 'block' } as const
    const { active } = driver.telemetry
    active?.workerSpawned(identity, 0, driver.clock.now())
    active?.workerError(identity, 0, new Error('oops'), driver.clock.now())
    active?.workerCrashed(identity, 0, new Error('gone'), driver.clock.now())
    active?.workerTerminated(identity, 1, 'parked', driver.clock.now())
    expect(
      driver.events.filter(({ kind }) => kind === 'worker').map((event) => ({ ...event, taskName: null })),
    ).toEqual(
      [
        { kind: 'worker', action: 'spawn', workerIndex: 0, reason: undefined, error: undefined },
        { kind: 'worker', action: 'error', workerIndex: 0, reason: undefined, error: 'oops' },
        { kind: 'worker', action: 'crash', workerIndex: 0, reason: undefined, error: 'gone' },
        { kind: 'worker', action: 'terminate', workerIndex: 1, reason: 'parked', error: undefined },
      ].map((event) => ({ ...event, taskId: 'resize', taskName: null, taskType: 'singleton', time: 1_000 })),
    )
  })

  it('tells of a gauge when it has changed, and of no other', () => {
    const driver = new Driver()
    const task: Record<string, unknown> & TaskGauges = {
      taskId: 'resize',
      taskName: undefined,
      type: 'parallel',
      policy: 'block',
      inFlight: 0,
      pending: 0,
      ahead: 0,
      blocked: 0,
      activeWorkers: 0,
      workerLimit: 2,
    }
    driver.telemetry.registerTask(() => task)
    driver.listen()
    const gauges = () => {
      const told = driver.events.filter((event): event is MetricEvent => event.kind === 'gauge')
      driver.events.length = 0
      return told.map(({ name, value }) => [name, value])
    }
    const call = driver.enqueue()
    expect(gauges()).toEqual([
      ['queue.in_flight', 0],
      ['queue.pending', 0],
      ['queue.ahead', 0],
      ['queue.blocked', 0],
      ['workers.active', 0],
      ['workers.limit', 2],
    ])
    Object.assign(task, { inFlight: 1 })
    driver.dispatch(call)
    expect(gauges()).toEqual([['queue.in_flight', 1]])
    Object.assign(task, { inFlight: 0 })
    driver.settle(call)
    expect(gauges()).toEqual([['queue.in_flight', 0]])
  })

  it('is synchronous: the events are there when the call has settled', () => {
    const driver = new Driver()
    driver.listen()
    const call = driver.run()
    expect(driver.events.some((event) => event.kind === 'span' && event.callId === call.callId)).toBe(true)
  })

  it('a listener that throws stops neither the others nor the call; it is counted, and told once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const driver = new Driver({ performance: {} })
    driver.telemetry.subscribeEvents(() => {
      throw new Error('broken listener')
    })
    driver.listen()
    driver.run()
    driver.run()
    expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(2)
    expect(driver.telemetry.failures).toBe(driver.events.length)
    expect(warn).toHaveBeenCalledOnce()
    performance.clearMeasures()
  })

  it('in production nothing is told on the console', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const warn = vi.spyOn(console, 'warn')
    const driver = new Driver()
    driver.telemetry.subscribeEvents(() => {
      throw new Error('broken listener')
    })
    driver.run()
    expect(driver.telemetry.failures).toBeGreaterThan(0)
    expect(warn).not.toHaveBeenCalled()
    vi.unstubAllEnvs()
  })

  it('a listener may make and settle calls, and unsubscribe', () => {
    const driver = new Driver()
    const methods: string[] = []
    const stop = driver.telemetry.subscribeEvents((event) => {
      if (event.kind !== 'span') return
      methods.push(event.method)
      if (event.method === 'first') driver.run({ method: 'second' })
      else stop()
    })
    driver.run({ method: 'first' })
    driver.run({ method: 'third' })
    expect(methods).toEqual(['first', 'second'])
  })

  it('ends with the runtime', () => {
    const driver = new Driver()
    driver.listen()
    const { active } = driver.telemetry
    driver.telemetry.dispose()
    driver.telemetry.dispose()
    active?.workerSpawned(
      { taskId: 't', taskName: undefined, type: 'parallel', policy: 'block' },
      0,
      driver.clock.now(),
    )
    expect(driver.events).toEqual([])
  })
})

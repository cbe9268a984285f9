import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import {
  QueueFullError,
  TaskAbortError,
  TaskDisposedError,
  TaskTimeoutError,
  WorkerCrashedError,
} from '../../../src/errors/errors.ts'
import { Driver, makeTask, ManualClock, measures, resetOtel, Sdk, sinceAnchor } from './support.ts'

let sdk: Sdk

beforeEach(() => {
  sdk = new Sdk().register()
})

afterEach(() => {
  resetOtel()
  vi.useRealTimers()
})

function theSpan() {
  const [span, ...others] = sdk.calls
  expect(others).toEqual([])
  if (!span) throw new Error('no span has ended')
  return span
}

describe('a call', () => {
  it('is one span, from its enqueue to its settlement', () => {
    vi.useFakeTimers({ now: 1_700_000_001_000, toFake: ['Date'] })
    const driver = new Driver({ otel: {} }, new ManualClock(1_000))
    driver.run({ method: 'process' }, { run: [1_003, 1_009] })
    const span = theSpan()
    expect(span.name).toBe('atelier.task')
    expect(span.kind).toBe(SpanKind.INTERNAL)
    expect(span.status).toEqual({ code: SpanStatusCode.OK })
    expect(span.startTime).toEqual([1_700_000_001, 0])
    expect(span.endTime).toEqual([1_700_000_001, 10_000_000])
    expect(span.parentSpanContext).toBeUndefined()
    expect(span.attributes).toEqual({
      'atelier.task.id': 'resize',
      'atelier.task.name': 'Resize',
      'atelier.task.type': 'parallel',
      'atelier.task.method': 'process',
      'atelier.worker.index': 0,
      'atelier.worker.start_ms': 3,
      'atelier.worker.run_ms': 6,
      'atelier.queue.wait_ms': 2,
      'atelier.queue.policy': 'block',
      'atelier.attempt.count': 1,
    })
  })

  it('names the scope, its version and its schema', () => {
    new Driver({ otel: {} }).run()
    expect(theSpan().instrumentationScope).toEqual({
      name: 'atelier',
      version: packageJson.version,
      schemaUrl: expect.stringMatching(/^https:\/\/opentelemetry\.io\/schemas\/1\.\d+\.0$/),
    })
  })

  it('has the same ids in the span, for the worker, and in the event', () => {
    const driver = new Driver({ otel: {} })
    driver.listen()
    const call = driver.run()
    const { traceId, spanId } = theSpan().spanContext()
    expect(call.telemetry).toMatchObject({ traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` })
    expect(driver.events.find(({ kind }) => kind === 'span')).toMatchObject({ traceId, spanId })
  })

  it('carries the key, the caller’s attributes and those from the arguments, and lets none of them pass for its own', () => {
    const attributesOf = (width: number) => ({
      'image.width': width,
      'atelier.batch.id': 'from-arguments',
    })
    const task = makeTask('resize')
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue({
      task,
      args: [640],
      key: 'photo-7',
      options: { attributesOf, attributes: { 'atelier.batch.id': 'batch-1', 'atelier.attempt.count': 99 } },
    })
    driver.dispatch(call)
    driver.settle(call)
    expect(theSpan().attributes).toMatchObject({
      'image.width': 640,
      'atelier.batch.id': 'batch-1',
      'atelier.call.key': 'photo-7',
      'atelier.attempt.count': 1,
    })
  })

  it('reads the arguments when it is made, since later they may be transferred', () => {
    const buffer = new ArrayBuffer(64)
    const attributesOf = (data: ArrayBuffer) => ({ bytes: data.byteLength })
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue({
      task: makeTask('t'),
      args: [buffer],
      options: { attributesOf },
    })
    structuredClone(buffer, { transfer: [buffer] })
    driver.settle(call)
    expect(theSpan().attributes['bytes']).toBe(64)
  })

  it('goes on without attributes when those of the method throw', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const task = makeTask('t')
    const attributesOf = () => {
      throw new Error('no such field')
    }
    const driver = new Driver({ otel: {} })
    driver.run({ task, options: { attributesOf, attributes: { a: 1 } } })
    expect(theSpan().attributes['a']).toBe(1)
    expect(driver.telemetry.failures).toBe(1)
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })
})

describe('the end of a call', () => {
  it('canceled: unset, marked, with the reason as text', () => {
    const driver = new Driver({ otel: {} })
    const error = new TaskAbortError('gone', { code: 'aborted', cause: new Error('the user left the page') })
    driver.run({}, { outcome: 'canceled', error })
    const { status, attributes, events } = theSpan()
    expect(status).toEqual({ code: SpanStatusCode.UNSET })
    expect(attributes).toMatchObject({
      'atelier.canceled': true,
      'atelier.cancel.reason': 'the user left the page',
    })
    expect(attributes['error.type']).toBeUndefined()
    expect(events).toEqual([])
  })

  it.each([
    [new TaskAbortError('x', { code: 'superseded' }), 'superseded'],
    [new TaskDisposedError('x', { code: 'disposed' }), 'disposed'],
    [new TaskAbortError('x', { code: 'aborted', cause: 'no longer needed' }), 'no longer needed'],
    [new TaskAbortError('x', { code: 'aborted' }), 'aborted'],
    [new TaskAbortError('x', { code: 'aborted', cause: new DOMException('', 'AbortError') }), 'AbortError'],
  ])('canceled: %o gives the reason %s', (error, reason) => {
    const driver = new Driver({ otel: {} })
    driver.run({}, { outcome: 'canceled', error })
    expect(theSpan().attributes['atelier.cancel.reason']).toBe(reason)
  })

  it('error: status, type, and the exception at the time of the end', () => {
    const driver = new Driver({ otel: {} })
    const error = new RangeError('width must be positive')
    driver.run({}, { outcome: 'failure', error })
    const { status, attributes, events, endTime } = theSpan()
    expect(status).toEqual({ code: SpanStatusCode.ERROR, message: 'width must be positive' })
    expect(attributes['error.type']).toBe('RangeError')
    expect(events).toEqual([
      expect.objectContaining({
        name: 'exception',
        time: endTime,
        attributes: {
          'exception.type': 'RangeError',
          'exception.message': 'width must be positive',
          'exception.stacktrace': error.stack,
        },
      }),
    ])
  })

  it('a DOMException is recorded under its name, not under its number', () => {
    const driver = new Driver({ otel: {} })
    driver.run({}, { outcome: 'failure', error: new DOMException('gone', 'NotFoundError') })
    expect(theSpan().events[0]?.attributes).toMatchObject({ 'exception.type': 'NotFoundError' })
    expect(theSpan().attributes['error.type']).toBe('NotFoundError')
  })

  it.each([
    [new TaskTimeoutError('slow', { code: 'timeout-run' }), 'timeout-run'],
    [new WorkerCrashedError('died', { code: 'crashed', workerIndex: 1, attempt: 1 }), 'crashed'],
    [new QueueFullError('full', { code: 'dropped-oldest' }), 'dropped-oldest'],
    [Object.assign(new Error('x'), { name: `user ${'7'.repeat(80)}` }), '_OTHER'],
    ['a string', '_OTHER'],
    [undefined, '_OTHER'],
    [{ toString: 'unusable' }, '_OTHER'],
  ])('error: %o has the bounded type %s', (error, type) => {
    const driver = new Driver({ otel: {} })
    driver.run({}, { outcome: error instanceof QueueFullError ? 'rejected' : 'failure', error })
    expect(theSpan().attributes['error.type']).toBe(type)
    expect(theSpan().status.code).toBe(SpanStatusCode.ERROR)
    expect(theSpan().events).toHaveLength(1)
    expect(driver.telemetry.failures).toBe(0)
  })

  it('a call that never came to a worker has its span all the same', () => {
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue()
    driver.clock.advance(5)
    driver.settle(call, { outcome: 'rejected', error: new QueueFullError('full', { code: 'queue-full' }) })
    const { attributes, duration } = theSpan()
    expect(attributes['atelier.attempt.count']).toBe(0)
    expect(attributes).not.toHaveProperty('atelier.queue.wait_ms')
    expect(attributes).not.toHaveProperty('atelier.worker.index')
    expect(duration).toEqual([0, 5_000_000])
  })
})

describe('attempts', () => {
  it('count dispatches; the wait is that for the first, and the last one beside it', () => {
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue()
    driver.clock.advance(3)
    driver.dispatch(call, 0)
    driver.clock.advance(10)
    driver.requeue(call, 'worker closed itself')
    driver.clock.advance(4)
    driver.dispatch(call, 1)
    driver.clock.advance(1)
    driver.settle(call)
    const { attributes, events } = theSpan()
    expect(attributes).toMatchObject({
      'atelier.attempt.count': 2,
      'atelier.queue.wait_ms': 3,
      'atelier.queue.wait_last_ms': 4,
      'atelier.worker.index': 1,
    })
    expect(events).toEqual([
      expect.objectContaining({
        name: 'atelier.requeue',
        attributes: {
          'atelier.attempt.count': 1,
          'atelier.worker.index': 0,
          'atelier.reason': 'worker closed itself',
        },
      }),
    ])
    const [requeue] = events
    expect(requeue && sinceAnchor(requeue.time, 0) - sinceAnchor(theSpan().startTime, 0)).toBeCloseTo(13, 6)
  })

  it('that threw are events of the one span, each with what was thrown', () => {
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue()
    driver.dispatch(call, 0)
    driver.clock.advance(10)
    driver.retry(call, new RangeError('busy'))
    driver.clock.advance(4)
    driver.dispatch(call, 1)
    driver.settle(call)
    const { attributes, events, status } = theSpan()
    expect(attributes).toMatchObject({ 'atelier.attempt.count': 2, 'atelier.queue.wait_last_ms': 4 })
    expect(status.code).toBe(SpanStatusCode.OK)
    expect(events).toEqual([
      expect.objectContaining({
        name: 'atelier.retry',
        attributes: { 'atelier.attempt.count': 1, 'atelier.worker.index': 0, 'error.type': 'RangeError' },
      }),
    ])
  })

  it('a requeue without another dispatch is no attempt', () => {
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue()
    driver.dispatch(call)
    driver.requeue(call)
    driver.settle(call, { outcome: 'canceled', error: new TaskAbortError('x', { code: 'aborted' }) })
    expect(theSpan().attributes['atelier.attempt.count']).toBe(1)
    expect(theSpan().attributes).not.toHaveProperty('atelier.queue.wait_last_ms')
  })
})

describe('time', () => {
  it('a stamp ahead of performance.now() does not land in 1970', () => {
    const ahead = new ManualClock(performance.now() + 3_600_000)
    const driver = new Driver({ otel: {} }, ahead)
    const before = Date.now()
    driver.run({}, { outcome: 'failure', error: new Error('x') })
    const { startTime, endTime, events } = theSpan()
    const stamps = [startTime, endTime, ...events.map(({ time }) => time)]
    for (const stamp of stamps) expect(Math.abs(sinceAnchor(stamp, 0) - before)).toBeLessThan(1_000)
  })

  it('a call that is rejected in the turn that read the clock before it was made does not end before it starts', () => {
    const driver = new Driver({ otel: {}, performance: {} })
    const call = driver.enqueue()
    driver.clock.time -= 1
    driver.settle(call, { outcome: 'rejected', error: new QueueFullError('full', { code: 'queue-full' }) })
    expect(theSpan().endTime).toEqual(theSpan().startTime)
    expect(measures()).toEqual([expect.objectContaining({ startTime: 1_000, duration: 0 })])
    expect(driver.telemetry.failures).toBe(0)
    performance.clearMeasures()
  })

  it('the children of a trace keep its anchor when the clocks part', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    const driver = new Driver({ otel: {} }, new ManualClock(0))
    const trace = driver.telemetry.createTrace('doc')
    driver.clock.advance(10)
    // Asleep for an hour; the monotonic clock did not notice.
    vi.setSystemTime(1_700_003_600_010)
    driver.run({ options: { trace } })
    driver.run()
    trace.end()
    const [child, alone] = sdk.calls
    expect(child?.startTime).toEqual([1_700_000_000, 10_000_000])
    expect(alone?.startTime).toEqual([1_700_003_600, 10_000_000])
  })
})

describe('links', () => {
  it('lead from a superseded call to the newer one, and from a deduplicated one to the run', () => {
    const driver = new Driver({ otel: {} })
    const older = driver.enqueue()
    const newer = driver.enqueue()
    driver.telemetry.active?.callLinked(older, newer, 'superseded')
    driver.settle(older, { outcome: 'canceled', error: new TaskAbortError('x', { code: 'superseded' }) })
    driver.settle(newer)
    const [first, second] = sdk.calls
    expect(first?.links).toEqual([
      {
        context: expect.objectContaining({ spanId: second?.spanContext().spanId }),
        attributes: { 'atelier.link.relation': 'superseded' },
      },
    ])
    expect(second?.links).toEqual([])
  })
})

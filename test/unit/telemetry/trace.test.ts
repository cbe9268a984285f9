import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TaskAbortError } from '../../../src/errors/errors.ts'
import type { TraceEvent } from '../../../src/types/telemetry.ts'
import { AsyncLocalStorageManager } from './async-local-storage-manager.ts'
import { Driver, measures, resetOtel, Sdk } from './support.ts'

let sdk: Sdk
let driver: Driver

beforeEach(() => {
  sdk = new Sdk().register()
  driver = new Driver({ otel: {}, performance: {} })
  driver.listen()
})

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
  performance.clearMeasures()
})

function root() {
  const [span, ...others] = sdk.spans.filter(({ attributes }) => 'atelier.trace.span_count' in attributes)
  expect(others).toEqual([])
  if (!span) throw new Error('no root span has ended')
  return span
}

const traceEvents = () => driver.events.filter((event): event is TraceEvent => event.kind === 'trace')

describe('createTrace', () => {
  it('starts a root span that ends with the trace, and tells every sink the same', () => {
    const doc = driver.telemetry.createTrace('doc:123', { attributes: { 'doc.pages': 3 } })
    driver.run({ options: { trace: doc } })
    driver.run({ options: { trace: doc } })
    expect(sdk.spans.map(({ name }) => name)).not.toContain('doc')
    doc.end({ status: 'ok' })
    const span = root()
    expect(span.spanContext()).toMatchObject({ traceId: doc.traceId, spanId: doc.spanContext.spanId })
    expect(span.status.code).toBe(SpanStatusCode.OK)
    expect(span.duration).toEqual([0, 20_000_000])
    expect(span.attributes).toEqual({
      'atelier.trace.id': doc.traceId,
      'atelier.trace.name': 'doc:123',
      'atelier.trace.span_count': 2,
      'doc.pages': 3,
    })
    const [measure] = measures('atelier:trace:')
    expect(measure?.name).toBe(`atelier:trace:${doc.traceId}`)
    expect([measure?.startTime, measure?.duration]).toEqual([1_000, 20])
    expect(measure?.detail).toMatchObject({
      traceId: doc.traceId,
      traceName: 'doc:123',
      spanCount: 2,
      status: 'ok',
    })
    expect(traceEvents()).toEqual([
      expect.objectContaining({
        traceId: doc.traceId,
        spanId: doc.spanContext.spanId,
        traceName: 'doc:123',
        startTime: 1_000,
        endTime: 1_020,
        spanCount: 2,
        status: 'ok',
      }),
    ])
  })

  it('gives what is needed to carry it on', () => {
    const doc = driver.telemetry.createTrace('doc')
    expect(doc.traceparent).toBe(`00-${doc.traceId}-${doc.spanContext.spanId}-01`)
    expect(doc).toMatchObject({ name: 'doc', sampled: true })
    doc.end()
  })

  it('ends once, whatever comes later', () => {
    const doc = driver.telemetry.createTrace('doc')
    doc.end({ status: 'error', error: new Error('first') })
    doc.end({ status: 'ok' })
    doc.setAttribute('late', true)
    expect(root().status).toEqual({ code: SpanStatusCode.ERROR, message: 'first' })
    expect(root().attributes).not.toHaveProperty('late')
    expect(traceEvents()).toHaveLength(1)
    expect(measures('atelier:trace:')).toHaveLength(1)
  })

  it('without a status leaves it unset', () => {
    driver.telemetry.createTrace().end()
    expect(root().status.code).toBe(SpanStatusCode.UNSET)
    expect(measures('atelier:trace:')[0]?.detail).not.toHaveProperty('status')
    expect(traceEvents()[0]?.status).toBeUndefined()
  })

  it('as an error without one says so, and records nothing that did not happen', () => {
    driver.telemetry.createTrace().end({ status: 'error' })
    expect(root().status).toEqual({ code: SpanStatusCode.ERROR })
    expect(root().events).toEqual([])
  })

  it('sets attributes on the way', () => {
    const doc = driver.telemetry.createTrace('doc')
    doc.setAttribute('doc.words', 812)
    doc.end()
    expect(root().attributes['doc.words']).toBe(812)
  })

  it('is ended by `using`', () => {
    {
      using doc = driver.telemetry.createTrace('doc')
      void doc
    }
    expect(traceEvents()).toHaveLength(1)
  })

  it('is ended by `using` as a polyfill has it', () => {
    const doc = driver.telemetry.createTrace('doc') as unknown as Record<symbol, () => void>
    doc[Symbol.for('Symbol.dispose')]?.()
    expect(traceEvents()).toHaveLength(1)
  })

  it('is a child of the span that is given', () => {
    const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
    const doc = driver.telemetry.createTrace('doc', { parent: { spanContext } })
    expect(doc.traceId).toBe(spanContext.traceId)
    doc.end()
    expect(root().parentSpanContext?.spanId).toBe(spanContext.spanId)
  })

  it('is a child of the active span, unless parent is null', () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const app = sdk.tracerProvider.getTracer('app').startSpan('click')
    context.with(trace.setSpan(ROOT_CONTEXT, app), () => {
      driver.telemetry.createTrace('child').end()
      driver.telemetry.createTrace('root', { parent: null }).end()
    })
    const [child, alone] = sdk.spans
    expect(child?.parentSpanContext?.spanId).toBe(app.spanContext().spanId)
    expect(alone?.parentSpanContext).toBeUndefined()
  })

  it('is a child of the trace whose function makes it', async () => {
    let outer = ''
    await driver.telemetry.trace('outer', (doc) => {
      outer = doc.spanContext.spanId
      driver.telemetry.createTrace('inner').end()
    })
    const inner = sdk.spans.find(({ attributes }) => attributes['atelier.trace.name'] === 'inner')
    expect(inner?.parentSpanContext?.spanId).toBe(outer)
  })

  it('of a function takes the options of createTrace', async () => {
    await driver.telemetry.trace('doc:7', { attributes: { pages: 3 }, spanName: 'import' }, async () => {})
    expect(root()).toMatchObject({ name: 'import', attributes: { pages: 3, 'atelier.trace.name': 'doc:7' } })
  })

  it('links the traces that it follows', () => {
    const first = driver.telemetry.createTrace('first')
    const second = driver.telemetry.createTrace('second', { links: [first.spanContext] })
    second.end()
    expect(root().links.map((link) => link.context.spanId)).toEqual([first.spanContext.spanId])
  })

  it('works with every sink off, and is told to a listener that comes later', () => {
    const quiet = new Driver()
    const doc = quiet.telemetry.createTrace('doc')
    expect(doc.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    quiet.listen()
    doc.end({ status: 'ok' })
    expect(quiet.events).toEqual([expect.objectContaining({ kind: 'trace', traceId: doc.traceId })])
  })

  it('writes its calls before itself', () => {
    const doc = driver.telemetry.createTrace('doc')
    const call = driver.enqueue({ options: { trace: doc } })
    call.outcome = 'success'
    call.settledAt = driver.clock.now()
    driver.telemetry.active?.callSettled(call, 'success')
    expect(sdk.spans).toEqual([])
    doc.end()
    expect(sdk.spans.map(({ name }) => name)).toEqual(['atelier.task', 'doc'])
  })
})

describe('trace(name, fn)', () => {
  it('gives fn the trace, resolves with its result, and ends ok', async () => {
    const result = await driver.telemetry.trace('process-image', async (doc) => {
      expect(doc.name).toBe('process-image')
      driver.run({ options: { trace: doc } })
      return 42
    })
    expect(result).toBe(42)
    expect(root().status.code).toBe(SpanStatusCode.OK)
  })

  it('works without a name, and with a function that is not async', async () => {
    await expect(driver.telemetry.trace(() => 'done')).resolves.toBe('done')
    expect(traceEvents()[0]).toMatchObject({ status: 'ok', traceName: undefined })
    expect(measures('atelier:trace:')[0]?.detail).not.toHaveProperty('traceName')
  })

  it.each([
    ['rejects', async () => Promise.reject(new RangeError('bad'))],
    [
      'throws',
      () => {
        throw new RangeError('bad')
      },
    ],
  ])('ends as an error when fn %s, and rejects with the same error', async (_how, fn) => {
    await expect(driver.telemetry.trace('doc', fn)).rejects.toThrow(new RangeError('bad'))
    expect(root().status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad' })
    expect(root().attributes['error.type']).toBe('RangeError')
    expect(traceEvents()[0]).toMatchObject({ status: 'error', error: 'bad' })
  })

  it.each([
    new DOMException('left', 'AbortError'),
    new TaskAbortError('x', { code: 'aborted', cause: 'left' }),
  ])('ends canceled for an abort', async (error) => {
    const fail = async () => {
      throw error
    }
    await expect(driver.telemetry.trace('doc', fail)).rejects.toBe(error)
    expect(root().status.code).toBe(SpanStatusCode.UNSET)
    expect(root().attributes).toMatchObject({ 'atelier.canceled': true, 'atelier.cancel.reason': 'left' })
    expect(traceEvents()[0]).toMatchObject({ status: 'canceled', error: 'left' })
  })

  it('is a child of the active span', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const app = sdk.tracerProvider.getTracer('app').startSpan('click')
    await context.with(trace.setSpan(ROOT_CONTEXT, app), () => driver.telemetry.trace('doc', () => {}))
    expect(root().parentSpanContext?.spanId).toBe(app.spanContext().spanId)
  })

  it('is the active context for other instrumentation, as far as a context manager carries it', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    await driver.telemetry.trace('doc', async (doc) => {
      await Promise.resolve()
      expect(trace.getActiveSpan()?.spanContext().spanId).toBe(doc.spanContext.spanId)
    })
  })

  it('rejects what is no function', async () => {
    await expect(driver.telemetry.trace('doc', undefined as never)).rejects.toThrow(TypeError)
    expect(traceEvents()).toEqual([])
  })

  it('can be taken off its runtime', async () => {
    const { trace: run } = driver.telemetry
    await expect(run('doc', () => 1)).resolves.toBe(1)
  })
})

describe('the end of the runtime', () => {
  it('ends what is open, and is the end', () => {
    const doc = driver.telemetry.createTrace('doc')
    driver.telemetry.dispose()
    expect(root().attributes['atelier.canceled']).toBe(true)
    expect(traceEvents()).toHaveLength(1)
    doc.end()
    expect(sdk.spans).toHaveLength(1)
    expect(driver.telemetry.active).toBeNull()
  })
})

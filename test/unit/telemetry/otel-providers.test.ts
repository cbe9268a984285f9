import { context, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { AlwaysOffSampler, ParentBasedSampler, AlwaysOnSampler } from '@opentelemetry/sdk-trace-base'
import { AsyncLocalStorageManager } from './async-local-storage-manager.ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isSpanId, isTraceId } from '../../../src/telemetry/trace/ids.ts'
import { Driver, makeTask, measures, resetOtel, Sdk } from './support.ts'

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
  performance.clearMeasures()
})

describe('no SDK', () => {
  it('gives W3C ids, and says sampled', () => {
    const { telemetry } = new Driver({ otel: {} }).run()
    expect(isTraceId(telemetry?.traceId) && isSpanId(telemetry?.spanId)).toBe(true)
    expect(telemetry?.traceparent).toBe(`00-${telemetry?.traceId}-${telemetry?.spanId}-01`)
    expect(telemetry?.tracestate).toBeUndefined()
  })

  it('a call in a trace has a span id of its own, not its parent’s, as the API without SDK would have it', () => {
    const driver = new Driver({ otel: {} })
    const parent = driver.telemetry.createTrace('doc')
    const first = driver.run({ options: { trace: parent } })
    const second = driver.run({ options: { trace: parent } })
    const ids = [parent.spanContext.spanId, first.telemetry?.spanId, second.telemetry?.spanId]
    expect(new Set(ids).size).toBe(3)
    expect(first.telemetry?.traceId).toBe(parent.traceId)
  })

  it('the same from a tracer of another copy of the API, which cannot be told from an SDK by its looks', () => {
    // What a foreign copy registers: a provider whose tracers give their parent's context back.
    const driver = new Driver({ otel: { tracer: trace.getTracer('nothing behind it') } })
    const parent = driver.telemetry.createTrace('doc')
    const call = driver.run({ options: { trace: parent } })
    expect(call.telemetry?.traceId).toBe(parent.traceId)
    expect(call.telemetry?.spanId).not.toBe(parent.spanContext.spanId)
    expect(isSpanId(call.telemetry?.spanId)).toBe(true)
  })

  it('starts no span', () => {
    const driver = new Driver({ otel: {} })
    const startSpan = vi.spyOn(Object.getPrototypeOf(trace.getTracer('x')), 'startSpan')
    driver.run()
    expect(startSpan).not.toHaveBeenCalled()
  })
})

describe('an SDK', () => {
  it('that is registered late is found by the next call', () => {
    const driver = new Driver({ otel: {} })
    const before = driver.run()
    const sdk = new Sdk().register()
    const after = driver.run()
    expect(sdk.calls.map((span) => span.spanContext().spanId)).toEqual([after.telemetry?.spanId])
    expect(before.telemetry?.traceparent).toMatch(/-01$/)
  })

  it('that is registered while a call waits gets that call’s trace, not a half of its span', () => {
    const driver = new Driver({ otel: {} })
    const call = driver.enqueue()
    const sdk = new Sdk().register()
    driver.settle(call)
    expect(sdk.spans).toEqual([])
  })

  it('that replaces another gets what comes after', () => {
    const driver = new Driver({ otel: {} })
    const first = new Sdk().register()
    driver.run()
    resetOtel()
    const second = new Sdk().register()
    driver.run()
    expect([first.calls.length, second.calls.length]).toEqual([1, 1])
  })

  it('that was taken away gets nothing, and calls have ids of their own again', () => {
    const driver = new Driver({ otel: {} })
    const sdk = new Sdk().register()
    driver.run()
    resetOtel()
    const call = driver.run()
    expect(sdk.calls).toHaveLength(1)
    expect(isSpanId(call.telemetry?.spanId)).toBe(true)
  })

  it('may be the global provider itself, where no proxy stands before it', () => {
    const sdk = new Sdk()
    vi.spyOn(trace, 'getTracerProvider').mockReturnValue(sdk.tracerProvider)
    new Driver({ otel: {} }).run()
    expect(sdk.calls[0]?.instrumentationScope).toMatchObject({
      name: 'atelier',
      schemaUrl: expect.any(String),
    })
  })

  it('whose tracer was injected wins over the global one', () => {
    const global = new Sdk().register()
    const own = new Sdk()
    new Driver({ otel: { tracer: own.tracerProvider.getTracer('mine') } }).run()
    expect([own.calls.length, global.calls.length]).toEqual([1, 0])
    expect(own.calls[0]?.instrumentationScope.name).toBe('mine')
  })

  it('stays out of it with otel: false', () => {
    const sdk = new Sdk().register()
    const driver = new Driver({ otel: null, performance: {} })
    const call = driver.run()
    expect(sdk.spans).toEqual([])
    expect(isTraceId(call.telemetry?.traceId)).toBe(true)
  })

  it('that suppresses tracing in a context is obeyed; the call has ids all the same', () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const sdk = new Sdk().register()
    const driver = new Driver({ otel: {} })
    const call = context.with(suppressTracing(ROOT_CONTEXT), () => driver.run())
    expect(sdk.spans).toEqual([])
    expect(isTraceId(call.telemetry?.traceId)).toBe(true)
  })

  it('sees the task in its sampler, and the active context in its processors', () => {
    const key = createContextKey('baggage')
    const seen: unknown[] = []
    const sdk = new Sdk({
      sampler: {
        shouldSample(ctx, _traceId, name, _kind, attributes) {
          seen.push(name, attributes, ctx.getValue(key))
          return { decision: 2 }
        },
        toString: () => 'looking',
      },
    }).register()
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ otel: {} })
    context.with(ROOT_CONTEXT.setValue(key, 'carried'), () => driver.run({ options: { trace: null } }))
    expect(seen).toEqual([
      'atelier.task',
      {
        'atelier.task.id': 'resize',
        'atelier.task.name': 'Resize',
        'atelier.task.type': 'parallel',
        'atelier.task.method': 'process',
      },
      'carried',
    ])
    expect(sdk.calls).toHaveLength(1)
  })
})

describe('the SDK’s sampler', () => {
  it('rules OpenTelemetry alone: measures and events go on, the header says what it decided', () => {
    const sdk = new Sdk({ sampler: new AlwaysOffSampler() }).register()
    const driver = new Driver({ otel: {}, performance: {} })
    driver.listen()
    const call = driver.run()
    expect(sdk.spans).toEqual([])
    expect(call.telemetry?.traceparent).toMatch(/-00$/)
    expect(measures('atelier:span:')).toHaveLength(1)
    expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(1)
  })

  it('sees a trace’s decision in its calls', () => {
    const sdk = new Sdk({
      sampler: new ParentBasedSampler({
        root: new AlwaysOffSampler(),
        localParentSampled: new AlwaysOnSampler(),
      }),
    }).register()
    const driver = new Driver({ otel: {}, performance: {} })
    const parent = driver.telemetry.createTrace('doc')
    driver.run({ options: { trace: parent } })
    parent.end()
    expect(sdk.spans).toEqual([])
    expect(measures()).toHaveLength(2)
  })
})

describe('sampleRate', () => {
  it('0: no span is even started, no measure made; metrics and events are whole', async () => {
    const sdk = new Sdk().register()
    const startSpan = vi.spyOn(sdk.tracerProvider.getTracer('atelier').constructor.prototype, 'startSpan')
    const driver = new Driver({ otel: {}, performance: {}, sampleRate: 0 })
    driver.listen()
    const call = driver.run()
    expect(startSpan).not.toHaveBeenCalled()
    expect(measures()).toEqual([])
    expect(call.telemetry?.sampled).toBe(false)
    expect(call.telemetry?.traceparent).toBe(`00-${call.telemetry?.traceId}-${call.telemetry?.spanId}-00`)
    expect(await sdk.total('task.success.total')).toBe(1)
    expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(1)
  })

  it('0: without a listener not even the arguments are read', () => {
    new Sdk().register()
    const attributesOf = vi.fn<() => { bytes: number }>(() => ({ bytes: 1 }))
    const spies = [vi.spyOn(performance, 'measure'), vi.spyOn(performance, 'mark'), attributesOf]
    const task = makeTask('resize')
    const timesUsed = (sampleRate: number) => {
      new Driver({ otel: {}, performance: { marks: true }, sampleRate }).run({
        task,
        options: { attributesOf },
      })
      return spies.map((spy) => spy.mock.calls.length)
    }
    expect(timesUsed(0)).toEqual([0, 0, 0])
    expect(timesUsed(1).filter((times) => times === 0)).toEqual([])
  })

  it('0.5: about half of the traces, and a trace is whole or absent', () => {
    const sdk = new Sdk().register()
    const driver = new Driver({
      otel: {},
      performance: { keepMeasures: Number.POSITIVE_INFINITY },
      sampleRate: 0.5,
    })
    let sampled = 0
    for (let index = 0; index < 200; index++) {
      const parent = driver.telemetry.createTrace(`doc ${index}`)
      const calls = [driver.run({ options: { trace: parent } }), driver.run({ options: { trace: parent } })]
      parent.end()
      if (parent.sampled) sampled++
      expect(calls.map((call) => call.telemetry?.sampled)).toEqual([parent.sampled, parent.sampled])
    }
    // Six standard deviations.
    expect(Math.abs(sampled - 100)).toBeLessThan(43)
    expect(sdk.spans).toHaveLength(3 * sampled)
    expect(measures()).toHaveLength(3 * sampled)
  })

  it('leaves it to the parent, where the application gives one', () => {
    const driver = new Driver({ performance: {}, sampleRate: 0 })
    const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }
    const taken = driver.run({ options: { trace: { spanContext: { ...spanContext, traceFlags: 1 } } } })
    const left = new Driver({ performance: {} }).run({
      options: { trace: { spanContext: { ...spanContext, traceFlags: 0 } } },
    })
    expect([taken.telemetry?.sampled, left.telemetry?.sampled]).toEqual([true, false])
  })
})

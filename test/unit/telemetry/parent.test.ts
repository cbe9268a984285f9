import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { StackContextManager } from '@opentelemetry/sdk-trace-web'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AsyncLocalStorageManager } from './async-local-storage-manager.ts'
import { attribution, interleave } from './interleave.ts'
import { Driver, resetOtel, Sdk } from './support.ts'

const APP = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }

let sdk: Sdk
let warn: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  sdk = new Sdk().register()
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
})

function parentOfCall(index = 0): string | undefined {
  return sdk.calls[index]?.parentSpanContext?.spanId
}

describe('1. the trace that is given', () => {
  it('is the parent, and is named in the attributes', () => {
    const driver = new Driver({ otel: {} })
    const doc = driver.telemetry.createTrace('doc:1')
    driver.run({ options: { trace: doc } })
    expect(parentOfCall()).toBe(doc.spanContext.spanId)
    expect(sdk.calls[0]?.attributes).toMatchObject({
      'atelier.trace.id': doc.traceId,
      'atelier.trace.name': 'doc:1',
    })
    expect(sdk.calls[0]?.attributes).not.toHaveProperty('atelier.trace.inherited')
  })

  it('may be the bare span context of the application', () => {
    const driver = new Driver({ otel: {} })
    driver.run({ options: { trace: { spanContext: APP } } })
    expect(sdk.calls[0]?.spanContext().traceId).toBe(APP.traceId)
    expect(parentOfCall()).toBe(APP.spanId)
    expect(sdk.calls[0]?.attributes).toMatchObject({ 'atelier.trace.id': APP.traceId })
  })

  it('null is none: not the active context, not the trace that runs', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ otel: {} })
    await driver.telemetry.trace('doc', () => driver.run({ options: { trace: null } }))
    expect(sdk.calls[0]?.parentSpanContext).toBeUndefined()
    expect(sdk.calls[0]?.attributes).not.toHaveProperty('atelier.trace.id')
  })

  it('wins over the active context and the trace that runs', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ otel: {} })
    await driver.telemetry.trace('other', () => driver.run({ options: { trace: { spanContext: APP } } }))
    expect(parentOfCall()).toBe(APP.spanId)
  })

  it('may be a span of OpenTelemetry, of a call and of a trace; one that throws costs the parent alone', () => {
    const driver = new Driver({ otel: {} })
    const span = { context: APP, spanContext: () => APP }
    driver.run({ options: { trace: span } })
    expect(parentOfCall()).toBe(APP.spanId)
    expect(driver.telemetry.createTrace('doc', { parent: span }).traceId).toBe(APP.traceId)
    const broken = {
      spanContext: () => {
        throw new Error('mine')
      },
    }
    const call = driver.run({ options: { trace: broken } })
    expect(call.outcome).toBe('success')
  })

  it('may be a wrapper of one: its calls are counted in it', () => {
    const driver = new Driver({ otel: {} })
    driver.listen()
    const doc = driver.telemetry.createTrace('doc')
    const { traceId, spanContext } = doc
    driver.run({ options: { trace: { traceId, spanContext, name: 'wrapped' } } })
    doc.end()
    expect(driver.events.find(({ kind }) => kind === 'trace')).toMatchObject({ spanCount: 1 })
  })

  it('that starts with its first call is started', () => {
    const driver = new Driver({ otel: {} })
    let started: ReturnType<typeof driver.telemetry.createTrace> | undefined
    const lazy = {
      get traceId() {
        return started?.traceId as string
      },
      get spanContext() {
        return started?.spanContext
      },
      start() {
        started = driver.telemetry.createTrace('lazy')
      },
    }
    driver.run({ options: { trace: lazy } })
    expect(started).toBeDefined()
    expect(parentOfCall()).toBe(started?.spanContext.spanId)
  })

  it('with a UUID for an id is refused aloud, where the SDK would silently start another trace', () => {
    const traceId = crypto.randomUUID()
    const driver = new Driver({ otel: {} })
    for (let index = 0; index < 2; index++) {
      driver.run({ options: { trace: { spanContext: { traceId, spanId: 'b'.repeat(16), traceFlags: 1 } } } })
    }
    expect(sdk.calls[0]?.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(sdk.calls[0]?.parentSpanContext).toBeUndefined()
    expect(sdk.calls[0]?.attributes['atelier.trace.id']).toBe(traceId)
    expect(warn).toHaveBeenCalledOnce()
    expect(String(warn.mock.calls[0]?.[0])).toContain(traceId)
  })

  it('with an id alone groups calls: by the attribute with an SDK, by the trace id without', () => {
    const driver = new Driver({ otel: {} })
    const given = { traceId: APP.traceId, name: 'mine' }
    driver.run({ options: { trace: given } })
    expect(sdk.calls[0]?.attributes).toMatchObject({
      'atelier.trace.id': APP.traceId,
      'atelier.trace.name': 'mine',
    })
    expect(sdk.calls[0]?.parentSpanContext).toBeUndefined()
    expect(new Driver({ performance: {} }).run({ options: { trace: given } }).telemetry?.traceId).toBe(
      APP.traceId,
    )
  })
})

describe('3. the active context', () => {
  it('is the parent where the application has a manager that carries it', () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ otel: {} })
    const app = sdk.tracerProvider.getTracer('app').startSpan('click')
    context.with(trace.setSpan(ROOT_CONTEXT, app), () => driver.run())
    expect(parentOfCall()).toBe(app.spanContext().spanId)
    expect(sdk.calls[0]?.attributes).not.toHaveProperty('atelier.trace.id')
  })

  it('is left alone with otel: false', () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ performance: {} })
    const call = context.with(trace.setSpanContext(ROOT_CONTEXT, APP), () => driver.run())
    expect(call.telemetry?.traceId).not.toBe(APP.traceId)
  })

  it('an own span of the application inside a trace is nearer than the trace, which counts the call all the same', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ otel: {} })
    driver.listen()
    await driver.telemetry.trace('doc', async () => {
      const app = sdk.tracerProvider.getTracer('app').startSpan('step')
      await context.with(trace.setSpan(context.active(), app), async () => {
        await Promise.resolve()
        driver.run()
      })
      app.end()
    })
    const step = sdk.spans.find(({ name }) => name === 'step')
    expect(parentOfCall()).toBe(step?.spanContext().spanId)
    expect(sdk.calls[0]?.attributes['atelier.trace.name']).toBe('doc')
    expect(driver.events.find(({ kind }) => kind === 'trace')).toMatchObject({ spanCount: 1 })
  })
})

describe('4. the trace that runs', () => {
  it('is inherited in its synchronous part, however many are open', async () => {
    const driver = new Driver({ otel: {} })
    const left = driver.telemetry.createTrace('left open')
    let id = ''
    await driver.telemetry.trace('doc', (doc) => {
      id = doc.spanContext.spanId
      driver.run()
    })
    expect(parentOfCall()).toBe(id)
    expect(sdk.calls[0]?.attributes).not.toHaveProperty('atelier.trace.inherited')
    left.end()
  })

  it('is inherited after an await while it is the only one, and the span says so', async () => {
    const driver = new Driver({ otel: {} })
    await driver.telemetry.trace('doc', async () => {
      await Promise.resolve()
      driver.run()
    })
    expect(sdk.calls[0]?.attributes).toMatchObject({
      'atelier.trace.name': 'doc',
      'atelier.trace.inherited': 'sole-open',
    })
    expect(warn).not.toHaveBeenCalled()
  })

  it('is not inherited by what was made before it or after its end', async () => {
    const driver = new Driver({ otel: {} })
    driver.run()
    await driver.telemetry.trace('doc', async () => {})
    driver.run()
    expect(sdk.calls.map((span) => span.parentSpanContext)).toEqual([undefined, undefined])
  })

  it('with two open nothing is guessed; development hears once what to do', async () => {
    const driver = new Driver({ otel: {} })
    const work = () =>
      driver.telemetry.trace(async () => {
        await Promise.resolve()
        driver.run()
      })
    await Promise.all([work(), work()])
    expect(sdk.calls.map((span) => span.parentSpanContext)).toEqual([undefined, undefined])
    expect(warn).toHaveBeenCalledOnce()
    expect(String(warn.mock.calls[0]?.[0])).toContain('with({ trace })')
  })

  it('with one of createTrace open beside it nothing is guessed either', async () => {
    const driver = new Driver({ otel: {} })
    const other = driver.telemetry.createTrace('workflow')
    await driver.telemetry.trace('doc', async () => {
      await Promise.resolve()
      driver.run()
    })
    other.end()
    expect(parentOfCall()).toBeUndefined()
  })

  it('createTrace alone is never inherited', () => {
    const driver = new Driver({ otel: {} })
    const doc = driver.telemetry.createTrace('doc')
    driver.run()
    expect(parentOfCall()).toBeUndefined()
    expect(warn).not.toHaveBeenCalled()
    doc.end()
  })

  it('is not inherited by another runtime', async () => {
    const driver = new Driver({ otel: {} })
    const other = new Driver({ otel: {} })
    await driver.telemetry.trace('doc', async () => {
      other.run()
      await Promise.resolve()
      other.run()
    })
    expect(sdk.calls.map((span) => span.parentSpanContext)).toEqual([undefined, undefined])
  })

  it('the stack manager loses the span after an await: the sole trace is inherited', async () => {
    context.setGlobalContextManager(new StackContextManager())
    const driver = new Driver({ otel: {} })
    await driver.telemetry.trace('doc', async () => {
      await Promise.resolve()
      driver.run()
    })
    expect(sdk.calls[0]?.attributes['atelier.trace.inherited']).toBe('sole-open')
  })

  it('a manager that carries contexts is believed: a call outside its context is outside the trace', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const driver = new Driver({ otel: {} })
    let resolve = () => {}
    const promise = new Promise<void>((settle) => {
      resolve = settle
    })
    const running = driver.telemetry.trace('doc', async () => {
      await Promise.resolve()
      driver.run()
      await promise
    })
    await Promise.resolve()
    await Promise.resolve()
    driver.run()
    resolve()
    await running
    const [inside, outside] = sdk.calls
    expect(inside?.attributes['atelier.trace.name']).toBe('doc')
    expect(inside?.attributes).not.toHaveProperty('atelier.trace.inherited')
    expect(outside?.parentSpanContext).toBeUndefined()
  })
})

describe('100 interleaved traces, with random awaits', () => {
  it.each([1, 2, 3])('none is attributed to a wrong one (seed %i)', async (seed) => {
    await interleave(new Driver({ otel: {} }), false, seed)
    const { wrong, right, none } = attribution(sdk)
    expect(wrong).toBe(0)
    expect(right + none).toBe(500)
    expect(none).toBeGreaterThan(300)
  })

  it('all are right where the trace is passed on', async () => {
    await interleave(new Driver({ otel: {} }), true, 4)
    expect(attribution(sdk)).toEqual({ right: 500, wrong: 0, none: 0 })
  })

  it('all are right where a context manager carries it', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    await interleave(new Driver({ otel: {} }), false, 5)
    expect(attribution(sdk)).toEqual({ right: 500, wrong: 0, none: 0 })
  })

  it('none is wrong with the stack manager, which loses the context at the first await', async () => {
    context.setGlobalContextManager(new StackContextManager())
    await interleave(new Driver({ otel: {} }), false, 6)
    expect(attribution(sdk).wrong).toBe(0)
  })
})

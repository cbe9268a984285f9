/** What callers and handlers give to telemetry, whatever it is: attributes, traces, errors, ends. */
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TaskMethodError } from '../../../src/errors/errors.ts'
import * as names from '../../../src/telemetry/names.ts'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import type { WireSpan } from '../../../src/wire/protocol.ts'
import { AsyncLocalStorageManager } from './async-local-storage-manager.ts'
import { Driver, makeTask, measures, resetOtel, Sdk } from './support.ts'

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

const throwing = () => {
  throw new Error('hostile')
}
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** Values that are no object of the kind that is asked for. */
const GARBAGE: Record<string, unknown> = {
  null: null,
  undefined: undefined,
  'a string': 'x',
  NaN: Number.NaN,
  'a symbol': Symbol('x'),
  'a function': () => 5,
  'an array': [1, 2],
  'a revoked proxy': revoked(),
  'an object whose getters throw': Object.defineProperty({}, 'a', { enumerable: true, get: throwing }),
  'an object whose keys cannot be read': new Proxy({}, { ownKeys: throwing, get: throwing, has: throwing }),
  'an object without a prototype': Object.create(null),
}

const spanEvents = () => driver.events.filter((event): event is SpanEvent => event.kind === 'span')

/** The span ids of calls as OpenTelemetry and the timeline have them. */
const idsInEachSink = () => [
  sdk.calls.map((span) => span.spanContext().spanId),
  measures('atelier:span:').map(({ detail }) => detail.spanId as string),
]
/** As the events have them, if they are so many. */
function eachSink(calls: number): string[][] {
  const ids = spanEvents().map(({ spanId }) => spanId)
  if (ids.length !== calls) throw new Error(`${calls} calls, ${ids.length} events`)
  return [ids, ids]
}

describe.each(Object.entries(GARBAGE))('%s', (_what, value) => {
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  })

  it('as what the attributes of a method return loses nothing but the attributes', () => {
    driver.run({ task: makeTask('resize'), options: { attributesOf: () => value as never } })
    driver.run()
    expect(idsInEachSink()).toEqual(eachSink(2))
  })

  it('as the attributes of a call loses nothing but those', () => {
    driver.run({ options: { attributes: value as never } })
    driver.run()
    expect(idsInEachSink()).toEqual(eachSink(2))
  })

  it('as the value of an attribute loses nothing but that', () => {
    driver.run({ options: { attributes: { bad: value as never, good: 'yes' } } })
    expect(sdk.calls[0]?.attributes['good']).toBe('yes')
    expect(idsInEachSink()).toEqual(eachSink(1))
  })

  it('as the trace of a call loses nothing but the trace', () => {
    driver.run({ options: { trace: value as never } })
    driver.run({ options: { trace: { spanContext: value } as never } })
    driver.run({ options: { trace: { traceId: value, name: value } as never } })
    driver.run()
    expect(idsInEachSink()).toEqual(eachSink(4))
  })

  it('as the end of a trace ends it', () => {
    driver.telemetry.createTrace('doc').end(value as never)
    driver.telemetry.createTrace('doc').end({ error: value, status: value, endTime: value } as never)
    driver.run()
    expect(sdk.spans.map(({ name }) => name)).toEqual(['doc', 'doc', 'atelier.task'])
    expect(measures('atelier:trace:')).toHaveLength(2)
    for (const { duration } of sdk.spans) expect(duration.every(Number.isFinite)).toBe(true)
  })

  it('as options of a trace loses nothing but those', () => {
    const options = { parent: value, attributes: value, links: value, spanName: value }
    const doc = driver.telemetry.createTrace('doc', options as never)
    driver.run({ options: { trace: doc } })
    doc.end()
    expect(sdk.calls[0]?.parentSpanContext?.spanId).toBe(doc.spanContext.spanId)
    expect(measures('atelier:trace:')).toHaveLength(1)
  })

  it('as an error, a reason and an uncaught error of a worker is put into words', () => {
    driver.run({}, { outcome: 'failure', error: value })
    driver.run({}, { outcome: 'canceled', error: value })
    driver.telemetry.active?.workerError(driver.task, 0, value, driver.clock.now())
    driver.telemetry.active?.workerCrashed(driver.task, 0, value, driver.clock.now())
    expect(idsInEachSink()).toEqual(eachSink(2))
    const [failed] = spanEvents()
    expect(failed?.status).toBe('error')
    expect(typeof failed?.error).toBe('string')
    const [event] = sdk.calls[0]?.events ?? []
    expect(event?.attributes?.['exception.message']).toBe(sdk.calls[0]?.status.message)
    expect(driver.events.filter(({ kind }) => kind === 'worker')).toHaveLength(2)
  })

  it('as spans of a worker loses nothing but those', () => {
    const call = driver.enqueue()
    driver.dispatch(call)
    const good: WireSpan = ['a'.repeat(16), '', 'parse', 1_000, 1_001, value as never, undefined]
    call.workerSpans = [good, value as never]
    driver.settle(call)
    const whole = driver.enqueue()
    whole.workerSpans = value as never
    driver.settle(whole)
    expect(sdk.calls).toHaveLength(2)
    expect(spanEvents().filter(({ name }) => name === 'atelier.task')).toHaveLength(2)
  })
})

describe('attributes of Atelier’s own', () => {
  const named = Object.values(names).filter((name: unknown) => typeof name === 'string') as string[]
  const own = named.filter((name) => names.OWN_ATTRIBUTE.test(name))

  it('are all that the code has a name for', () => {
    const noAttributes: string[] = [names.TASK_SPAN, names.TRACE_SPAN, names.REQUEUE_EVENT, names.RETRY_EVENT]
    expect(own.toSorted()).toEqual(
      named.filter((name) => name.startsWith('atelier.') && !noAttributes.includes(name)).toSorted(),
    )
    expect(own).toHaveLength(29)
  })

  it('cannot be overwritten by a caller, in any sink; development is warned once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const forged = Object.fromEntries(own.map((name) => [name, 'forged']))
    const doc = driver.telemetry.createTrace('doc', { attributes: forged })
    for (const name of own) doc.setAttribute(name, 'forged')
    const task = makeTask('resize')
    const call = driver.enqueue({
      task,
      options: { trace: doc, attributesOf: () => forged, attributes: { ...forged, mine: 1 } },
    })
    driver.dispatch(call)
    call.workerSpans = [['a'.repeat(16), '', 'parse', 1_000, 1_001, forged, undefined]]
    driver.settle(call)
    doc.end()
    const written = [
      ...sdk.spans.map(({ attributes }) => attributes),
      ...spanEvents().map(({ attributes }) => attributes),
      ...measures().map(({ detail }) => detail.attributes as object),
      ...(await sdk.points()).map(({ attributes }) => attributes),
    ]
    expect(JSON.stringify(written)).not.toContain('forged')
    expect(sdk.calls[0]?.attributes).toMatchObject({ mine: 1, 'atelier.task.id': 'resize' })
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toMatch(/"atelier\.[a-z._]+" was left out/)
  })

  it('are not the whole namespace: an attribute that Atelier does not write may be the caller’s', () => {
    driver.run({ options: { attributes: { 'atelier.batch.id': 'import-7' } } })
    expect(sdk.calls[0]?.attributes['atelier.batch.id']).toBe('import-7')
  })
})

describe('spans of a worker', () => {
  it('that were too many are counted on the call’s span', () => {
    const call = driver.enqueue()
    driver.dispatch(call)
    call.workerSpans = [['a'.repeat(16), '', 'parse', 1_000, 1_001, undefined, undefined], 250 as never]
    driver.settle(call)
    expect(sdk.calls[0]?.attributes['atelier.worker.spans_dropped']).toBe(250)
    expect(measures('atelier:span:')[0]?.detail.attributes).toEqual({ 'atelier.worker.spans_dropped': 250 })
    expect(spanEvents().map(({ name }) => name)).toEqual(['parse', 'atelier.task'])
  })

  it('have the status text that the call’s own span would have', () => {
    const thrown = { name: 'ExitStatus', message: 'Program terminated with exit(1)', status: 1 }
    const call = driver.enqueue()
    driver.dispatch(call)
    const { name, message } = thrown
    call.workerSpans = [['a'.repeat(16), '', 'run', 1_000, 1_001, undefined, { name, message }]]
    driver.settle(call, { outcome: 'failure', error: thrown })
    const [child, own] = sdk.spans
    expect(child?.status).toEqual({ code: SpanStatusCode.ERROR, message: thrown.message })
    expect(own?.status).toEqual(child?.status)
    expect(own?.attributes['error.type']).toBe('ExitStatus')
    expect(child?.attributes['error.type']).toBe('ExitStatus')
  })
})

describe('the root span of a trace', () => {
  it.each([
    [undefined, undefined, 'atelier.trace'],
    ['doc', undefined, 'doc'],
    ['doc:123', undefined, 'doc'],
    ['doc : 1 : 2', undefined, 'doc'],
    [':123', undefined, 'atelier.trace'],
    ['', undefined, 'atelier.trace'],
    ['doc:123', 'import', 'import'],
    [undefined, 'import', 'import'],
  ])('of %j with spanName %j is named %j', (name, spanName, expected) => {
    driver.telemetry.createTrace(name, { spanName }).end()
    expect(sdk.spans[0]?.name).toBe(expected)
    expect(sdk.spans[0]?.attributes['atelier.trace.name']).toBe(name)
  })
})

describe('the time of an end', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '5', 5n, Symbol('x'), 9e15])(
    'that is %s is now',
    (endTime) => {
      const doc = driver.telemetry.createTrace('doc')
      driver.clock.advance(5)
      doc.end({ endTime: endTime as number })
      expect(sdk.spans[0]?.duration).toEqual([0, 5_000_000])
      expect(measures('atelier:trace:')[0]?.duration).toBe(5)
    },
  )

  it('is never before the start', () => {
    driver.telemetry.createTrace('doc').end({ endTime: -1 })
    expect(sdk.spans[0]?.duration).toEqual([0, 0])
  })
})

describe('suppressTracing', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
  })
  const suppressed = <T>(fn: () => T) => context.with(suppressTracing(context.active()), fn)

  it('suppresses a call that was given a trace, and nothing that could be a child of it', () => {
    const doc = driver.telemetry.createTrace('doc')
    const call = suppressed(() => driver.enqueue({ options: { trace: doc } }))
    driver.dispatch(call)
    call.workerSpans = [['a'.repeat(16), '', 'parse', 1_000, 1_001, undefined, undefined]]
    driver.settle(call)
    doc.end()
    expect(sdk.spans.map(({ name }) => name)).toEqual(['doc'])
    expect(call.telemetry?.traceparent).toMatch(/-00$/)
    // The other sinks are not OpenTelemetry's.
    expect(measures('atelier:span:')).toHaveLength(1)
  })

  it.each([
    [
      'a span context',
      () => ({ spanContext: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } }),
    ],
    ['nothing', () => undefined],
    ['no trace', () => null],
  ])('suppresses a call that was given %s', (_what, given) => {
    const call = suppressed(() => driver.enqueue({ options: { trace: given() } }))
    driver.settle(call)
    expect(sdk.spans).toEqual([])
    expect(call.telemetry?.traceparent).toMatch(/-00$/)
  })

  it('suppresses a trace with all of its calls, wherever they are made', () => {
    const doc = suppressed(() => driver.telemetry.createTrace('doc'))
    driver.run({ options: { trace: doc } })
    doc.end()
    expect(sdk.spans).toEqual([])
    expect(doc.traceparent).toMatch(/-00$/)
  })

  it('leaves alone what is made outside', () => {
    const app = sdk.tracerProvider.getTracer('app').startSpan('click')
    context.with(trace.setSpan(ROOT_CONTEXT, app), () => driver.run())
    expect(sdk.calls[0]?.parentSpanContext?.spanId).toBe(app.spanContext().spanId)
  })
})

describe('names that are no methods', () => {
  const methodsIn = async () =>
    new Set((await sdk.points()).flatMap(({ attributes }) => attributes['atelier.task.method'] ?? []))

  it('share one series once the worker has announced its methods', async () => {
    const task = Object.assign(makeTask('resize'), { methods: ['process'] })
    const error = new TaskMethodError('x', { code: 'no-method' })
    for (let index = 0; index < 200; index++)
      driver.run({ task, method: `nope${index}` }, { outcome: 'failure', error })
    driver.run({ task })
    expect(await methodsIn()).toEqual(new Set(['_OTHER', 'process']))
    expect(await sdk.total('task.dispatch.total')).toBe(201)
    expect(await sdk.total('task.failure.total')).toBe(200)
    expect(sdk.calls.at(0)?.attributes['atelier.task.method']).toBe('nope0')
  })

  it('that were called before that count with the others, too, when the worker turns out not to have them', async () => {
    const task = makeTask('resize')
    const early = ['nope', 'process'].map((method) => driver.enqueue({ task, method }))
    Object.assign(task, { methods: ['process'] })
    for (const call of early) {
      driver.dispatch(call)
      driver.settle(call)
    }
    expect(await methodsIn()).toEqual(new Set(['_OTHER', 'process']))
  })

  it('are bounded even where no worker ever starts', async () => {
    const error = new Error('did not start')
    for (let index = 0; index < 1_000; index++)
      driver.settle(driver.enqueue({ method: `nope${index}` }), { outcome: 'failure', error })
    expect((await methodsIn()).size).toBeLessThanOrEqual(101)
    expect(await sdk.total('task.failure.total')).toBe(1_000)
  })

  it('and made-up names of uncaught errors leave the metrics of workers bounded', async () => {
    for (let index = 0; index < 1_000; index++) {
      const error = Object.assign(new Error('no'), { name: `Error${index}` })
      driver.telemetry.active?.workerError(driver.task, 0, error, driver.clock.now())
    }
    expect((await sdk.points('worker.error.total')).length).toBeLessThanOrEqual(101)
    expect(await sdk.total('worker.error.total')).toBe(1_000)
  })
})

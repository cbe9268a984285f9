/**
 * Each function that an application's telemetry has, broken in each way that it can be: what comes of it is less
 * telemetry, never a task that hangs or fails, and the other sinks are complete.
 */
import { context, type Meter, metrics, type Span, trace, type Tracer } from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TaskAbortError } from '../../../src/errors/errors.ts'
import { parseTraceparent } from '../../../src/telemetry/trace/traceparent.ts'
import type { SpanEvent, TraceEvent } from '../../../src/types/telemetry.ts'
import { Driver, makeTask, measures, resetOtel, Sdk } from './support.ts'

afterEach(() => {
  resetOtel()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  performance.clearMeasures()
})

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const MISSING = Symbol('missing')

/** What stands in the place of a function. */
const FAULTS: Record<string, unknown> = {
  'that throws': () => {
    throw new Error('broken')
  },
  'that throws a symbol': () => {
    throw Symbol('broken')
  },
  'that throws a revoked proxy': () => {
    throw revoked()
  },
  'that is missing': MISSING,
  'that gives undefined': () => undefined,
  'that gives null': () => null,
  'that gives a number': () => 5,
  'that gives a symbol': () => Symbol('x'),
  'that gives an empty object': () => ({}),
  'that gives a revoked proxy': () => revoked(),
}

/** The object with one property replaced; the rest works on the real one. */
function broken<T extends object>(real: T, name: string, fault: unknown): T {
  return new Proxy(real, {
    get(target, key) {
      if (key === name) return fault === MISSING ? undefined : fault
      const value = Reflect.get(target, key) as unknown
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

const tracerOf = (sdk: Sdk) => sdk.tracerProvider.getTracer('x')
const meterOf = (sdk: Sdk) => sdk.meterProvider.getMeter('x')

/** A tracer whose spans are made by `of`. */
function tracerWith(sdk: Sdk, of: (span: Span) => unknown): Tracer {
  const real = tracerOf(sdk)
  return { ...real, startSpan: (...args) => of(real.startSpan(...args)) as Span }
}

/** A meter whose instruments of one kind are made by `of`. */
function meterWith(sdk: Sdk, create: keyof Meter, of: (instrument: object) => unknown): Meter {
  const real = meterOf(sdk)
  return broken(real, create, (...args: never[]) => of((real[create] as (...a: never[]) => object)(...args)))
}

type Config = { tracer?: Tracer; meter?: Meter }
type Arrange = (sdk: Sdk, fault: unknown) => Config | void

const spanFunctions = [
  'spanContext',
  'setAttribute',
  'setAttributes',
  'addEvent',
  'addLink',
  'setStatus',
  'recordException',
  'end',
]

const PLACES: Record<string, Arrange> = {
  'tracer.startSpan': (sdk, fault) => ({ tracer: broken(tracerOf(sdk), 'startSpan', fault) }),
  ...Object.fromEntries(
    spanFunctions.map((name) => [
      `span.${name}`,
      (sdk: Sdk, fault: unknown) => ({ tracer: tracerWith(sdk, (span) => broken(span, name, fault)) }),
    ]),
  ),
  ...Object.fromEntries(
    ['traceId', 'spanId', 'traceFlags', 'traceState'].map((name) => [
      `spanContext().${name}`,
      (sdk: Sdk, fault: unknown) => ({
        tracer: tracerWith(sdk, (span) =>
          broken(span, 'spanContext', () =>
            Object.defineProperty({ ...span.spanContext() }, name, {
              get: typeof fault === 'function' ? (fault as () => unknown) : () => undefined,
            }),
          ),
        ),
      }),
    ]),
  ),
  'traceState.serialize': (sdk, fault) => ({
    tracer: tracerWith(sdk, (span) =>
      broken(span, 'spanContext', () => ({
        ...span.spanContext(),
        traceState: fault === MISSING ? {} : { serialize: fault },
      })),
    ),
  }),
  'tracerProvider.getTracer': (sdk, fault) => {
    trace.setGlobalTracerProvider(broken(sdk.tracerProvider, 'getTracer', fault))
    metrics.setGlobalMeterProvider(sdk.meterProvider)
  },
  'meterProvider.getMeter': (sdk, fault) => {
    trace.setGlobalTracerProvider(sdk.tracerProvider)
    metrics.setGlobalMeterProvider(broken(sdk.meterProvider, 'getMeter', fault))
  },
  ...Object.fromEntries(
    ['active', 'with'].map((name) => [
      `contextManager.${name}`,
      (sdk: Sdk, fault: unknown) => {
        sdk.register()
        const manager = {
          active: () => undefined,
          with: (_context: unknown, fn: () => unknown) => fn(),
          bind: (_context: unknown, fn: unknown) => fn,
          enable: () => manager,
          disable: () => manager,
        }
        context.setGlobalContextManager(broken(manager, name, fault) as never)
      },
    ]),
  ),
  ...Object.fromEntries(
    [
      'createCounter',
      'createHistogram',
      'createObservableGauge',
      'addBatchObservableCallback',
      'removeBatchObservableCallback',
    ].map((name) => [
      `meter.${name}`,
      (sdk: Sdk, fault: unknown) => ({ meter: broken(meterOf(sdk), name, fault) }),
    ]),
  ),
  'counter.add': (sdk, fault) => ({
    meter: meterWith(sdk, 'createCounter', (counter) => broken(counter, 'add', fault)),
  }),
  'histogram.record': (sdk, fault) => ({
    meter: meterWith(sdk, 'createHistogram', (histogram) => broken(histogram, 'record', fault)),
  }),
  'result.observe': (sdk, fault) => ({
    meter: broken(meterOf(sdk), 'addBatchObservableCallback', (callback: (result: object) => void) =>
      callback(broken({ observe: () => {} }, 'observe', fault)),
    ),
  }),
  'console.timeStamp': (sdk, fault) => {
    sdk.register()
    vi.stubGlobal('navigator', { userAgent: 'Chromium/150' })
    vi.stubGlobal('console', broken({ warn: () => {}, timeStamp: () => {} }, 'timeStamp', fault))
  },
  'console.warn': (sdk, fault) => {
    vi.spyOn(console, 'warn').mockImplementation(fault === MISSING ? () => {} : (fault as () => void))
    return { tracer: tracerWith(sdk, (span) => broken(span, 'end', FAULTS['that throws'])) }
  },
}

/** Every edge, with every outcome; the ids of the calls that it makes. */
async function everyEdge(driver: Driver): Promise<string[]> {
  const ids: string[] = []
  const task = makeTask('resize')
  const make = (options: Parameters<Driver['enqueue']>[0] = {}) => {
    const call = driver.enqueue({
      task,
      ...options,
      options: { attributesOf: () => ({ bytes: 5 }), ...options.options },
    })
    const { telemetry } = call
    if (telemetry === null) throw new Error('the call has no telemetry')
    ids.push(telemetry.spanId)
    expect(parseTraceparent(telemetry.traceparent)).toMatchObject({ spanId: telemetry.spanId })
    expect(['string', 'undefined']).toContain(typeof telemetry.tracestate)
    return call
  }
  const { active, registerTask } = driver.telemetry
  const gauges = { inFlight: 1, pending: 0, ahead: 0, blocked: 0, activeWorkers: 1, workerLimit: 1 }
  const unregister = registerTask(() => ({ ...driver.task, ...gauges }))
  active?.workerSpawned(driver.task, 0, driver.clock.now())
  const doc = driver.telemetry.createTrace('doc:1', { attributes: { pages: 3 } })
  doc.setAttribute('words', 5)
  const succeeds = make({ options: { trace: doc } })
  driver.dispatch(succeeds)
  driver.requeue(succeeds)
  driver.dispatch(succeeds, 1)
  succeeds.workerSpans = [['a'.repeat(16), '', 'parse', 1_000, 1_001, { rows: 2 }, undefined]]
  driver.settle(succeeds, { run: [1_000, 1_001] })
  const older = make({ key: 'q' })
  const newer = make({ key: 'q' })
  active?.callLinked(older, newer, 'superseded')
  driver.settle(older, {
    outcome: 'canceled',
    error: new TaskAbortError('x', { code: 'aborted', cause: 'left' }),
  })
  driver.settle(newer, { outcome: 'rejected', error: new Error('full') })
  driver.settle(make(), { outcome: 'failure', error: revoked() })
  active?.workerError(driver.task, 0, revoked(), driver.clock.now())
  active?.workerCrashed(driver.task, 0, Symbol('died'), driver.clock.now())
  active?.workerTerminated(driver.task, 0, 'idle', driver.clock.now())
  doc.end({ status: 'error', error: new Error('no') })
  const result = await driver.telemetry.trace('body', () => {
    driver.settle(make())
    return 42
  })
  expect(result).toBe(42)
  unregister()
  return ids
}

describe.each(Object.entries(PLACES))('%s', (_place, arrange) => {
  it.each(Object.entries(FAULTS))('%s costs telemetry and no task', async (_fault, fault) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const sdk = new Sdk()
    const config = arrange(sdk, fault) ?? {}
    const driver = new Driver({ otel: config, performance: {} })
    driver.listen()
    const first = await everyEdge(driver)
    // And it all works once more.
    const ids = [...first, ...(await everyEdge(driver))]
    await sdk.reader.collect()
    driver.telemetry.dispose()
    const calls = driver.events.filter(
      (event): event is SpanEvent => event.kind === 'span' && event.name === 'atelier.task',
    )
    expect(calls.map(({ spanId }) => spanId)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    const traces = driver.events.filter((event): event is TraceEvent => event.kind === 'trace')
    expect(traces).toHaveLength(4)
    const settled = driver.events
      .filter(({ kind }) => kind === 'counter')
      .map((event) => 'name' in event && event.name)
    expect(
      settled.filter((name) => /^task\.(success|failure|canceled|rejected)\.total$/.test(String(name))),
    ).toHaveLength(ids.length)
  })
})

it('the measures of a runtime whose tracer is broken are complete, under the ids of the events', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const sdk = new Sdk()
  const tracer = tracerWith(sdk, (span) => broken(span, 'setAttributes', FAULTS['that throws']))
  const driver = new Driver({ otel: { tracer }, performance: {} })
  driver.listen()
  const ids = await everyEdge(driver)
  expect(
    measures('atelier:span:')
      .map(({ detail }) => detail.spanId)
      .toSorted(),
  ).toEqual(ids.toSorted())
  // What could not be written costs no more than itself: each span has ended, with its status.
  expect(sdk.calls).toHaveLength(ids.length)
  expect(driver.telemetry.failures).toBeGreaterThan(0)
})

it('one that throws is reported once in development', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const sdk = new Sdk()
  const tracer = tracerWith(sdk, (span) => broken(span, 'end', FAULTS['that throws']))
  const driver = new Driver({ otel: { tracer } })
  driver.run()
  driver.run()
  expect(driver.telemetry.failures).toBe(2)
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[0]).toMatch(/an OpenTelemetry span threw. Calls still work/)
})

/**
 * Telemetry runs code of the application's at each edge: listeners, span processors, meters, getters. Whatever that code
 * calls, each call that was recorded is in each sink once, under the same ids and times.
 */
import type { Meter, Span, Tracer } from '@opentelemetry/api'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import type { CallOutcome, SpanEvent, Trace } from '../../../src/types/telemetry.ts'
import { Driver, makeTask, resetOtel, Sdk, sinceAnchor } from './support.ts'

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
  performance.clearMeasures()
})

const anyEdge = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('call' as const), traced: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('dispatch', 'requeue', 'link'), of: fc.nat(9) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      of: fc.nat(9),
      outcome: fc.constantFrom<CallOutcome>('success', 'failure', 'canceled', 'rejected'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('worker', 'trace', 'endTrace', 'flush', 'wait') }),
  },
)
type Edge = typeof anyEdge extends fc.Arbitrary<infer T> ? T : never

/** What the application's code does while it is being called. */
const anyDeed = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'nothing',
      'throw',
      'subscribe',
      'unsubscribe',
      'flush',
      'clear',
      'trace',
      'endTrace',
    ),
  },
  { weight: 4, arbitrary: fc.constantFrom('run', 'call', 'settle', 'define', 'undefine') },
  { weight: 1, arbitrary: fc.constant('dispose') },
)
type Deed = typeof anyDeed extends fc.Arbitrary<infer T> ? T : never

class Program {
  readonly sdk = new Sdk()
  readonly driver: Driver
  readonly recorded: Call[] = []
  readonly events: SpanEvent[] = []
  readonly measured: { name: string; start: number; end: number }[] = []
  private readonly open: Call[] = []
  private readonly traces: Trace[] = []
  private readonly leaving: (() => void)[] = []
  private readonly deeds: Deed[]
  private isBusy = false

  constructor(deeds: readonly Deed[]) {
    this.deeds = [...deeds]
    vi.spyOn(performance, 'measure').mockImplementation((name, options) => {
      const { start, end } = options as { start: number; end: number }
      if (name.startsWith('atelier:span:')) this.measured.push({ name, start, end })
      this.disturb()
      return undefined as never
    })
    this.driver = new Driver({ otel: { tracer: this.tracer(), meter: this.meter() }, performance: {} })
    // The first sees all; others come and go.
    this.driver.telemetry.subscribeEvents((event) => {
      if (event.kind === 'span') this.events.push(event)
    })
    this.subscribe()
  }

  step(edge: Edge): void {
    const { telemetry, clock, task } = this.driver
    switch (edge.kind) {
      case 'call':
        this.call('traced' in edge && edge.traced)
        break
      case 'dispatch':
        this.withOpen(edge, (call) => this.driver.dispatch(call))
        break
      case 'requeue':
        this.withOpen(edge, (call) => this.driver.requeue(call))
        break
      case 'link':
        this.withOpen(edge, (call) => telemetry.active?.callLinked(call, this.open[0] ?? call, 'superseded'))
        break
      case 'settle':
        this.settle(edge)
        break
      case 'worker':
        telemetry.active?.workerSpawned(task, 0, clock.now())
        telemetry.active?.workerError(task, 0, new Error('uncaught'), clock.now())
        break
      case 'trace':
        this.traces.push(telemetry.createTrace('doc'))
        break
      case 'endTrace':
        this.traces.pop()?.end()
        break
      case 'flush':
        telemetry.flush()
        break
      case 'wait':
        clock.advance(3)
    }
  }

  finish(): void {
    this.deeds.length = 0
    while (this.open.length > 0) this.settle({ of: 0, outcome: 'canceled' })
    this.driver.telemetry.flush()
  }

  private withOpen(edge: Edge, act: (call: Call) => void): void {
    const call = this.open[('of' in edge ? edge.of : 0) % this.open.length]
    if (call) act(call)
  }

  private settle({ of, outcome }: { of: number; outcome: CallOutcome }): void {
    const [call] = this.open.splice(of % Math.max(1, this.open.length), 1)
    if (call)
      this.driver.settle(call, { outcome, error: outcome === 'success' ? undefined : new Error(outcome) })
  }

  private call(traced = false): void {
    const trace = traced ? this.traces.at(-1) : undefined
    const attributes = Object.defineProperty({}, 'hostile', {
      enumerable: true,
      get: () => this.disturb() ?? 'value',
    })
    const task = makeTask('resize')
    const attributesOf = () => (this.disturb(), { bytes: 1 })
    const call = this.driver.enqueue({ task, options: { attributes, attributesOf, ...(trace && { trace }) } })
    if (call.telemetry !== null) this.recorded.push(call)
    this.open.push(call)
  }

  private subscribe(): void {
    const leave = this.driver.telemetry.subscribeEvents(() => {
      this.disturb()
    })
    this.leaving.push(leave)
  }

  /** One deed at each call, as long as there are any; what it brings about calls back without a further one. */
  private disturb(): undefined {
    if (this.isBusy) return
    this.isBusy = true
    try {
      this.act(this.deeds.shift())
    } finally {
      this.isBusy = false
    }
    return undefined
  }

  private act(deed: Deed | undefined): void {
    const { telemetry, task } = this.driver
    switch (deed) {
      case 'throw':
        throw new Error('hostile')
      case 'subscribe':
        this.subscribe()
        break
      case 'unsubscribe':
        this.leaving.pop()?.()
        break
      case 'flush':
        telemetry.flush()
        break
      case 'clear':
        telemetry.clearMeasures()
        break
      case 'trace':
        this.traces.push(telemetry.createTrace('doc'))
        break
      case 'endTrace':
        this.traces.pop()?.end()
        break
      case 'run':
        this.call(true)
        this.settle({ of: this.open.length - 1, outcome: 'success' })
        break
      case 'call':
        this.call()
        break
      case 'settle':
        this.settle({ of: 0, outcome: 'failure' })
        break
      case 'define':
        this.leaving.push(
          telemetry.registerTask(() => ({
            ...task,
            taskId: `task-${this.leaving.length}`,
            inFlight: this.open.length,
            pending: 0,
            ahead: 0,
            blocked: 0,
            activeWorkers: 1,
            workerLimit: 1,
          })),
        )
        break
      case 'undefine':
        this.leaving.shift()?.()
        break
      case 'dispose':
        telemetry.dispose()
        break
      case 'nothing':
      case undefined:
        break
    }
  }

  private hostile<T extends object>(real: T): T {
    return new Proxy(real, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, args)
          this.disturb()
          return result
        }
      },
    })
  }

  private tracer(): Tracer {
    const real = this.sdk.tracerProvider.getTracer('x')
    return { ...real, startSpan: (...args) => this.hostile<Span>(real.startSpan(...args)) }
  }

  private meter(): Meter {
    const real = this.sdk.meterProvider.getMeter('x')
    const hostile = (instrument: object) => this.hostile(instrument)
    return new Proxy(real, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as (...args: unknown[]) => object
        if (key !== 'createCounter' && key !== 'createHistogram') return value.bind(target)
        return (...args: unknown[]) => hostile(Reflect.apply(value, target, args))
      },
    })
  }
}

describe('whatever the application’s code does while telemetry calls it', () => {
  it('each call that was recorded is in each sink once, with the same ids and times', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const start = 1_700_000_000_000
    vi.spyOn(Date, 'now').mockReturnValue(start)
    fc.assert(
      fc.property(
        fc.array(anyEdge, { maxLength: 40 }),
        fc.array(anyDeed, { maxLength: 60 }),
        (edges, deeds) => {
          const program = new Program(deeds)
          for (const edge of edges) program.step(edge)
          program.finish()
          const { recorded, events, measured, sdk } = program
          const ids = recorded.map((call) => call.telemetry?.spanId).toSorted()
          const ofCalls = events.filter(({ name }) => name === 'atelier.task')
          expect(ofCalls.map(({ spanId }) => spanId).toSorted()).toEqual(ids)
          const byId = new Map(ofCalls.map((event) => [event.spanId, event]))
          expect(measured.map(({ name }) => name.slice('atelier:span:'.length)).toSorted()).toEqual(ids)
          for (const { name, start: from, end } of measured) {
            const event = byId.get(name.slice('atelier:span:'.length))
            expect([from, end]).toEqual([event?.startTime, event?.endTime])
          }
          // A tracer that throws when it starts a span has none; the others have one each, and they have ended.
          const spans = sdk.calls
          expect(new Set(spans.map((span) => span.spanContext().spanId)).size).toBe(spans.length)
          for (const span of spans) {
            const event = byId.get(span.spanContext().spanId)
            // One whose ids could not be read is not the call's.
            if (event === undefined) continue
            const length = sinceAnchor(span.endTime, 0) - sinceAnchor(span.startTime, 0)
            expect(length).toBeCloseTo(event.endTime - event.startTime, 6)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a listener', () => {
  it('that subscribes another during an event keeps it from this event, and is called no more once it has left', () => {
    const driver = new Driver()
    const heard: string[] = []
    const leave = driver.telemetry.subscribeEvents(({ kind }) => {
      if (kind !== 'span') return
      heard.push('first')
      driver.telemetry.subscribeEvents((event) => {
        if (event.kind === 'span') heard.push('second')
      })
      leave()
      leaveThird()
    })
    const leaveThird = driver.telemetry.subscribeEvents(({ kind }) => {
      if (kind === 'span') heard.push('third')
    })
    driver.run()
    expect(heard).toEqual(['first'])
    driver.run()
    expect(heard).toEqual(['first', 'second'])
  })

  it('that subscribes at each event does not make it endless', () => {
    const driver = new Driver()
    const again = () => void driver.telemetry.subscribeEvents(again)
    driver.telemetry.subscribeEvents(({ kind }) => {
      if (kind === 'span') again()
    })
    driver.run()
    expect(driver.telemetry.failures).toBe(0)
  })

  it('that disposes in the middle of a flush has cost nobody what had settled', () => {
    const sdk = new Sdk().register()
    const driver = new Driver({ otel: {}, performance: {} })
    driver.telemetry.subscribeEvents(({ kind }) => {
      if (kind === 'span') driver.telemetry.dispose()
    })
    driver.listen()
    const calls = [driver.enqueue(), driver.enqueue(), driver.enqueue()]
    for (const call of calls) {
      call.outcome = 'success'
      call.settledAt = driver.clock.now()
      driver.telemetry.active?.callSettled(call, 'success')
    }
    driver.telemetry.active?.flush()
    expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(3)
    expect(sdk.calls).toHaveLength(3)
    expect(driver.telemetry.active).toBeNull()
  })

  it('that ends a trace in the middle of a flush has it written after its calls', () => {
    const driver = new Driver()
    const doc = driver.telemetry.createTrace('doc')
    driver.telemetry.subscribeEvents(({ kind }) => {
      if (kind === 'span') doc.end()
    })
    driver.listen()
    const calls = [driver.enqueue({ options: { trace: doc } }), driver.enqueue({ options: { trace: doc } })]
    for (const call of calls)
      driver.telemetry.active?.callSettled(Object.assign(call, { outcome: 'success' }), 'success')
    driver.telemetry.active?.flush()
    expect(driver.events.flatMap(({ kind }) => (kind === 'span' || kind === 'trace' ? [kind] : []))).toEqual([
      'span',
      'span',
      'trace',
    ])
  })

  it('that changes what the gauges read sees the value that is true in the end', () => {
    const driver = new Driver()
    let pending = 1
    driver.telemetry.registerTask(() => ({
      ...driver.task,
      inFlight: 0,
      pending,
      ahead: 0,
      blocked: pending,
      activeWorkers: 0,
      workerLimit: 1,
    }))
    const seen = new Map<string, number>()
    driver.telemetry.subscribeEvents((event) => {
      if (event.kind !== 'gauge') return
      seen.set(event.name, event.value)
      if (event.name === 'queue.pending' && pending < 5) {
        pending++
        driver.enqueue()
      }
    })
    driver.enqueue()
    expect(seen.get('queue.pending')).toBe(5)
    expect(seen.get('queue.blocked')).toBe(5)
  })
})

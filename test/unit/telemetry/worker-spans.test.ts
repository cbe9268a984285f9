import { SpanStatusCode } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import type { WireSpan } from '../../../src/wire/protocol.ts'
import { Driver, measures, resetOtel, Sdk, sinceAnchor } from './support.ts'

let sdk: Sdk

beforeEach(() => {
  sdk = new Sdk().register()
})

afterEach(() => {
  resetOtel()
  performance.clearMeasures()
})

/** Dispatched at 1002, settled at 1010. */
function runWith(driver: Driver, spans: WireSpan[]) {
  const call = driver.enqueue()
  driver.clock.advance(2)
  driver.dispatch(call, 1)
  driver.clock.advance(8)
  call.workerSpans = spans
  driver.settle(call, { run: [1_003, 1_009] })
  return call
}

const [A, B, C] = ['a'.repeat(16), 'b'.repeat(16), 'c'.repeat(16)] as const
// As they come: a child ends, and is recorded, before its parent.
const nested: WireSpan[] = [
  [B, A, 'inner', 1_004, 1_005, { rows: 3 }, undefined],
  [A, '', 'outer', 1_003, 1_006, undefined, undefined],
  [C, '', 'second', 1_006, 1_008, undefined, { name: 'RangeError', message: 'bad row', stack: 'at row' }],
]

const spanNamed = (name: string) => sdk.spans.find((span) => span.name === name)

it('become children of the call’s span, nested as they were', () => {
  const call = runWith(new Driver({ otel: {} }), nested)
  const [outer, inner, second] = [spanNamed('outer'), spanNamed('inner'), spanNamed('second')]
  expect(outer?.parentSpanContext?.spanId).toBe(call.telemetry?.spanId)
  expect(second?.parentSpanContext?.spanId).toBe(call.telemetry?.spanId)
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
  expect(new Set(sdk.spans.map((span) => span.spanContext().traceId)).size).toBe(1)
  expect(inner?.attributes).toEqual({
    rows: 3,
    'atelier.task.id': 'resize',
    'atelier.task.method': 'process',
    'atelier.worker.index': 1,
  })
})

it('lie on the call’s clock, within its time', () => {
  const call = runWith(new Driver({ otel: {} }), [
    [A, '', 'early', 0, 1_003, undefined, undefined],
    [B, '', 'late', 1_009, 9_999, undefined, undefined],
    [C, '', 'backwards', 1_005, 1_004, undefined, undefined],
  ])
  const task = sdk.calls[0]
  if (!task) throw new Error('no span')
  const from = sinceAnchor(task.startTime, 0) - call.enqueuedAt
  const times = (name: string) => {
    const span = spanNamed(name)
    return span && [sinceAnchor(span.startTime, from), sinceAnchor(span.endTime, from)]
  }
  expect(times('early')).toEqual([1_002, 1_003])
  expect(times('late')).toEqual([1_009, 1_010])
  expect(times('backwards')).toEqual([1_005, 1_005])
})

it('fail by themselves: the call may be fine', () => {
  runWith(new Driver({ otel: {} }), nested)
  const second = spanNamed('second')
  expect(second?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad row' })
  expect(second?.attributes['error.type']).toBe('RangeError')
  expect(second?.events[0]?.attributes).toEqual({
    'exception.type': 'RangeError',
    'exception.message': 'bad row',
    'exception.stacktrace': 'at row',
  })
  expect(sdk.calls[0]?.status.code).toBe(SpanStatusCode.OK)
})

it('are measures under a name of their own, and events, with the ids of the spans', () => {
  const driver = new Driver({ otel: {}, performance: {} })
  driver.listen()
  const call = runWith(driver, nested)
  const ids = ['outer', 'inner', 'second'].map((name) => spanNamed(name)?.spanContext().spanId)
  expect(
    measures('atelier:worker-span:')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(ids.map((id) => `atelier:worker-span:${id}`).sort())
  const inner = measures('atelier:worker-span:').find(({ detail }) => detail.name === 'inner')
  expect(inner).toMatchObject({ startTime: 1_004, duration: 1 })
  expect(inner?.detail).toMatchObject({
    parentSpanId: ids[0],
    traceId: call.telemetry?.traceId,
    callId: call.callId,
    taskId: 'resize',
    method: 'process',
    workerIndex: 1,
    status: 'ok',
    attributes: { rows: 3 },
  })
  // A percentile over the calls of a task counts calls alone.
  expect(measures('atelier:span:')).toHaveLength(1)
  const events = driver.events.filter((event): event is SpanEvent => event.kind === 'span')
  expect(events.map(({ name, parentSpanId, status }) => [name, parentSpanId, status])).toEqual([
    ['outer', call.telemetry?.spanId, 'ok'],
    ['inner', ids[0], 'ok'],
    ['second', call.telemetry?.spanId, 'error'],
    ['atelier.task', undefined, 'ok'],
  ])
})

it('keep the worker’s ids where no SDK gives others', () => {
  const driver = new Driver({ performance: {} })
  runWith(driver, nested)
  expect(
    measures('atelier:worker-span:')
      .map(({ detail }) => detail.spanId)
      .sort(),
  ).toEqual([A, B, C])
})

it('whose parent was lost belong to the call, and whose ids go round in a circle come to an end', () => {
  const driver = new Driver({ otel: {} })
  const call = runWith(driver, [
    [A, 'd'.repeat(16), 'orphan', 1_003, 1_004, undefined, undefined],
    [B, C, 'chicken', 1_003, 1_004, undefined, undefined],
    [C, B, 'egg', 1_003, 1_004, undefined, undefined],
  ])
  expect(spanNamed('orphan')?.parentSpanContext?.spanId).toBe(call.telemetry?.spanId)
  expect(sdk.spans.map(({ name }) => name).sort()).toEqual(['atelier.task', 'chicken', 'egg', 'orphan'])
  expect(driver.telemetry.failures).toBe(0)
})

it('of an unsampled call are told to listeners alone', () => {
  const driver = new Driver({ otel: {}, performance: {}, sampleRate: 0 })
  driver.listen()
  runWith(driver, nested)
  expect(sdk.spans).toEqual([])
  expect(measures()).toEqual([])
  expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(4)
})

it('a listener that makes a call when it hears of one leaves the times of the others as they are', () => {
  const driver = new Driver()
  driver.telemetry.subscribeEvents((event) => {
    if (event.kind === 'span' && event.name === 'second') driver.run({ method: 'another' })
  })
  driver.listen()
  const call = runWith(driver, nested)
  const spans = driver.events.filter((event): event is SpanEvent => event.kind === 'span')
  expect(spans.find(({ callId, name }) => callId === call.callId && name === 'atelier.task')).toMatchObject({
    startTime: 1_000,
    endTime: 1_010,
  })
  expect(spans.map(({ method }) => method)).toContain('another')
})

it.each([
  null,
  'text',
  [],
  [A, '', 'no times'],
  [A, '', 'late', 1_003, Number.NaN, undefined, undefined],
  [A, 7, 'parent', 1_003, 1_004, undefined, undefined],
  [A, '', 'attributes', 1_003, 1_004, 'none', undefined],
  [A, '', 'error', 1_003, 1_004, undefined, null],
])('%j is left out, and the rest is kept', (forged) => {
  const driver = new Driver({ otel: {}, performance: {} })
  runWith(driver, [forged as never, [B, '', 'fine', 1_003, 1_004, undefined, undefined]])
  expect(sdk.spans.map(({ name }) => name)).toEqual(['fine', 'atelier.task'])
  expect(driver.telemetry.failures).toBe(0)
})

/** Spans through the real exporter, decoded by the published definitions, against what the program did. */
import type { SpanEvent, TraceEvent } from 'atelier-react/core'
import { expect, it } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { exporting, otelLab, total } from './bench.ts'
import type { ReceivedSpan } from './received.ts'
import { generation } from './sdk.ts'

const nanosOf = (ms: number) => Math.round(ms * 1e6)
const lasted = ({ start, end }: ReceivedSpan) => Number(BigInt(end) - BigInt(start))
/** A double holds the page's milliseconds to some nanoseconds. */
const PRECISION_NS = 1_000
/** The clocks of the page may part by so much before the runtime anchors anew. */
const DRIFT_MS = 50

it('ids, parents, status, attributes and times are those of the program', async () => {
  const { sdk, received, url } = exporting()
  sdk.register()
  const { runtime, task, events } = otelLab({ taskName: 'Otel' })
  const before = performance.now()
  const trace = await runtime.trace('document', async (opened) => {
    const inTrace = task.with({ trace: opened, attributes: { 'atelier.batch.id': 'batch-7', ratio: 0.5 } })
    await inTrace.add(1, 2)
    await inTrace.with({ key: 'second' }).spans('html')
    await rejection(inTrace.fail('no such page'))
    const canceled = inTrace.wait()
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(1)
    canceled.abort(new Error('changed my mind'))
    await rejection(canceled)
    return opened
  })
  expect(await task.request(`${url}/probe`)).toBe(200)
  const after = performance.now()

  const { spans, traceparents } = await received()
  const known = events.filter((event): event is SpanEvent => event.kind === 'span')
  const root = spans.find(({ attributes }) => 'atelier.trace.span_count' in attributes)
  expect(root).toMatchObject({
    traceId: trace.traceId,
    spanId: trace.spanContext.spanId,
    parentSpanId: '',
    kind: 'SPAN_KIND_INTERNAL',
    status: 'STATUS_CODE_OK',
    attributes: { 'atelier.trace.name': 'document', 'atelier.trace.span_count': 4 },
    scope: {
      name: 'atelier',
      version: '0.1.0',
      service: 'lab',
      sdk: expect.stringMatching(new RegExp(`^${generation}\\.`)),
    },
  })
  expect(root?.scope.schemaUrl).toMatch(/^https:\/\/opentelemetry\.io\/schemas\/\d+\.\d+\.\d+$/)

  const byMethod = (method: string) =>
    spans.find((span) => span.name === 'atelier.task' && span.attributes['atelier.task.method'] === method)
  const ok = { status: 'STATUS_CODE_OK', kind: 'SPAN_KIND_INTERNAL', traceId: trace.traceId }
  expect(byMethod('add')).toMatchObject({
    ...ok,
    parentSpanId: root?.spanId,
    attributes: {
      'atelier.task.id': 'otel',
      'atelier.task.name': 'Otel',
      'atelier.task.type': 'parallel',
      'atelier.attempt.count': 1,
      'atelier.trace.id': trace.traceId,
      'atelier.trace.name': 'document',
      'atelier.batch.id': 'batch-7',
      ratio: 0.5,
    },
  })
  expect(byMethod('spans')).toMatchObject({ ...ok, attributes: { 'atelier.call.key': 'second' } })
  expect(byMethod('fail')).toMatchObject({
    status: 'STATUS_CODE_ERROR',
    statusMessage: 'no such page',
    attributes: { 'error.type': 'RangeError' },
    events: [
      {
        name: 'exception',
        attributes: { 'exception.type': 'RangeError', 'exception.message': 'no such page' },
      },
    ],
  })
  expect(byMethod('wait')).toMatchObject({
    status: 'STATUS_CODE_UNSET',
    attributes: { 'atelier.canceled': true, 'atelier.cancel.reason': 'changed my mind' },
    events: [],
  })

  // The handler's own spans, nested as they were.
  const parents = Object.fromEntries(
    ['parse', 'outer', 'inner', 'second', 'broken'].map((name) => {
      const span = spans.find((one) => one.name === name)
      const parent = spans.find((one) => one.spanId === span?.parentSpanId)
      return [name, parent?.attributes['atelier.task.method'] === undefined ? '' : parent?.name]
    }),
  )
  expect(parents).toEqual({
    parse: 'atelier.task',
    outer: 'atelier.task',
    inner: 'outer',
    second: 'outer',
    broken: 'atelier.task',
  })
  expect(spans.find(({ name }) => name === 'broken')).toMatchObject({
    status: 'STATUS_CODE_ERROR',
    attributes: { 'error.type': 'RangeError' },
  })
  // Outside the trace: a root of its own, whose context the worker sent on.
  const request = byMethod('request')
  expect(request?.parentSpanId).toBe('')
  expect(request?.traceId).not.toBe(trace.traceId)
  expect(traceparents).toEqual([`00-${request?.traceId}-${request?.spanId}-01`])

  // The same spans as the events tell of, to the nanosecond, on one wall clock.
  const traces = events.filter((event): event is TraceEvent => event.kind === 'trace')
  const told = [...known, ...traces]
  expect(spans.map(({ spanId }) => spanId).sort()).toEqual(told.map(({ spanId }) => spanId).sort())
  const epoch = Date.now() - performance.now()
  for (const event of told) {
    const span = spans.find(({ spanId }) => spanId === event.spanId)
    if (span === undefined) throw new Error(`${event.spanId} is missing`)
    expect(span.parentSpanId).toBe((event.kind === 'span' && event.parentSpanId) || '')
    expect(Math.abs(lasted(span) - nanosOf(event.endTime - event.startTime))).toBeLessThan(PRECISION_NS)
    const start = Number(BigInt(span.start) / 1_000n) / 1_000 - epoch
    expect(Math.abs(start - event.startTime)).toBeLessThan(DRIFT_MS)
    expect(event.startTime).toBeGreaterThanOrEqual(before)
    expect(event.endTime).toBeLessThanOrEqual(after)
    const parent = spans.find(({ spanId }) => spanId === span.parentSpanId)
    if (parent === undefined) continue
    expect(BigInt(span.start)).toBeGreaterThanOrEqual(BigInt(parent.start))
    expect(BigInt(span.end)).toBeLessThanOrEqual(BigInt(parent.end))
  }
})

it('the spans of handlers that run at the same time on one worker belong to their own calls', async () => {
  const { sdk, received } = exporting()
  sdk.register()
  const { task } = otelLab({ maxWorkers: 1, maxInFlight: 8 })
  const labels = Array.from({ length: 8 }, (_, index) => `page ${index}`)
  expect(await Promise.all(labels.map((label) => task.spans(label)))).toEqual(labels)

  const { spans } = await received()
  const childrenOf = (spanId: string | undefined) =>
    spans.filter(({ parentSpanId }) => parentSpanId === spanId).sort((a, b) => (a.name < b.name ? -1 : 1))
  const calls = spans.filter(({ name }) => name === 'atelier.task')
  expect(calls).toHaveLength(8)
  // They did run at the same time.
  expect(BigInt(calls[0]?.end ?? 0)).toBeGreaterThan(BigInt(calls[1]?.start ?? 0))
  const seen = calls.map(({ spanId, traceId }) => {
    const [broken, outer, parse] = childrenOf(spanId)
    const inner = childrenOf(outer?.spanId)
    expect([broken, outer, parse, ...inner].map((one) => one?.name)).toEqual([
      'broken',
      'outer',
      'parse',
      'inner',
      'second',
    ])
    expect(childrenOf(spanId)).toHaveLength(3)
    expect([broken, outer, parse, ...inner].filter((one) => one?.traceId !== traceId)).toEqual([])
    return parse?.attributes['label']
  })
  expect(seen.sort()).toEqual(labels)
})

it('a call whose worker died tells of both attempts in its one span', async () => {
  const { sdk, received } = exporting()
  sdk.register()
  const { task } = otelLab({ maxWorkers: 1, retry: { crash: 3 } })
  expect(await task.dieOnce()).toBe(2)
  const { spans, metrics } = await received()
  expect(spans).toHaveLength(1)
  const [{ attributes, events, status, start, end }] = spans as [ReceivedSpan]
  expect(status).toBe('STATUS_CODE_OK')
  expect(attributes).toMatchObject({ 'atelier.attempt.count': 2 })
  expect(attributes['atelier.queue.wait_last_ms']).toBeGreaterThan(0)
  expect(events).toMatchObject([
    { name: 'atelier.requeue', attributes: { 'atelier.attempt.count': 1, 'atelier.worker.index': 0 } },
  ])
  expect(BigInt(events[0]?.time ?? 0)).toBeGreaterThan(BigInt(start))
  expect(BigInt(events[0]?.time ?? 0)).toBeLessThan(BigInt(end))
  const counted = ['task.dispatch.total', 'task.requeue.total', 'worker.crash.total', 'task.success.total']
  expect(counted.map((name) => total(metrics, name))).toEqual([2, 1, 1, 1])
})

it('a superseded call is linked with the newer one, a deduplicated one with the run that it shares', async () => {
  const { sdk, received } = exporting()
  sdk.register()
  const { task } = otelLab({ maxWorkers: 1 })
  const latest = task.with({ key: 'query', keyMode: 'latest' })
  const older = rejection(latest.wait())
  const newest = latest.wait()
  await older
  newest.abort()
  await rejection(newest)
  const shared = task.with({ key: 'shared', keyMode: 'dedupe' })
  await Promise.all([shared.count(), shared.count()])

  const { spans } = await received()
  const ofKey = (key: string) => spans.filter(({ attributes }) => attributes['atelier.call.key'] === key)
  const [superseded, newer] = ofKey('query').toSorted((a, b) => (BigInt(a.start) < BigInt(b.start) ? -1 : 1))
  expect(superseded?.links).toEqual([
    {
      traceId: newer?.traceId,
      spanId: newer?.spanId,
      attributes: { 'atelier.link.relation': 'superseded' },
    },
  ])
  const [joiner] = ofKey('shared').filter(({ links }) => links.length > 0)
  const [run] = ofKey('shared').filter(({ links }) => links.length === 0)
  expect(joiner?.links).toEqual([
    { traceId: run?.traceId, spanId: run?.spanId, attributes: { 'atelier.link.relation': 'joined' } },
  ])
})

it('a burst in one turn is complete with the queue that the guide sets, and is cut with the default one', {
  timeout: 30_000,
}, async () => {
  // More than the default queue holds together with the batch that is on its way at once.
  const burst = 3_000
  const exportedWith = async (maxQueueSize: number | undefined) => {
    const { sdk, received } = exporting(maxQueueSize === undefined ? {} : { maxQueueSize })
    const { runtime } = otelLab({}, { otel: { tracer: sdk.tracer, meter: sdk.meter } })
    for (let count = 0; count < burst; count++) runtime.createTrace().end()
    const { spans } = await received()
    return spans.length
  }
  expect(await exportedWith(undefined)).toBe(burst)
  expect(await exportedWith(2_048)).toBeLessThan(burst)
})

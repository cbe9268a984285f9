import { metrics, trace as otelTrace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'
import type { SpanEvent } from 'atelier-react/core'
import { afterEach, expect, it } from 'vitest'
import { lab, rejection } from './fixtures/lab.ts'

afterEach(() => {
  otelTrace.disable()
  metrics.disable()
  performance.clearMeasures()
})

function sdk() {
  const spans = new InMemorySpanExporter()
  const provider = new WebTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
  const sum = async (name: string) => {
    await meters.forceFlush()
    const latest = exporter.getMetrics().at(-1)
    const metric = latest?.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === name)
    return metric?.dataPoints.reduce((total, point) => total + Number(point.value), 0) ?? 0
  }
  /** Of all points of all metrics. */
  const attributes = async () => {
    await meters.forceFlush()
    const scopes = exporter.getMetrics().at(-1)?.scopeMetrics ?? []
    return scopes.flatMap((scope) =>
      scope.metrics.flatMap(({ dataPoints }) => dataPoints.map((point) => point.attributes)),
    )
  }
  return { spans, provider, meters, sum, attributes }
}

it('adds up: calls are success, failure, canceled and rejected; each has one span and one measure', async () => {
  const { spans, provider, meters, sum } = sdk()
  otelTrace.setGlobalTracerProvider(provider)
  metrics.setGlobalMeterProvider(meters)
  const { task } = lab({ maxWorkers: 1, maxQueueDepth: 3, queuePolicy: 'reject' })
  await task.add(1, 1)
  const calls = [
    task.throwTypeError(),
    task.add(1, 2),
    task.wait('gate'),
    task.add(2, 2),
    task.add(3, 3),
    task.add(4, 4),
  ]
  const settled = Promise.allSettled(calls)
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(4)
  calls[2]?.abort()
  await settled
  const { succeeded, failed, canceled, rejected } = task.control.getSnapshot().counts
  expect({ succeeded, failed, canceled, rejected }).toEqual({
    succeeded: 3,
    failed: 1,
    canceled: 1,
    rejected: 2,
  })
  expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(
    Array.from({ length: 7 }, () => 'atelier.task'),
  )
  const measures = performance
    .getEntriesByType('measure')
    .filter(({ name }) => name.startsWith('atelier:span:'))
  expect(measures).toHaveLength(7)
  const totals = await Promise.all(
    ['success', 'failure', 'canceled', 'rejected'].map((outcome) => sum(`task.${outcome}.total`)),
  )
  expect(totals).toEqual([3, 1, 1, 2])
  const ids = spans.getFinishedSpans().map((span) => span.spanContext().spanId)
  expect(measures.map(({ name }) => name.slice('atelier:span:'.length)).sort()).toEqual(ids.sort())
})

it("parents calls and the spans of their handlers, and nests them in time, on the page's clock", async () => {
  const { spans, provider } = sdk()
  otelTrace.setGlobalTracerProvider(provider)
  const { task, runtime } = lab()
  const events: SpanEvent[] = []
  runtime.subscribeEvents((event) => {
    if (event.kind === 'span') events.push(event)
  })
  await task.add(1, 1)
  await runtime.trace('document', async (trace) => {
    expect(await task.with({ trace }).span()).toBe(7)
  })
  const byName = (name: string) => spans.getFinishedSpans().find((span) => span.name === name)
  const root = byName('document')
  const outer = byName('outer')
  const call = spans.getFinishedSpans().findLast(({ name }) => name === 'atelier.task')
  expect(call?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId)
  expect(outer?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId)
  expect(byName('inner')?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
  const [inner, wrapper, whole] = ['inner', 'outer', 'atelier.task'].map((name) =>
    events.findLast((event) => event.name === name),
  )
  // Strictly inside: times that were merely clamped would coincide with the call's own edges.
  expect(wrapper?.startTime).toBeGreaterThan(whole?.startTime ?? Number.NaN)
  expect(wrapper?.endTime).toBeLessThan(whole?.endTime ?? Number.NaN)
  expect(inner?.startTime).toBeGreaterThanOrEqual(wrapper?.startTime ?? Number.NaN)
  expect(inner?.endTime).toBeLessThanOrEqual(wrapper?.endTime ?? Number.NaN)
})

it("tells the worker the traceparent of the call's span", async () => {
  const { spans, provider } = sdk()
  otelTrace.setGlobalTracerProvider(provider)
  const { task } = lab()
  const { traceparent } = await task.context()
  const [span] = spans.getFinishedSpans()
  expect(traceparent).toBe(`00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01`)
})

it('makes no traceparent and no measure when telemetry is off', async () => {
  const { task } = lab({}, { otel: false, performance: false })
  expect((await task.context()).traceparent).toBeNull()
  expect(performance.getEntriesByType('measure')).toEqual([])
})

it('works without an SDK, with ids of its own', async () => {
  const { task } = lab()
  expect((await task.context()).traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  const [measure] = performance.getEntriesByType('measure')
  expect(measure?.name).toMatch(/^atelier:span:[0-9a-f]{16}$/)
})

it('gives a rejected and an aborted call their span too', async () => {
  const { spans, provider } = sdk()
  otelTrace.setGlobalTracerProvider(provider)
  const { task } = lab()
  await rejection(task.with({ signal: AbortSignal.abort() }).add(1, 1))
  const [span] = spans.getFinishedSpans()
  expect(span?.attributes).toMatchObject({ 'atelier.canceled': true, 'atelier.attempt.count': 0 })
})

it('counts names that are no methods together, on all metrics', async () => {
  const { spans, provider, meters, attributes } = sdk()
  otelTrace.setGlobalTracerProvider(provider)
  metrics.setGlobalMeterProvider(meters)
  const { task } = lab()
  const names = task as unknown as Record<string, () => Promise<unknown>>
  // Some before the worker has said what it has, some after.
  const early = ['first', 'second'].map((name) => rejection(names[name]?.() as Promise<unknown>))
  await Promise.all(early)
  await task.add(1, 1)
  await Promise.all(['third', 'fourth'].map((name) => rejection(names[name]?.() as Promise<unknown>)))
  const methods = (await attributes()).flatMap((each) => each['atelier.task.method'] ?? [])
  expect(new Set(methods)).toEqual(new Set(['add', '_OTHER']))
  // A span is no series: it has the name that was called.
  expect(spans.getFinishedSpans().map((span) => span.attributes['atelier.task.method'])).toContain('third')
})

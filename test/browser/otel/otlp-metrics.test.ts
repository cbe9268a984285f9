/** Metrics through the real exporter, decoded by the published definitions, against what the program did. */
import type { SpanEvent } from 'atelier-react/core'
import { expect, it } from 'vitest'
import { rejection } from '../fixtures/lab.ts'
import { exporting, otelLab, total } from './bench.ts'

const boundaries = [1, 2, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

it('sums, units, kinds and boundaries are those of the program', async () => {
  const { sdk, received } = exporting()
  sdk.register()
  const { task, events } = otelLab({
    maxWorkers: 1,
    maxQueueDepth: 2,
    queuePolicy: 'reject',
    taskName: 'Otel',
  })
  for (let call = 0; call < 20; call++)
    expect(await task.with({ key: `k${call}` }).add(call, 1)).toBe(call + 1)
  for (let call = 0; call < 3; call++) await rejection(task.fail('no'))
  const running = task.wait()
  await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(1)
  const waiting = [task.add(1, 1), task.add(2, 2)]
  await rejection(task.add(3, 3))
  running.abort()
  await rejection(running)
  await Promise.all(waiting)

  const { metrics } = await received()
  const made = { success: 22, failure: 3, canceled: 1, rejected: 1 }
  const sums = Object.keys(made).map((outcome) => [outcome, total(metrics, `task.${outcome}.total`)])
  expect(Object.fromEntries(sums)).toEqual(made)
  // All but the one that was turned away.
  expect(total(metrics, 'task.dispatch.total')).toBe(26)
  expect(total(metrics, 'task.requeue.total')).toBe(0)
  expect(total(metrics, 'worker.spawn.total')).toBe(1)

  const spans = events.filter((event): event is SpanEvent => event.kind === 'span')
  expect(spans).toHaveLength(27)
  const sumOf = (read: (span: SpanEvent) => number | undefined) =>
    spans.reduce((sum, span) => sum + (read(span) ?? 0), 0)
  const expected = {
    'task.duration_ms': { count: 27, sum: sumOf(({ startTime, endTime }) => endTime - startTime) },
    'queue.wait_ms': { count: 26, sum: sumOf(({ queueWaitMs }) => queueWaitMs) },
    'task.run_ms': {
      count: spans.filter(({ runMs }) => runMs !== undefined).length,
      sum: sumOf(({ runMs }) => runMs),
    },
  }
  for (const [name, { count, sum }] of Object.entries(expected)) {
    const metric = metrics.find((one) => one.name === name)
    expect(metric).toMatchObject({ unit: 'ms', kind: 'histogram' })
    expect(total(metrics, name)).toBe(count)
    expect(metric?.points.reduce((all, point) => all + (point.sum ?? 0), 0)).toBeCloseTo(sum, 6)
    for (const { bounds, buckets, count: inAll } of metric?.points ?? []) {
      expect(bounds).toEqual(boundaries)
      expect(buckets?.reduce((all, bucket) => all + bucket, 0)).toBe(inAll)
    }
  }

  const shape = metrics
    .filter(({ scope }) => scope.name === 'atelier')
    .map(({ name, unit, kind, monotonic }) => `${name} ${unit} ${monotonic ? 'counter' : kind}`)
  expect(shape.sort()).toEqual([
    'queue.ahead {task} gauge',
    'queue.blocked {task} gauge',
    'queue.in_flight {task} gauge',
    'queue.pending {task} gauge',
    'queue.wait_ms ms histogram',
    'task.canceled.total {task} counter',
    'task.dispatch.total {task} counter',
    'task.duration_ms ms histogram',
    'task.failure.total {task} counter',
    'task.rejected.total {task} counter',
    'task.run_ms ms histogram',
    'task.success.total {task} counter',
    'worker.spawn.total {worker} counter',
    'workers.active {worker} gauge',
    'workers.limit {worker} gauge',
  ])
  for (const gauge of ['queue.in_flight', 'queue.pending', 'queue.ahead', 'queue.blocked']) {
    expect([gauge, total(metrics, gauge)]).toEqual([gauge, 0])
  }
  expect([total(metrics, 'workers.active'), total(metrics, 'workers.limit')]).toEqual([1, 1])

  const names = new Set(
    metrics.flatMap(({ points }) => points.flatMap(({ attributes }) => Object.keys(attributes))),
  )
  expect([...names].sort()).toEqual([
    'atelier.cancel.reason',
    'atelier.outcome',
    'atelier.queue.policy',
    'atelier.task.id',
    'atelier.task.method',
    'atelier.task.name',
    'atelier.task.type',
    'atelier.worker.index',
    'error.type',
  ])
})

it('providers that come after the runtime and its first calls get what comes after', async () => {
  const { task } = otelLab()
  await task.add(1, 1)
  const { sdk, received } = exporting()
  sdk.register()
  await task.add(2, 2)
  await task.add(3, 3)
  const { spans, metrics } = await received()
  expect(spans.map(({ name }) => name)).toEqual(['atelier.task', 'atelier.task'])
  expect(total(metrics, 'task.success.total')).toBe(2)
  expect(total(metrics, 'task.duration_ms')).toBe(2)
  expect(total(metrics, 'workers.active')).toBe(1)
})

it('an injected tracer and meter get everything, the global ones nothing', async () => {
  const global = exporting()
  global.sdk.register()
  const { sdk, received } = exporting()
  const { task } = otelLab({}, { otel: { tracer: sdk.tracer, meter: sdk.meter } })
  await task.add(1, 1)
  const { spans, metrics } = await received()
  expect(spans.map(({ scope }) => scope.name)).toEqual(['injected'])
  expect(total(metrics, 'task.success.total')).toBe(1)
  expect(await global.received()).toMatchObject({ spans: [], metrics: [] })
})

it('several runtimes with tasks of one id do not overwrite each other', async () => {
  const { sdk, received } = exporting()
  sdk.register()
  const labs = [otelLab(), otelLab({ maxWorkers: 3 }, { name: 'search' })]
  for (const { task } of labs) await task.add(1, 1)
  labs[1]?.task.control.dispose()
  const { spans, metrics } = await received()
  expect(spans).toHaveLength(2)
  const limits = metrics.find(({ name }) => name === 'workers.limit')?.points ?? []
  expect(limits.map(({ attributes, value }) => [attributes['atelier.runtime.name'], value])).toEqual([
    [undefined, 2],
    // Disposed of, and still there.
    ['search', 0],
  ])
})

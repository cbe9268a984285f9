/** What docs/security.md promises: what telemetry holds, what a strict page allows, what the names of locks tell. */
import { metrics, trace as otelTrace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import type { RuntimeEvent } from 'atelier-react/core'
import { lab, rejection } from './fixtures/lab.ts'
import type { StrictPage } from './fixtures/strict-page.ts'
import type { StrictPanel } from './fixtures/strict-panel.ts'

/** Stands in every argument, result, progress value and item that the test sends. */
const MARKER = 'the-payload-4711'

afterEach(() => {
  otelTrace.disable()
  metrics.disable()
  performance.clearMeasures()
})

/** Everything that telemetry writes while the test runs, as text. */
function outputs() {
  const spans = new InMemorySpanExporter()
  otelTrace.setGlobalTracerProvider(
    new WebTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  )
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
  metrics.setGlobalMeterProvider(meters)
  const events: RuntimeEvent[] = []
  const measures = () => performance.getEntriesByType('measure') as PerformanceMeasure[]
  return {
    events,
    spans: () => spans.getFinishedSpans(),
    measures,
    async dump(): Promise<{ [sink: string]: string }> {
      await meters.forceFlush()
      return {
        spans: JSON.stringify(
          spans.getFinishedSpans().map(({ name, attributes, events: told, status, links }) => ({
            name,
            attributes,
            told,
            status,
            links,
          })),
        ),
        measures: JSON.stringify(measures().map(({ name, detail }) => ({ name, detail: detail as unknown }))),
        events: JSON.stringify(events),
        metrics: JSON.stringify(exporter.getMetrics().map(({ scopeMetrics }) => scopeMetrics)),
      }
    },
  }
}

describe('telemetry', () => {
  it('holds no argument, result, item or progress value, however the call ends', async () => {
    const out = outputs()
    const { runtime, task } = lab({ maxWorkers: 1, maxQueueDepth: 2, queuePolicy: 'reject' })
    onTestFinished(runtime.subscribeEvents((event) => out.events.push(event)))
    const payload = { [MARKER]: MARKER, list: [MARKER], map: new Map([[MARKER, MARKER]]) }
    expect(await task.echo(payload)).toEqual(payload)
    const bytes = new TextEncoder().encode(MARKER).buffer
    expect(await task.with({ transfer: [bytes] }).length(bytes)).toBe(MARKER.length)
    const stop = new AbortController()
    const open = [
      task.with({ signal: stop.signal }).wait(MARKER),
      task.with({ timeoutMs: { queue: 0 } }).echo(MARKER),
      task.echo([MARKER]),
      task.echo(new Set([MARKER])),
    ]
    const settled = Promise.allSettled(open)
    await expect.poll(() => task.control.getSnapshot().counts.failed).toBe(1)
    stop.abort()
    expect((await settled).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
    ])
    await rejection(task.echo({ hidden: [MARKER, { run: () => 1 }] }))
    await rejection((task.die as (value: string) => Promise<unknown>)(MARKER))
    const progress: unknown[] = []
    const items = task.with({ onProgress: (value) => progress.push(value) }).everyWay(MARKER)
    for await (const item of items) expect(item).toBe(MARKER)
    expect(await Promise.resolve(items)).toBe(MARKER)
    expect(progress).toEqual([MARKER])

    const dump = await out.dump()
    for (const text of Object.values(dump)) {
      expect(text).toContain('lab')
      expect(text).not.toContain(MARKER)
    }
    expect(out.spans().length).toBe(out.measures().length)
    expect(out.spans().length).toBeGreaterThan(8)
  })

  it('holds what the application gives it: keys, attributes, names, reasons, the messages of errors', async () => {
    const out = outputs()
    const { runtime, task } = lab({
      methods: {
        add: { attributes: () => ({ chosen: 'of-the-payload' }) },
        wait: { attributes: () => ({ chosen: 'of-the-payload' }) },
        throwMessage: { attributes: () => ({ chosen: 'of-the-payload' }) },
      },
    })
    onTestFinished(runtime.subscribeEvents((event) => out.events.push(event)))
    const mine = task.with({ key: 'my-key', attributes: { extra: 'my-attribute' } })
    await mine.add(1)
    const call = mine.wait('gate')
    call.abort(new Error('my-reason'))
    await rejection(call)
    await rejection(task.throwMessage(`my-message ${'x'.repeat(1_000)}`))
    const { spans, measures, events } = await out.dump()
    for (const text of [spans, measures, events]) {
      for (const given of ['my-key', 'my-attribute', 'of-the-payload', 'my-reason', 'my-message'])
        expect(text).toContain(given)
    }
    // Events, measures and the status of a span hold the beginning; the exception that OpenTelemetry records is whole.
    const long = 'x'.repeat(500)
    expect(measures).not.toContain(long)
    expect(events).not.toContain(long)
    const failed = out.spans().find(({ status }) => status.message?.startsWith('my-message'))
    expect(failed?.status.message).toHaveLength(500)
    expect(failed?.events[0]?.attributes?.['exception.message']).toHaveLength('my-message '.length + 1_000)
  })
})

it('runs under a policy without exceptions: no eval, no inline code, no blob, Trusted Types enforced', async () => {
  const page = await strictPage<StrictPage>(new URL('./fixtures/strict-page.ts', import.meta.url).href)
  expect(page.results).toEqual([3, { nested: [1, 2] }, [1, 2, 3], 'TypeError'])
  expect(page.violations).toEqual([])
  // The worker that the page's own factory makes, and nothing else.
  expect(page.scripts).toHaveLength(1)
  expect(page.refused).toBe('TypeError')
})

it('shows the panel of developer tools there, each view of it', async () => {
  const page = await strictPage<StrictPanel>(new URL('./fixtures/strict-panel.ts', import.meta.url).href)
  expect(page).toEqual({
    views: ['Timeline', 'Tasks', 'Calls', 'Traces', 'Events'],
    rowHeight: 24,
    violations: [],
  })
})

/** A page of its own under the strictest policy there is, with one script. */
async function strictPage<Outcome>(script: string): Promise<Outcome> {
  const frame = document.createElement('iframe')
  const policy = [
    "default-src 'none'",
    // Firefox takes 'self' in the policy of a frame without an address for no origin at all.
    `script-src ${location.origin}`,
    `worker-src ${location.origin}`,
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" src="${script}"></script>`
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  document.body.append(frame)
  onTestFinished(() => frame.remove())
  await loaded
  return (frame.contentWindow as unknown as { outcome: Promise<Outcome> }).outcome
}

it('names its locks by random text, not by tasks or keys', async () => {
  const { task } = lab({ taskId: 'secret-task', taskName: 'secret-name' })
  await task.with({ key: 'secret-key' }).add(1)
  await expect.poll(async () => (await ours()).length).toBeGreaterThan(0)
  for (const name of await ours()) expect(name).toMatch(/^atelier:[\da-z-]+(:\d+)?$/)
  expect((await ours()).join(' ')).not.toContain('secret')
})

async function ours(): Promise<string[]> {
  const { held = [], pending = [] } = await navigator.locks.query()
  return [...held, ...pending].map(({ name = '' }) => name).filter((name) => name.startsWith('atelier'))
}

describe('an argument that the caller changes after the call', () => {
  it('is read when the call is posted: at the end of the turn, or when a worker has room for it', async () => {
    const { task } = lab({ type: 'singleton', maxWorkers: undefined, maxQueueDepth: 10 })
    await task.add(1)
    const running = task.spin(150)
    const next = { turn: 'that of the call' }
    const later = { turn: 'that of the call' }
    const calls = [task.echo(next), task.echo(later)]
    // Within the turn the change is seen.
    next.turn = 'the same'
    later.turn = 'the same'
    await macrotask()
    // One call was handed to the busy worker, the other waits on the page.
    next.turn = 'a later one'
    later.turn = 'a later one'
    expect(await Promise.all(calls)).toEqual([{ turn: 'the same' }, { turn: 'a later one' }])
    await running
  })

  it('is read late also when it is large, or transferred', async () => {
    const { task } = lab({ maxWorkers: 1 })
    await task.add(1)
    const large = { rows: Array.from({ length: 10_000 }, () => 1) }
    const sum = task.echo(large)
    large.rows[0] = 2
    const bytes = new ArrayBuffer(8)
    const length = task.with({ transfer: [bytes] }).length(bytes)
    expect(bytes.byteLength).toBe(8)
    expect(await sum).toMatchObject({ rows: expect.arrayContaining([2]) as unknown })
    expect(await length).toBe(8)
    expect(bytes.byteLength).toBe(0)
  })
})

function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Calls made before telemetry is there, for the test to read what was told of them. */
import { createTaskRuntime, type RuntimeEvent } from 'atelier-react/core'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { LateApi } from './late.worker.ts'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
)
const problems: string[] = []
addEventListener('unhandledrejection', ({ reason }) => problems.push(String(reason)))

const runtime = createTaskRuntime()
const events: RuntimeEvent[] = []
runtime.subscribeEvents((event) => events.push(event))
const task = runtime.defineTask<LateApi>({
  type: 'parallel',
  taskId: 'late',
  maxWorkers: 1,
  worker: () => new Worker('/late.worker.js', { type: 'module' }),
})

export interface Told {
  readonly results: readonly unknown[]
  readonly spans: readonly string[]
  readonly measures: readonly string[]
  readonly events: readonly string[]
  /** Whether the measure of the first call was there when its promise resolved. */
  readonly isPrompt: boolean
  /** Whether the first handler knew the span that was written of its call. */
  readonly knewItsSpan: boolean
  readonly problems: readonly string[]
}

const measuresOfCalls = () =>
  (performance.getEntriesByType('measure') as PerformanceMeasure[]).filter(({ name }) =>
    name.startsWith('atelier:'),
  )

async function tell(): Promise<Told> {
  const doc = runtime.createTrace('doc:1')
  const header = await task
    .with({ trace: doc })
    .parent()
    .catch(() => undefined)
  const isPrompt = measuresOfCalls().length > 0
  const inTrace = task.with({ trace: doc })
  // One after the other: whether a call is handed to a busy worker is a matter of timing.
  const [two] = await Promise.allSettled([inTrace.echo('two')])
  const [failed] = await Promise.allSettled([inTrace.fail()])
  const [parsed] = await Promise.allSettled([inTrace.inside()])
  const results = [two, failed, parsed]
  doc.end({ status: 'ok' })
  // What the test waits for where telemetry is held back, or refused.
  await fetch('/settled')
  const until = performance.now() + 5_000
  while (exporter.getFinishedSpans().length < 6 && performance.now() < until && !location.search)
    await new Promise(requestAnimationFrame)
  const spans = exporter.getFinishedSpans()
  const spanId = header?.split('-')[2]
  return {
    results: results.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason))),
    spans: spans.map(
      ({ name, status, attributes }) => `${name} ${status.code} ${Object.keys(attributes).join()}`,
    ),
    measures: measuresOfCalls().map(
      ({ name, detail }) => `${name.split(':')[1]} ${Object.keys(detail).join()}`,
    ),
    events: events
      .filter(({ kind }) => kind !== 'gauge')
      .map((event) => ('name' in event ? event.name : event.kind)),
    isPrompt,
    knewItsSpan: spans.some((span) => span.spanContext().spanId === spanId),
    problems,
  }
}

Object.assign(globalThis, { told: tell() })

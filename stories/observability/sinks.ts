/** Reads the spans of a trace out of each sink, as a consumer of that sink would. */
import type { ChromeTrace } from 'atelier-react'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { WebTracerProvider } from '@opentelemetry/sdk-trace-web'

/** What all of them know of a call. Times are in milliseconds, on the clock of the sink. */
export interface SinkSpan {
  readonly spanId: string
  readonly parentId: string | undefined
  readonly traceId: string
  readonly key: string
  readonly start: number
  readonly end: number
}

export type Tracer = ReturnType<typeof openTracer>

export function openTracer() {
  const exporter = new InMemorySpanExporter()
  const provider = new WebTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  return {
    tracer: provider.getTracer('story'),
    spans: () => exporter.getFinishedSpans(),
    forget: () => exporter.reset(),
  }
}

/** The spans of calls: the root of the trace has no key. */
export function fromSpans(spans: readonly ReadableSpan[]): readonly SinkSpan[] {
  const time = ([seconds, nanos]: readonly [number, number]) =>
    // Since the page began: the milliseconds since 1970 would leave no room for microseconds.
    seconds * 1_000 - performance.timeOrigin + nanos / 1_000_000
  return inOrder(
    spans.flatMap((span) => {
      const key = span.attributes['atelier.call.key']
      if (typeof key !== 'string') return []
      const { spanId, traceId } = span.spanContext()
      const parentId = span.parentSpanContext?.spanId
      return { spanId, traceId, parentId, key, start: time(span.startTime), end: time(span.endTime) }
    }),
  )
}

const PREFIX = 'atelier:span:'

/** Of this trace. Measures may be written a turn after the calls have settled: waits for the four of them. */
export function fromMeasures(traceId: string, count = 4): Promise<readonly SinkSpan[]> {
  const found = new Map<string, SinkSpan>()
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const span = ofMeasure(entry)
        if (span?.traceId === traceId) found.set(span.spanId, span)
      }
      if (found.size < count) return
      observer.disconnect()
      resolve(inOrder([...found.values()]))
    })
    observer.observe({ type: 'measure', buffered: true })
  })
}

function ofMeasure(entry: PerformanceEntry): SinkSpan | undefined {
  if (!entry.name.startsWith(PREFIX)) return undefined
  const detail = (entry as PerformanceMeasure).detail as Readonly<Record<string, unknown>>
  return {
    spanId: String(detail['spanId']),
    traceId: String(detail['traceId']),
    parentId: detail['parentSpanId'] === undefined ? undefined : String(detail['parentSpanId']),
    key: String(detail['key']),
    start: entry.startTime,
    end: entry.startTime + entry.duration,
  }
}

/** A call is two pairs of events, its wait and its run, each on a track. */
export function fromFile({ traceEvents }: ChromeTrace): readonly SinkSpan[] {
  const ends = new Map(traceEvents.flatMap(({ ph, id, ts }) => (ph === 'e' ? [[id, ts] as const] : [])))
  const spans = new Map<string, SinkSpan>()
  for (const event of traceEvents) {
    if (event.ph !== 'b') continue
    const facts = JSON.parse(String(event.args['detail'])) as Readonly<Record<string, string | undefined>>
    const { spanId = '', traceId = '', parentSpanId: parentId, key } = facts
    if (key === undefined) continue
    const start = event.ts / 1_000
    const end = (ends.get(event.id) ?? event.ts) / 1_000
    const before = spans.get(spanId)
    spans.set(spanId, {
      ...{ spanId, traceId, parentId, key },
      start: Math.min(start, before?.start ?? start),
      end: Math.max(end, before?.end ?? end),
    })
  }
  return inOrder([...spans.values()])
}

function inOrder(spans: readonly SinkSpan[]): readonly SinkSpan[] {
  return spans.toSorted((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1))
}

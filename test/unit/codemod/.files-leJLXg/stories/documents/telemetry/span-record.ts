/** Reads Atelier's span measures from the browser's performance timeline, as any consumer can. */

export interface SpanRecord {
  readonly spanId: string
  readonly traceId: string | undefined
  readonly traceName: string | undefined
  readonly taskName: string
  readonly method: string
  readonly workerIndex: number | undefined
  readonly queueWaitMs: number
  readonly runMs: number
  readonly status: 'ok' | 'error' | 'canceled'
  readonly start: number
  readonly duration: number
}

const spanPrefix = 'atelier:span:'

/** `undefined` for a measure that is not Atelier's. */
export function toSpanRecord(entry: PerformanceEntry): SpanRecord | undefined {
  if (!entry.name.startsWith(spanPrefix)) return undefined
  const detail = ((entry as PerformanceMeasure).detail ?? {}) as Readonly<Record<string, unknown>>
  const status = detail['status']
  return {
    spanId: text(detail['spanId']) ?? entry.name.slice(spanPrefix.length),
    traceId: text(detail['traceId']),
    traceName: text(detail['traceName']),
    taskName: text(detail['taskName']) ?? text(detail['taskId']) ?? 'unnamed',
    method: text(detail['method']) ?? '',
    workerIndex: typeof detail['workerIndex'] === 'number' ? detail['workerIndex'] : undefined,
    queueWaitMs: number(detail['queueWaitMs']),
    runMs: number(detail['runMs']),
    status: status === 'error' || status === 'canceled' ? status : 'ok',
    start: entry.startTime,
    duration: entry.duration,
  }
}

/** Calls back with spans as they end, those already in the timeline included. Returns how to stop. */
export function observeSpans(onSpans: (spans: readonly SpanRecord[]) => void): () => void {
  const observer = new PerformanceObserver((list) => {
    const spans = list.getEntries().flatMap((entry) => toSpanRecord(entry) ?? [])
    if (spans.length > 0) onSpans(spans)
  })
  observer.observe({ type: 'measure', buffered: true })
  return () => observer.disconnect()
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

/** What a consumer makes of raw spans: percentiles per task, busy share per worker, sums per trace. Pure. */
import type { SpanRecord } from './span-record.ts'

export interface TaskStats {
  readonly taskName: string
  readonly spans: number
  readonly failures: number
  /** Milliseconds from the call to its settlement. */
  readonly p50: number
  readonly p95: number
  /** Milliseconds on the worker. */
  readonly runP50: number
  readonly runP95: number
}

export interface WorkerStats {
  readonly taskName: string
  readonly index: number
  readonly calls: number
  /** Share of the wall time in which it ran a call, 0 to 1. */
  readonly busyShare: number
}

export interface TraceStats {
  readonly traceId: string
  readonly name: string
  readonly totalMs: number
  readonly waitedMs: number
  readonly ranMs: number
}

/** The smallest value that at least this share of the values does not exceed; 0 of none. */
export function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.ceil(sorted.length * share) - 1
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? 0
}

export function statsByTask(spans: readonly SpanRecord[]): TaskStats[] {
  return [...groupBy(spans, (span) => span.taskName)].map(([taskName, group]) => {
    const durations = ascending(group.map((span) => span.duration))
    const runs = ascending(group.filter((span) => span.status === 'ok').map((span) => span.runMs))
    return {
      taskName,
      spans: group.length,
      failures: group.filter((span) => span.status === 'error').length,
      p50: percentile(durations, 0.5),
      p95: percentile(durations, 0.95),
      runP50: percentile(runs, 0.5),
      runP95: percentile(runs, 0.95),
    }
  })
}

export function statsByWorker(spans: readonly SpanRecord[], wallMs: number): WorkerStats[] {
  const ran = spans.filter((span) => span.workerIndex !== undefined)
  return [...groupBy(ran, (span) => `${span.taskName}\n${span.workerIndex}`).values()]
    .map((group) => {
      const busy = group.reduce((sum, span) => sum + span.runMs, 0)
      const { taskName = '', workerIndex = 0 } = group[0] ?? {}
      const busyShare = wallMs > 0 ? Math.min(1, busy / wallMs) : 0
      return { taskName, index: workerIndex, calls: group.length, busyShare }
    })
    .sort((a, b) => (a.taskName < b.taskName ? -1 : a.taskName > b.taskName ? 1 : a.index - b.index))
}

/**
 * Per trace, but for those with a canceled call: they did not take long, they were stopped. What is neither waiting nor
 * running was spent on the way between threads.
 */
export function statsByTrace(spans: readonly SpanRecord[]): TraceStats[] {
  const traced = spans.filter((span) => span.traceId !== undefined && span.traceName !== undefined)
  const groups = [...groupBy(traced, (span) => span.traceId ?? '')]
  const finished = groups.filter(([, group]) => group.every((span) => span.status !== 'canceled'))
  return finished.map(([traceId, group]) => {
    const start = Math.min(...group.map((span) => span.start))
    const end = Math.max(...group.map((span) => span.start + span.duration))
    return {
      traceId,
      name: group[0]?.traceName ?? traceId,
      totalMs: end - start,
      waitedMs: group.reduce((sum, span) => sum + span.queueWaitMs, 0),
      ranMs: group.reduce((sum, span) => sum + span.runMs, 0),
    }
  })
}

export function largest(traces: readonly TraceStats[], of: 'totalMs' | 'ranMs', limit: number): TraceStats[] {
  return traces.toSorted((a, b) => b[of] - a[of]).slice(0, limit)
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b)
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

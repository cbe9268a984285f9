/** What a run came to, as plain data: for the page's test handle and the table of the headless run. */
import type { RuntimeSnapshot } from 'atelier-react'
import type { Demo } from './demo.ts'
import type { DocumentRow, Totals } from './document-store.ts'
import type { SessionPhase } from './session.ts'
import type { SpanSummary } from './telemetry/span-log.ts'

export interface DemoSummary extends Omit<SpanSummary, 'slowest' | 'heaviest'> {
  readonly documents: Totals
  /** Undefined: no task of the main thread was longer than the threshold. */
  readonly longestTaskMs: number | undefined
  readonly longTaskThresholdMs: number
  readonly failed: readonly { readonly title: string; readonly reason: string }[]
}

/** What a test or a headless run may ask of the page. */
export interface DemoHandle {
  /** `settled` once all documents are done, failed or canceled. */
  phase(): SessionPhase
  summary(): DemoSummary
  rows(): readonly DocumentRow[]
  snapshot(): RuntimeSnapshot
}

export function createHandle(demo: Demo): DemoHandle {
  return {
    phase: () => demo.session.getPhase(),
    summary: () => summarize(demo),
    rows: () => demo.session.store.rows(),
    snapshot: () => demo.runtime.getRuntimeSnapshot(),
  }
}

function summarize({ session, spans, longTasks }: Demo): DemoSummary {
  const { slowest: _slowest, heaviest: _heaviest, ...telemetry } = spans.current()
  const { longestMs, thresholdMs } = longTasks.getReport()
  return {
    ...telemetry,
    documents: session.store.getTotals(),
    longestTaskMs: longestMs,
    longTaskThresholdMs: thresholdMs,
    failed: session.store
      .rows()
      .filter((row) => row.state === 'failed')
      .map(({ title, reason = '' }) => ({ title, reason })),
  }
}

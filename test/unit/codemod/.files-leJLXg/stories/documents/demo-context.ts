/** Hands the demo down the tree, and reads its stores. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Demo } from './demo.ts'
import type { DocumentFilter, DocumentRow, Totals } from './document-store.ts'
import type { SessionPhase } from './session.ts'
import type { LongTaskReport } from './telemetry/long-tasks.ts'
import type { SpanSummary } from './telemetry/span-log.ts'

const DemoContext = createContext<Demo | undefined>(undefined)
export const DemoProvider = DemoContext.Provider

export function useDemo(): Demo {
  const demo = useContext(DemoContext)
  if (!demo) throw new Error('useDemo is for components inside DocumentsDemo.')
  return demo
}

export function usePhase(): SessionPhase {
  const { session } = useDemo()
  return useSyncExternalStore(session.subscribe, session.getPhase)
}

export function useTotals(): Totals {
  const { store } = useDemo().session
  return useSyncExternalStore(store.subscribe, store.getTotals)
}

export function useFilteredIds(filter: DocumentFilter): readonly string[] {
  const { store } = useDemo().session
  return useSyncExternalStore(store.subscribe, () => store.getFiltered(filter))
}

export function useRow(id: string): DocumentRow | undefined {
  const { store } = useDemo().session
  return useSyncExternalStore(store.subscribe, () => store.getRow(id))
}

export function useSpanSummary(): SpanSummary {
  const { spans } = useDemo()
  return useSyncExternalStore(spans.subscribe, spans.getSummary)
}

export function useLongTasks(): LongTaskReport {
  const { longTasks } = useDemo()
  return useSyncExternalStore(longTasks.subscribe, longTasks.getReport)
}

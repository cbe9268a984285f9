/** A trace in figures. */
import { criticalPath, treeOf } from './critical-path.ts'
import type { PathPhase, PathSegment, TraceSummary } from './results.ts'
import type { CallRow, CallStatus, RootRow } from './types.ts'

const OPEN: readonly CallStatus[] = ['blocked', 'pending', 'starting', 'running']
const FAILED: readonly CallStatus[] = ['failed', 'rejected']

/** The figures of the calls of one trace. There must be at least one call. */
export function summaryOf(calls: readonly CallRow[], root: RootRow | undefined, now: number): TraceSummary {
  const tree = treeOf(calls, root, now)
  const path = criticalPath(tree, now)
  const [first] = calls as [CallRow]
  return {
    traceId: first.traceId,
    name: root?.name ?? first.traceName,
    startTime: tree.start,
    endTime: tree.end,
    isOpen: calls.some(({ status }) => OPEN.includes(status)),
    totalMs: tree.end - tree.start,
    waitedMs: msOf(path, 'blocked', 'pending'),
    ranMs: msOf(path, 'running'),
    pageMs: msOf(path, 'page', 'returning'),
    calls: calls.length,
    errors: calls.filter(({ status }) => FAILED.includes(status)).length,
  }
}

/** How much of a path was spent in these phases. */
export function msOf(path: readonly PathSegment[], ...phases: readonly PathPhase[]): number {
  return path.reduce((sum, { phase, start, end }) => sum + (phases.includes(phase) ? end - start : 0), 0)
}

/** A trace as lines: the trace, its calls, the spans of their handlers, and the page's share of its critical path. */
import { endOf, phasesOf } from './call-times.ts'
import { type CallNode, criticalPath, type TraceTree } from './critical-path.ts'
import type { PathSegment, WaterfallRow } from './results.ts'
import type { CallRow, SpanRow } from './types.ts'

/** The lines of a trace from top to bottom, siblings in the order of their starts. */
export function waterfallOf(tree: TraceTree, spans: readonly SpanRow[], now: number): WaterfallRow[] {
  const path = criticalPath(tree, now)
  const critical = new Set(path.map(({ call }) => call))
  const rows: WaterfallRow[] = [traceRow(tree)]
  const page = path.filter(({ phase }) => phase === 'page')
  if (page.length > 0) rows.push(pageRow(tree, page))
  const spansOf = new Map<number, SpanRow[]>()
  for (const span of spans) {
    const own = spansOf.get(span.row)
    if (own === undefined) spansOf.set(span.row, [span])
    else own.push(span)
  }
  for (const node of byStart(tree.roots)) addCall(rows, node, 1, spansOf, critical, now)
  return rows
}

/** The lines that remain visible when the descendants of those in `collapsed` are hidden. */
export function visibleRows(rows: readonly WaterfallRow[], collapsed: ReadonlySet<string>): WaterfallRow[] {
  const visible: WaterfallRow[] = []
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const row of rows) {
    if (row.depth > hiddenBelow) continue
    hiddenBelow = collapsed.has(row.id) ? row.depth : Number.POSITIVE_INFINITY
    visible.push(row)
  }
  return visible
}

function traceRow({ root, roots, start, end }: TraceTree): WaterfallRow {
  const first = roots[0]?.call
  return {
    id: 'trace',
    kind: 'trace',
    label: root?.name ?? first?.traceName ?? 'trace',
    depth: 0,
    startTime: start,
    endTime: end,
    phases: [],
    isCritical: true,
    hasError: root?.status === 'error',
    childCount: roots.length,
  }
}

function pageRow({ start, end }: TraceTree, phases: readonly PathSegment[]): WaterfallRow {
  return {
    id: 'page',
    kind: 'page',
    label: 'page',
    depth: 1,
    startTime: phases[0]?.start ?? start,
    endTime: phases.at(-1)?.end ?? end,
    phases,
    isCritical: true,
    hasError: false,
    childCount: 0,
  }
}

function addCall(
  rows: WaterfallRow[],
  { call, children }: CallNode,
  depth: number,
  spansOf: ReadonlyMap<number, readonly SpanRow[]>,
  critical: ReadonlySet<CallRow | undefined>,
  now: number,
): void {
  const own = spansOf.get(call.row) ?? []
  const ids = new Set(own.map(({ spanId }) => spanId))
  const top = own.filter(({ parentSpanId }) => !ids.has(parentSpanId))
  rows.push({
    id: call.spanId,
    kind: 'call',
    label: `${call.taskName ?? call.taskId}.${call.method}`,
    depth,
    startTime: call.createdTime,
    endTime: endOf(call, now),
    phases: phasesOf(call, now).map((phase) => ({ ...phase, call })),
    isCritical: critical.has(call),
    hasError: call.status === 'failed' || call.status === 'rejected',
    childCount: top.length + children.length,
    call,
  })
  for (const span of spansByStart(top)) addSpan(rows, span, depth + 1, own, call, new Set())
  for (const child of byStart(children)) addCall(rows, child, depth + 1, spansOf, critical, now)
}

function addSpan(
  rows: WaterfallRow[],
  span: SpanRow,
  depth: number,
  all: readonly SpanRow[],
  call: CallRow,
  above: ReadonlySet<string>,
): void {
  const { spanId, name, startTime, endTime, error } = span
  // Ids may come from a file, so a cycle must not loop forever.
  if (above.has(spanId)) return
  const children = all.filter(({ parentSpanId }) => parentSpanId === spanId)
  rows.push({
    id: spanId,
    kind: 'span',
    label: name,
    depth,
    startTime,
    endTime,
    phases: [],
    isCritical: false,
    hasError: error !== undefined,
    childCount: children.length,
    call,
  })
  for (const child of spansByStart(children))
    addSpan(rows, child, depth + 1, all, call, new Set([...above, spanId]))
}

function byStart(nodes: readonly CallNode[]): CallNode[] {
  return [...nodes].sort((a, b) => a.call.createdTime - b.call.createdTime)
}

function spansByStart(spans: readonly SpanRow[]): SpanRow[] {
  return [...spans].sort((a, b) => a.startTime - b.startTime)
}

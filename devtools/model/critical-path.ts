/**
 * Computes what a trace waited for, from start to end, with Jaeger's algorithm. Walk back from the end to the child that
 * finished last before it, and go through that child in the same way. Continue from its start with the child that finished
 * last before that. The time in which no such child was open belongs to the page.
 */
import { endOf, phasesOf } from './call-times.ts'
import type { PathSegment } from './results.ts'
import type { CallRow, RootRow, TimeRange } from './types.ts'

/** A trace with its calls as a tree. */
export interface TraceTree extends TimeRange {
  readonly roots: readonly CallNode[]
  readonly root: RootRow | undefined
}

/** A call, and the calls that were made inside it. */
export interface CallNode {
  readonly call: CallRow
  readonly children: readonly CallNode[]
}

/** Builds the tree of calls of one trace. A call whose parent is not among them is a child of the trace itself. */
export function treeOf(calls: readonly CallRow[], root: RootRow | undefined, now: number): TraceTree {
  const nodes = new Map<string, CallNode & { readonly children: CallNode[] }>()
  for (const call of calls) nodes.set(call.spanId, { call, children: [] })
  const roots: CallNode[] = []
  for (const node of nodes.values()) {
    const parent = node.call.parentSpanId === undefined ? undefined : nodes.get(node.call.parentSpanId)
    // Ids may come from a file. A call that is its own ancestor becomes a child of the trace.
    if (parent === undefined || isAbove(node, parent, nodes)) roots.push(node)
    else parent.children.push(node)
  }
  // Don't spread them into Math.min: a trace may have more calls than a function takes arguments.
  const start = calls.reduce(
    (first, { createdTime }) => Math.min(first, createdTime),
    root?.startTime ?? Number.POSITIVE_INFINITY,
  )
  const end = calls.reduce((last, call) => Math.max(last, endOf(call, now)), root?.endTime ?? start)
  return { roots, root, start, end: Math.max(start, end) }
}

/** The critical path in order of time, without overlaps or gaps. */
export function criticalPath(tree: TraceTree, now: number): PathSegment[] {
  const path: PathSegment[] = []
  if (tree.end > tree.start)
    walk(tree.roots, tree.start, tree.end, now, path, (start, end) =>
      path.push({ phase: 'page', start, end }),
    )
  return path.sort((a, b) => a.start - b.start)
}

/** Adds the path from `end` back to `start`, in no order. `own` adds the time that belongs to the parent alone. */
function walk(
  children: readonly CallNode[],
  start: number,
  end: number,
  now: number,
  path: PathSegment[],
  own: (start: number, end: number) => void,
): void {
  let cursor = end
  // If several finished at the same time, take the longest.
  const lastFirst = children
    .map((node) => ({ node, finished: endOf(node.call, now) }))
    .sort((a, b) => b.finished - a.finished || a.node.call.createdTime - b.node.call.createdTime)
  for (const { node: last, finished } of lastFirst) {
    const { call } = last
    if (finished <= start) break
    if (finished > cursor || call.createdTime >= finished) continue
    if (finished < cursor) own(finished, cursor)
    const began = Math.max(start, call.createdTime)
    walk(last.children, began, finished, now, path, (from, to) => addPhases(path, call, from, to, now))
    cursor = began
  }
  if (cursor > start) own(start, cursor)
}

/** The phases of a call within a part of its time. */
function addPhases(path: PathSegment[], call: CallRow, from: number, to: number, now: number): void {
  for (const { phase, start, end } of phasesOf(call, now)) {
    const begin = Math.max(start, from)
    const stop = Math.min(end, to)
    if (stop > begin) path.push({ phase, start: begin, end: stop, call })
  }
}

function isAbove(node: CallNode, from: CallNode, nodes: ReadonlyMap<string, CallNode>): boolean {
  const seen = new Set<CallNode>()
  let each: CallNode | undefined = from
  while (each !== undefined && !seen.has(each)) {
    if (each === node) return true
    seen.add(each)
    each = each.call.parentSpanId === undefined ? undefined : nodes.get(each.call.parentSpanId)
  }
  return false
}

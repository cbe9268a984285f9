/**
 * The list of traces, slowest first. The traces and their durations are read from the columns. A critical path is computed
 * only for visible traces, and only once if the trace is over.
 */
import { summaryOf } from '../model/traces.ts'
import { type DevtoolsSession, type CallRow, type RootRow, STATUSES } from '../model/types.ts'
import type { TraceSummary } from '../model/results.ts'
import type { Choices, TraceWindow } from './panel-state.ts'

const FIRST_CLOSED = STATUSES.indexOf('succeeded')
const MOST_LISTED = 500

/** A trace by its number in the columns, with what determines its position. */
interface Placed {
  readonly trace: number
  /** A slot of one of its calls. */
  readonly slot: number
  start: number
  end: number
  calls: number
  isOpen: boolean
}

/** The parts of a session that the list reads. */
export type TraceSource = Pick<DevtoolsSession, 'version' | 'openCount' | 'columns' | 'callAt' | 'roots'>

export class TraceList {
  private readonly session: TraceSource
  private order: readonly Placed[] = []
  private total = 0
  private madeFor = ''
  /** The figures of traces that were on the screen, by everything that would change them. */
  private summaries = new Map<string, TraceSummary>()

  constructor(session: TraceSource) {
    this.session = session
  }

  windowOf(
    choices: Pick<Choices, 'firstRow' | 'rowCount' | 'traceId'>,
    runtimeId: number | undefined,
    now: number,
  ): TraceWindow {
    const { session } = this
    const made = `${session.version} ${runtimeId}`
    if (made !== this.madeFor || session.openCount > 0) {
      this.madeFor = made
      this.place(runtimeId, now)
    }
    const { order, total } = this
    const { rowCount, traceId } = choices
    const first = Math.max(0, Math.min(choices.firstRow, order.length - rowCount))
    const rows = this.summariesOf(order.slice(first, first + rowCount), runtimeId, now)
    return { total, listed: order.length, first, rows, next: this.after(traceId) }
  }

  /** The id of the next slowest trace. */
  private after(traceId: string | undefined): string | undefined {
    if (traceId === undefined) return undefined
    const number = this.session.columns.traceNumber(traceId)
    const next = this.order[this.order.findIndex(({ trace }) => trace === number) + 1]
    return next && this.session.callAt(next.slot).traceId
  }

  private place(runtimeId: number | undefined, now: number): void {
    const { columns } = this.session
    const placed: Placed[] = []
    const byNumber: Placed[] = []
    for (let rank = 0; rank < columns.length; rank++) {
      const slot = columns.slotAt(rank)
      if (runtimeId !== undefined && columns.lanes[columns.lane[slot] as number]?.runtimeId !== runtimeId)
        continue
      const number = columns.trace[slot] as number
      const settled = columns.settled[slot] as number
      const end = Number.isNaN(settled) ? now : settled
      const isOpen = (columns.status[slot] as number) < FIRST_CLOSED
      const known = byNumber[number]
      if (known === undefined) {
        const start = columns.created[slot] as number
        const one = { trace: number, slot, start, end: Math.max(start, end), calls: 1, isOpen }
        byNumber[number] = one
        placed.push(one)
        continue
      }
      known.calls++
      if (end > known.end) known.end = end
      if (isOpen) known.isOpen = true
    }
    for (const { traceId, startTime, endTime } of this.session.roots()) {
      const one = byNumber[columns.traceNumber(traceId)]
      if (one === undefined) continue
      one.start = Math.min(one.start, startTime)
      one.end = Math.max(one.end, endTime)
    }
    this.total = placed.length
    this.order = slowestOf(placed)
  }

  private summariesOf(
    shown: readonly Placed[],
    runtimeId: number | undefined,
    now: number,
  ): readonly TraceSummary[] {
    const { session } = this
    const before = this.summaries
    this.summaries = new Map()
    const keyOf = ({ trace, slot, start, end, calls, isOpen }: Placed) =>
      isOpen ? undefined : [runtimeId, trace, slot, start, end, calls].join(' ')
    const changed = shown.filter((one) => !before.has(keyOf(one) ?? ''))
    const calls = callsOf(session, new Set(changed.map(({ trace }) => trace)), runtimeId)
    const roots = new Map<string, RootRow>()
    if (changed.length > 0) for (const root of session.roots()) roots.set(root.traceId, root)
    return shown.map((one) => {
      const key = keyOf(one)
      const own = calls.get(one.trace)
      const kept = key === undefined ? undefined : before.get(key)
      const summary = kept ?? summaryOf(own ?? [], roots.get(own?.[0]?.traceId ?? ''), now)
      if (key !== undefined) this.summaries.set(key, summary)
      return summary
    })
  }
}

/** The slowest ones, in order. It does not sort all traces, because there may be one per call. */
function slowestOf(placed: readonly Placed[]): readonly Placed[] {
  const totals = Float64Array.from(placed, ({ start, end }) => end - start).sort()
  const least = totals[totals.length - MOST_LISTED] ?? Number.NEGATIVE_INFINITY
  return placed
    .filter(({ start, end }) => end - start >= least)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, MOST_LISTED)
}

function callsOf(
  { columns, callAt }: TraceSource,
  traces: ReadonlySet<number>,
  runtimeId: number | undefined,
): ReadonlyMap<number, readonly CallRow[]> {
  const calls = new Map<number, CallRow[]>()
  if (traces.size === 0) return calls
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    const trace = columns.trace[slot] as number
    if (!traces.has(trace)) continue
    const call = callAt(slot)
    if (runtimeId !== undefined && call.runtimeId !== runtimeId) continue
    const own = calls.get(trace)
    if (own === undefined) calls.set(trace, [call])
    else own.push(call)
  }
  return calls
}

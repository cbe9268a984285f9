/** The list of calls that match the filter, in the chosen order, open ones on top. Only visible rows are created. */
import { runMs, totalMs, waitMs } from '../model/call-times.ts'
import { parseFilter, suggestions } from '../model/filter.ts'
import type { CallFilter } from '../model/results.ts'
import { type CallRow, type DevtoolsSession, STATUSES } from '../model/types.ts'
import type { CallWindow, Choices, Sort } from './panel-state.ts'

const FIRST_CLOSED = STATUSES.indexOf('succeeded')
const MOST_SUGGESTED_FROM = 500

const KEYS: Record<Exclude<Sort, 'newest'>, (call: CallRow, now: number) => number> = {
  total: totalMs,
  wait: waitMs,
  run: runMs,
}

export class CallList {
  private readonly session: DevtoolsSession
  private slots: readonly number[] = []
  private madeFor = ''

  constructor(session: DevtoolsSession) {
    this.session = session
  }

  windowOf(choices: Choices, runtimeId: number | undefined, now: number): CallWindow {
    const { session } = this
    const { filter: text, sort, rowCount, tab } = choices
    const filter = parseFilter(text)
    const made = `${session.version} ${sort} ${runtimeId} ${text}`
    if (tab === 'calls' && made !== this.madeFor) {
      this.madeFor = made
      this.slots = this.matching(filter, sort, runtimeId, now)
    }
    const first = Math.max(0, Math.min(choices.firstRow, this.slots.length - rowCount))
    const rows = this.slots.slice(first, first + rowCount).map(session.callAt)
    return {
      total: this.slots.length,
      recorded: session.columns.length,
      first,
      rows,
      longestMs: rows.reduce((most, call) => Math.max(most, totalMs(call, now)), 1),
      problems: filter.problems,
      suggestions: text === '' || tab !== 'calls' ? [] : suggestions(text, this.latest()),
    }
  }

  private matching(
    filter: CallFilter,
    sort: Sort,
    runtimeId: number | undefined,
    now: number,
  ): readonly number[] {
    const { columns, callAt } = this.session
    const open: number[] = []
    const closed: number[] = []
    for (let rank = columns.length - 1; rank >= 0; rank--) {
      const slot = columns.slotAt(rank)
      const lane = columns.lanes[columns.lane[slot] as number]
      if (runtimeId !== undefined && lane?.runtimeId !== runtimeId) continue
      if (filter.text !== '' && !filter.matches(callAt(slot), now)) continue
      if ((columns.status[slot] as number) < FIRST_CLOSED) open.push(slot)
      else closed.push(slot)
    }
    if (sort === 'newest') return [...open, ...closed]
    const key = KEYS[sort]
    const slowestFirst = (slots: readonly number[]) =>
      slots
        .map((slot) => ({ slot, ms: key(callAt(slot), now) }))
        .sort((a, b) => b.ms - a.ms)
        .map(({ slot }) => slot)
    return [...slowestFirst(open), ...slowestFirst(closed)]
  }

  private latest(): CallRow[] {
    const { columns, callAt } = this.session
    const from = Math.max(0, columns.length - MOST_SUGGESTED_FROM)
    return Array.from({ length: columns.length - from }, (_, index) => callAt(columns.slotAt(from + index)))
  }
}

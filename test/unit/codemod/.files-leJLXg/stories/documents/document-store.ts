/** The rows that one sees, kept outside React: changed as often as work goes on, published as often as one can read. */
import type { DocumentStats } from './text/analysis.ts'
import { notifyInTurns } from './turns.ts'

export const documentStates = [
  'waiting',
  'parsing',
  'analyzing',
  'indexing',
  'done',
  'failed',
  'canceled',
] as const
export type DocumentState = (typeof documentStates)[number]

export const documentFilters = ['all', 'open', 'done', 'failed', 'canceled'] as const
export type DocumentFilter = (typeof documentFilters)[number]

export interface DocumentRow {
  readonly id: string
  readonly title: string
  /** A second line: a party, or where the file came from. */
  readonly detail: string
  readonly bytes: number
  readonly state: DocumentState
  /** 0 to 1, while a stage tells. */
  readonly progress?: number | undefined
  /** Why it failed, for a person to read. */
  readonly reason?: string | undefined
  readonly stats?: DocumentStats | undefined
  readonly phrases?: readonly string[] | undefined
}

export type Totals = Readonly<Record<DocumentState, number>> & {
  readonly all: number
  readonly open: number
  readonly settled: number
}

/** Ten times a second looks live; rendering more often would only take the main thread's time. */
const publishEveryMs = 100

export class DocumentStore {
  readonly #rows = new Map<string, DocumentRow>()
  readonly #listeners = new Set<() => void>()
  #order: readonly string[] = []
  #totals: Totals | undefined
  #filtered:
    | { readonly filter: DocumentFilter; readonly of: Totals; readonly ids: readonly string[] }
    | undefined
  #isPublishing = false
  #isStale = false

  // Function properties: hooks take them off the object.
  readonly getRow = (id: string): DocumentRow | undefined => this.#rows.get(id)
  readonly getOrder = (): readonly string[] => this.#order
  readonly getTotals = (): Totals => (this.#totals ??= count(this.#rows.values()))

  /** The same array until the rows that match are others. */
  readonly getFiltered = (filter: DocumentFilter): readonly string[] => {
    if (filter === 'all') return this.#order
    // The totals are a new object whenever a row changed: they stand for the state of all rows.
    const of = this.getTotals()
    const previous = this.#filtered?.filter === filter ? this.#filtered : undefined
    if (previous?.of === of) return previous.ids
    const ids = this.#order.filter((id) => matches(filter, this.#rows.get(id)?.state))
    this.#filtered = { filter, of, ids: previous && sameItems(previous.ids, ids) ? previous.ids : ids }
    return this.#filtered.ids
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What is new is put first: one looks for one's own files at the top. */
  prepend(rows: readonly DocumentRow[]): void {
    for (const row of rows) this.#rows.set(row.id, row)
    this.#order = [...rows.map((row) => row.id), ...this.#order]
    this.#changed()
  }

  update(id: string, change: Partial<Omit<DocumentRow, 'id'>>): void {
    const row = this.#rows.get(id)
    if (!row) return
    this.#rows.set(id, { ...row, ...change })
    this.#changed()
  }

  rows(): DocumentRow[] {
    return this.#order.flatMap((id) => this.#rows.get(id) ?? [])
  }

  #changed(): void {
    this.#totals = undefined
    this.#isStale = true
    if (this.#isPublishing) return
    this.#isPublishing = true
    setTimeout(() => {
      this.#isStale = false
      notifyInTurns(this.#listeners, () => {
        this.#isPublishing = false
        if (this.#isStale) this.#changed()
      })
    }, publishEveryMs)
  }
}

export function isOpen(state: DocumentState | undefined): boolean {
  return state !== 'done' && state !== 'failed' && state !== 'canceled'
}

function matches(filter: DocumentFilter, state: DocumentState | undefined): boolean {
  return filter === 'open' ? isOpen(state) : filter === 'all' || state === filter
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

function count(rows: Iterable<DocumentRow>): Totals {
  const byState: Record<DocumentState, number> = {
    waiting: 0,
    parsing: 0,
    analyzing: 0,
    indexing: 0,
    done: 0,
    failed: 0,
    canceled: 0,
  }
  let all = 0
  for (const row of rows) {
    byState[row.state] += 1
    all += 1
  }
  const settled = byState.done + byState.failed + byState.canceled
  return { ...byState, all, settled, open: all - settled }
}

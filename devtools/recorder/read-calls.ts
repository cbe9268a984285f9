/** The part of a session that reads calls out of its columns. */
import { eachOverlapping } from '../model/ranges.ts'
import type { CallColumns, CallRow, TimeRange } from '../model/types.ts'
import type { CallStore } from './call-store.ts'

const ALL: TimeRange = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

export abstract class CallReader {
  protected readonly store: CallStore

  constructor(store: CallStore) {
    this.store = store
  }

  get columns(): CallColumns {
    return this.store
  }

  get droppedCalls(): number {
    return this.store.dropped
  }

  calls(range: TimeRange = ALL): readonly CallRow[] {
    const rows: CallRow[] = []
    eachOverlapping(this.store, range, (slot) => rows.push(this.store.rowAt(slot)))
    return rows
  }

  openCalls(): readonly CallRow[] {
    return this.store.openSlots().map((slot) => this.store.rowAt(slot))
  }

  get openCount(): number {
    return this.store.openCount
  }

  call(row: number): CallRow | undefined {
    const slot = this.store.slotOfRow(row)
    return slot === undefined ? undefined : this.store.rowAt(slot)
  }

  readonly callAt = (slot: number): CallRow => this.store.rowAt(slot)

  callsOfTrace(traceId: string): readonly CallRow[] {
    return this.store.slotsOfTrace(traceId).map((slot) => this.store.rowAt(slot))
  }
}

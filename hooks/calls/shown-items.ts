/** What a component was shown of many items, so that what has not changed is the same object. */
import type { ItemKey, MapItemOutcome } from './map-runner.ts'

/** So many items that have left the list may be kept, beside as many as are in it. */
const MOST_SPARE = 100

/** Items as they were shown: the same object while nothing of it has changed. */
export class ShownItems {
  /** All items that have not run have one outcome: those that have left the list must not pile up there. */
  idle: Map<ItemKey, { readonly item: unknown }> = new Map()
  private readonly byOutcome = new WeakMap<object, Map<ItemKey, { readonly item: unknown }>>()

  of(key: ItemKey, item: unknown, outcome: MapItemOutcome<unknown>): object {
    const isIdle = outcome.status === 'idle'
    const byKey = isIdle
      ? this.idle
      : (this.byOutcome.get(outcome) ?? new Map<ItemKey, { readonly item: unknown }>())
    if (!isIdle) this.byOutcome.set(outcome, byKey)
    const known = byKey.get(key)
    if (known && Object.is(known.item, item)) return known
    const made = { ...outcome, key, item }
    byKey.set(key, made)
    return made
  }

  /** From time to time: a discarded render with another list must not cost the items of this one. */
  forget(list: ReadonlyMap<ItemKey, unknown>): void {
    if (this.idle.size <= 2 * list.size + MOST_SPARE) return
    this.idle = new Map([...this.idle].filter(([key]) => list.has(key)))
  }
}

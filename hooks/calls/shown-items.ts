/** Remembers the items that a component was shown, so that an unchanged item stays the same object. */
import type { ItemKey, MapItemOutcome } from './map-runner.ts'

/** How many items that left the list may be kept, in addition to as many as are in it. */
const MOST_SPARE = 100

/** Items as they were shown. Each is the same object while it has not changed. */
export class ShownItems {
  /** All items that have not run share one outcome, so those that left the list must not accumulate under it. */
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

  /** Runs only from time to time, so that a discarded render with another list does not drop the items of this one. */
  forget(list: ReadonlyMap<ItemKey, unknown>): void {
    if (this.idle.size <= 2 * list.size + MOST_SPARE) return
    this.idle = new Map([...this.idle].filter(([key]) => list.has(key)))
  }
}

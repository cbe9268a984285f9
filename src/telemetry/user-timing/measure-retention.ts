/**
 * Bounds what a runtime keeps in the User Timing timeline, which itself never drops an entry. Clearing by name scans
 * the whole timeline, so it is done in batches, in tasks of their own, when no call waits for it; in a flood of calls, which
 * lets no task in, at once: the longer the timeline, the more each name costs.
 */
import type { Clock } from '../../lib/clock.ts'

/** Entries past the bound before a task is set up: fewer tasks, not more memory. */
const SLACK = 250
/** Names that one task clears; it clears more when it falls behind. */
const BATCH = 250
/** Entries past the bound that are not left to a task. */
const CEILING = 500

export class MeasureRetention {
  private readonly retain: number
  private readonly clock: Clock
  private readonly clear: (name: string) => void
  /** Names in the order of their measures; those before `first` are cleared. */
  private names: string[] = []
  private first = 0
  private timer: unknown

  constructor(retain: number, clock: Clock, clear: (name: string) => void) {
    this.retain = retain
    this.clock = clock
    this.clear = clear
  }

  /** A measure was added. */
  add(name: string): void {
    this.names.push(name)
    if (this.excess >= CEILING) this.clearOldest(BATCH)
    if (this.timer === undefined && this.excess > (this.retain === 0 ? 0 : SLACK)) this.schedule()
  }

  /** Clears all of the runtime's entries, now. */
  clearAll(): void {
    this.clearOldest(this.names.length - this.first)
  }

  /** Brings the timeline down to the bound, now, and leaves no timer behind. */
  settle(): void {
    if (this.timer !== undefined) this.clock.clearTimeout(this.timer)
    this.timer = undefined
    this.clearOldest(this.excess)
  }

  private get excess(): number {
    return this.names.length - this.first - this.retain
  }

  private schedule(): void {
    this.timer = this.clock.setTimeout(() => {
      this.timer = undefined
      this.clearOldest(Math.min(this.excess, Math.max(BATCH, this.excess >> 1)))
      if (this.excess > 0) this.schedule()
    }, 0)
  }

  private clearOldest(count: number): void {
    for (let left = count; left > 0; left--) {
      const name = this.names[this.first++]
      if (name !== undefined) this.clear(name)
    }
    // Compacted when half is gone, so that the array is copied at a constant cost per name.
    if (this.first > this.names.length >> 1) {
      this.names = this.names.slice(this.first)
      this.first = 0
    }
  }
}

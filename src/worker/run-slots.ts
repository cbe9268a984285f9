/** How many handlers of one worker run at once, over all the pages that it serves, and which page is next. */

/** What runs handlers for one page. */
interface SlotUser {
  /** Starts what may start. */
  drain(): void
}

export class RunSlots {
  limit = 1
  running = 0
  /** In the order of their turns. */
  readonly users: Set<SlotUser> = new Set()

  /** As a page requests; malformed values are ignored. */
  setLimit(limit: unknown): void {
    if (typeof limit === 'number' && limit >= 1) this.limit = limit
  }

  /** A handler has ended. The page that has waited longest is next; the one that had the slot is last. */
  passOn(from: SlotUser): void {
    if (this.users.size < 2) {
      from.drain()
      // Its page is gone, and the slot belongs to the only one left.
      if (this.users.has(from)) return
    } else if (this.users.delete(from)) this.users.add(from)
    for (const user of [...this.users]) {
      if (this.running >= this.limit) return
      user.drain()
    }
  }
}

/** A list that keeps only its newest entries. */

export class Bounded<Thing> {
  private things: Thing[] = []
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  add(thing: Thing): void {
    // Trimmed at twice the limit, so that adding an entry has a constant cost.
    if (this.things.push(thing) >= 2 * this.limit) this.things = this.things.slice(-this.limit)
  }

  /** Oldest first. */
  all(): readonly Thing[] {
    return this.things.length > this.limit ? this.things.slice(-this.limit) : this.things
  }

  clear(): void {
    this.things = []
  }
}

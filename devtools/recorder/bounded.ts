/** A list that keeps the newest. */

export class Bounded<Thing> {
  private things: Thing[] = []
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  add(thing: Thing): void {
    // Cut at twice the limit, so that keeping one costs the same however many there are.
    if (this.things.push(thing) >= 2 * this.limit) this.things = this.things.slice(-this.limit)
  }

  /** The oldest first. */
  all(): readonly Thing[] {
    return this.things.length > this.limit ? this.things.slice(-this.limit) : this.things
  }

  clear(): void {
    this.things = []
  }
}

/**
 * Keeps the order in which the calls of a recording were made, and chooses the call to drop for a new one: the oldest that
 * has settled. Open calls are kept, because a call that hangs is the one that readers look for.
 */

export class CallOrder {
  /** A ring of slots, by age. */
  private readonly ring: Uint32Array
  private head = 0
  private ringSize = 0
  /** Older than everything in the ring: calls that were open when it was their turn to be dropped. */
  private readonly passedOver: number[] = []
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
    this.ring = new Uint32Array(capacity)
  }

  get length(): number {
    return this.passedOver.length + this.ringSize
  }

  get byteLength(): number {
    return this.ring.byteLength
  }

  slotAt(rank: number): number {
    const { passedOver } = this
    if (rank < passedOver.length) return passedOver[rank] as number
    return this.ring[(this.head + rank - passedOver.length) % this.capacity] as number
  }

  /** `isBefore`: whether the new one was made before the call in a slot, which is rare. */
  add(slot: number, isBefore: (other: number) => boolean): void {
    let place = this.ringSize++
    for (; place > 0; place--) {
      const other = this.ring[(this.head + place - 1) % this.capacity] as number
      if (!isBefore(other)) break
      this.ring[(this.head + place) % this.capacity] = other
    }
    this.ring[(this.head + place) % this.capacity] = slot
  }

  /** Removes the call to drop, and returns its slot. */
  evict(isOpen: (slot: number) => boolean): number {
    const { passedOver } = this
    const over = passedOver.findIndex((slot) => !isOpen(slot))
    if (over >= 0) return passedOver.splice(over, 1)[0] as number
    while (this.ringSize > 0) {
      const slot = this.ring[this.head] as number
      this.head = (this.head + 1) % this.capacity
      this.ringSize--
      if (!isOpen(slot)) return slot
      passedOver.push(slot)
    }
    // All are open.
    return passedOver.shift() as number
  }

  clear(): void {
    this.head = 0
    this.ringSize = 0
    this.passedOver.length = 0
  }
}

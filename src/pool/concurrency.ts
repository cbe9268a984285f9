/** `maxConcurrency`: a bound over the calls of all tasks of a runtime, which take turns where it is short. */

/** What one task has of the bound. */
export interface ConcurrencyShare {
  /** Whether a call that comes now would get a slot. */
  readonly isOpen: boolean
  /** Whether another task waits for a slot: then no worker is handed more than it runs. */
  readonly isContended: boolean
  /** Whether this task waits. */
  readonly isWaiting: boolean
  /** Takes a slot; false where none is free, or another task's turn comes first. Then the task is told when its turn has come. */
  tryTake(): boolean
  /** Takes a slot whatever the bound: of a call that its worker has started by itself. */
  take(): void
  give(): void
  /** Stands in line, to be told when its turn has come: for callers that are blocked, who take no slot yet. */
  wait(): void
  /** The task has nothing that could use a slot. */
  rest(): void
}

export class Concurrency {
  private readonly most: number
  private used = 0
  /** Tasks that were refused, the first in turn first. */
  private readonly waiting = new Set<Share>()

  constructor(most: number) {
    this.most = most
  }

  /** `wake` moves the task's calls on, now or at the end of the turn. */
  share(wake: () => void): ConcurrencyShare {
    return new Share(this, wake)
  }

  isOpenTo(share: Share): boolean {
    if (this.used >= this.most) return false
    for (const first of this.waiting) return first === share
    return true
  }

  isWaiting(share: Share): boolean {
    return this.waiting.has(share)
  }

  waitsBeside(share: Share): boolean {
    return this.waiting.size > (this.waiting.has(share) ? 1 : 0)
  }

  tryTake(share: Share): boolean {
    const isOpen = this.isOpenTo(share)
    if (isOpen) {
      this.used++
      this.rest(share)
    } else this.wait(share)
    return isOpen
  }

  wait(share: Share): void {
    this.waiting.add(share)
  }

  count(change: 1 | -1): void {
    this.used += change
    this.wakeFirst()
  }

  rest(share: Share): void {
    if (this.waiting.delete(share)) this.wakeFirst()
  }

  /** As long as a slot is free and somebody waits, the first in turn has its pump due. */
  private wakeFirst(): void {
    if (this.used >= this.most) return
    for (const first of this.waiting) {
      first.wake()
      return
    }
  }
}

class Share implements ConcurrencyShare {
  readonly wake: () => void
  private readonly all: Concurrency

  constructor(all: Concurrency, wake: () => void) {
    this.all = all
    this.wake = wake
  }

  get isOpen(): boolean {
    return this.all.isOpenTo(this)
  }

  get isContended(): boolean {
    return this.all.waitsBeside(this)
  }

  get isWaiting(): boolean {
    return this.all.isWaiting(this)
  }

  tryTake(): boolean {
    return this.all.tryTake(this)
  }

  take(): void {
    this.all.count(1)
  }

  give(): void {
    this.all.count(-1)
  }

  wait(): void {
    this.all.wait(this)
  }

  rest(): void {
    this.all.rest(this)
  }
}

/** `maxConcurrency`: one limit for the calls of all tasks of a runtime. Tasks take turns when slots are scarce. */

/** One task's view of the limit. */
export interface ConcurrencyShare {
  /** Whether a call made now would get a slot. */
  readonly isOpen: boolean
  /** Whether another task waits for a slot. If so, no worker is handed more than it runs. */
  readonly isContended: boolean
  /** Whether this task waits. */
  readonly isWaiting: boolean
  /** Takes a slot. False if none is free or another task is first in turn; the task is then woken at its turn. */
  tryTake(): boolean
  /** Takes a slot regardless of the limit, for a call that its worker has already started. */
  take(): void
  give(): void
  /** Joins the line, to be woken at its turn. For blocked callers, which do not take a slot yet. */
  wait(): void
  /** Leaves the line: the task has no call that could use a slot. */
  rest(): void
}

export class Concurrency {
  private readonly most: number
  private used = 0
  /** Tasks waiting for a slot, next in turn first. */
  private readonly waiting = new Set<Share>()

  constructor(most: number) {
    this.most = most
  }

  /** `wake` dispatches the task's calls, now or at the end of the turn. */
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

  /** While a slot is free and a task waits, the first in turn must have its pump scheduled. */
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

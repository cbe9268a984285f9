/** Counts who retains a runtime, and decides when its workers stop after the last release. */
import type { RuntimeSnapshot } from '../types/snapshot.ts'
import type { TimerNode, TimerWheel } from '../lib/timer-wheel.ts'

/** What is parked. */
export interface Parked {
  readonly wheel: () => TimerWheel
  /** Stops all workers and aborts all calls. */
  readonly park: () => void
  readonly snapshot: () => RuntimeSnapshot
  /** Reports changes of the snapshot; returns the unsubscribe function. */
  readonly subscribe: (listener: () => void) => () => void
}

export class RuntimeParking {
  private readonly parked: Parked
  private holders = 0
  private timer: TimerNode | null = null
  private unwatch: (() => void) | null = null

  constructor(parked: Parked) {
    this.parked = parked
  }

  /** Retains the runtime until the returned function is called. */
  retain(graceMs: number): () => void {
    this.holders++
    this.rest()
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--this.holders === 0) this.parkAfter(graceMs, () => true)
    }
  }

  /** Timers no longer park anything. */
  rest(): void {
    if (this.timer !== null) this.parked.wheel().clear(this.timer)
    this.timer = null
    this.unwatch?.()
    this.unwatch = null
  }

  private parkAfter(graceMs: number, isDue: () => boolean): void {
    this.timer = this.parked.wheel().set(graceMs, () => {
      this.timer = null
      if (!isDue()) return
      this.parked.park()
      // A listener for the end of its calls may have retained it.
      if (this.holders === 0) this.watch(graceMs)
    })
  }

  /** A call on a parked runtime starts workers that nothing retains. They are parked when they are done. */
  private watch(graceMs: number): void {
    this.unwatch ??= this.parked.subscribe(() => {
      if (this.timer === null && this.isLeftOver()) this.parkAfter(graceMs, () => this.isLeftOver())
    })
  }

  /** Workers are running and have nothing to do. */
  private isLeftOver(): boolean {
    const { tasks } = this.parked.snapshot()
    const isBusy = tasks.some(({ queue }) => queue.inFlight + queue.pending + queue.blocked > 0)
    return !isBusy && tasks.some(({ workers }) => workers.active > 0)
  }
}

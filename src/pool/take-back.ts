/**
 * Takes back calls that were handed ahead when that proves wrong: another worker is idle, a more urgent call waits, or the
 * runs take longer than expected.
 */
import { AHEAD, type Call, LOW, SPENT } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { PoolParts } from './pool-parts.ts'
import type { AheadWindow } from './ahead-window.ts'

/** How long a worker may work on its calls before idle workers help out, in ms. Most bursts have ended by then. */
const PATIENCE_MS = 4

export class TakeBack {
  private readonly parts: PoolParts
  private readonly window: AheadWindow
  private isWatching = false

  constructor(parts: PoolParts, window: AheadWindow) {
    this.parts = parts
    this.window = window
  }

  /** Checks again after a while, as long as one worker is free while another holds waiting calls. */
  watch(): void {
    if (this.isWatching || !this.isIdleBeside) return
    this.isWatching = true
    this.parts.host.wheel.set(PATIENCE_MS, () => {
      this.isWatching = false
      this.helpOut()
      this.watch()
    })
  }

  /** Takes back calls that are less urgent than a ready one, unless the queue has given them their turn. */
  lessUrgent(): void {
    const { queue, fleet } = this.parts
    const { mostUrgent } = queue
    if (mostUrgent === null || mostUrgent === LOW) return
    if (!queue.aheadOf.some((count, priority) => count > 0 && priority > mostUrgent)) return
    for (const channel of fleet.channels) {
      take(channel, (call) => call.options.priority > mostUrgent && !queue.hadTurn(call))
    }
  }

  /** Takes back the calls ahead on a worker that no longer fit the window, except the first. */
  beyondWindow(channel: WorkerChannel): void {
    const { window } = this
    let ms = 0
    let isFirst = true
    take(channel, ({ method }) => {
      ms += window.expectedMs(method)
      const isBeyond = !isFirst && ms > window.budgetMs
      isFirst = false
      return isBeyond
    })
  }

  private get isIdleBeside(): boolean {
    const { queue, fleet, share } = this.parts
    return (
      queue.ahead > 0 && queue.readyCount === 0 && queue.hasSlot && fleet.canTake && share?.isOpen !== false
    )
  }

  private helpOut(): void {
    if (!this.isIdleBeside) return
    const late = this.parts.host.clock.now() - PATIENCE_MS
    for (const channel of this.parts.fleet.channels) {
      // A worker that replied in that time is making progress.
      if (channel.repliedAt > late || channel.ahead.size === 0) continue
      take(channel, () => true)
      channel.isStuck = true
    }
  }
}

/** Calls whose arguments were transferred stay: the page cannot get the arguments back. */
function take(channel: WorkerChannel, isMeant: (call: Call) => boolean): void {
  if (channel.ahead.size === 0 || channel.isStuck) return
  const calls = [...channel.ahead].filter(
    (call) => call.state === AHEAD && isMeant(call) && call.payload !== SPENT,
  )
  if (calls.length > 0) channel.link?.takeBack(calls)
}

/** Hands calls ahead to busy workers, so that they do not wait for the page between two calls. */
import { AHEAD, type Call, COPIED } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import { bytesToMove, mayTransfer } from '../wire/transferables.ts'
import { planOf, restoreArgs } from '../channel/kept-copies.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { PoolParts } from './pool-parts.ts'
import { type AheadWindow, SHORT_MS } from './ahead-window.ts'
import { TakeBack } from './take-back.ts'

/** The page copies what it transfers to a busy worker, to be able to take it back. The limit for a clone, in bytes. */
const MOST_CLONED = 2 ** 16
/** The limit if only the buffers are copied, into memory that is reused. */
const MOST_COPIED = 2 ** 21
/** Up to this many bytes, copies may be kept for many calls. Above it, for one call per worker. */
const SMALL_COPY = 2 ** 14

export class HandAhead {
  private readonly parts: PoolParts
  private readonly dispatcher: Dispatcher
  private readonly window: AheadWindow
  private readonly isAllowed: boolean
  private readonly takeBack: TakeBack
  /** The last call whose transfer was measured, and its size in bytes. */
  private weighed: Call | null = null
  private weight = 0

  constructor(parts: PoolParts, dispatcher: Dispatcher, window: AheadWindow) {
    this.parts = parts
    this.dispatcher = dispatcher
    this.window = window
    const { policy, ahead } = parts.config
    // A drop policy chooses among the waiting calls, so all of them must stay in the queue.
    this.isAllowed = ahead !== 'off' && (policy === 'block' || policy === 'reject')
    this.takeBack = new TakeBack(parts, window)
  }

  /** Supplies busy workers, most urgent calls first. Runs when the caller's turn ends and all waiting calls are known. */
  handOut(): void {
    const { queue, affinities } = this.parts
    if (!this.isAllowed) return
    if (queue.ahead > 0) this.takeBack.lessUrgent()
    while (this.handAhead()) {
      if (queue.admitNext()) this.dispatcher.dispatch()
      // The next call may belong to a worker that this pass skipped.
      else if (!affinities.isUsed) break
    }
    if (queue.ahead > 0) this.takeBack.watch()
  }

  /** The estimate that allowed the calls ahead was wrong. */
  wasWrong(channel: WorkerChannel): void {
    this.takeBack.beyondWindow(channel)
  }

  /** How many bytes the page would have to copy and keep. Infinity if the call must wait on the page. */
  private bytesToCopy(call: Call): number {
    if (this.parts.config.ahead === 'always') return 0
    if (call.holdsUnclonable) return Number.POSITIVE_INFINITY
    if (call.payload === COPIED) restoreArgs(call)
    const { transfer, args } = call
    if (transfer === undefined || !mayTransfer(transfer, args)) return 0
    // Measured once: the call may stay at the head of the queue for a long time.
    if (this.weighed !== call) {
      this.weighed = call
      const bytes = bytesToMove(transfer, args)
      const most = bytes <= MOST_COPIED && planOf(transfer, args) ? MOST_COPIED : MOST_CLONED
      this.weight = bytes <= most ? bytes : Number.POSITIVE_INFINITY
    }
    return this.weight
  }

  /** Keeps busy workers supplied, in fair shares; see AheadWindow. True if a call was handed over. */
  private handAhead(): boolean {
    const { queue, fleet, affinities, share: turns } = this.parts
    // A call that was handed ahead runs even when it is another task's turn.
    if (queue.readyCount === 0 || turns?.isContended) return false
    const share = Math.ceil((queue.readyCount + queue.ahead) / fleet.channels.length)
    const { window } = this
    const { budgetMs } = window
    let hasHanded = false
    for (const channel of fleet.channels) {
      if (
        channel.state !== 'ready' ||
        !channel.isFull ||
        channel.isStuck ||
        channel.isReserved ||
        channel.retiring ||
        channel.link?.owesCalls
      )
        continue
      // Refilled when half empty, so that calls travel in batches.
      if (channel.ahead.size > 1 && channel.aheadMs * 2 > budgetMs) continue
      while (channel.ahead.size < share && channel.retiring === null) {
        const next = queue.peek()
        // A call of a session waits for the session's worker.
        if (next === null || next.options.session !== undefined) return hasHanded
        // Another worker holds the data for its affinity.
        if (affinities.isUsed && (affinities.homeOf(next) ?? channel) !== channel) break
        const ms = window.expectedMs(next.method)
        if (!this.fits(channel, next, ms, budgetMs)) break
        const bytes = this.bytesToCopy(next)
        if (bytes === Number.POSITIVE_INFINITY) return hasHanded
        if (bytes > SMALL_COPY && channel.ahead.size > 0) break
        queue.takeAhead()
        channel.addAhead(next, ms)
        this.dispatcher.given(next, channel)
        hasHanded = true
      }
    }
    return hasHanded
  }

  /**
   * If calls can be taken back from a stuck worker, one call may be ahead whatever its length, and more if they fit the
   * window. If they cannot, no call may wait behind a run that is not short.
   */
  private fits(channel: WorkerChannel, call: Call, ms: number, budgetMs: number): boolean {
    const { ahead, aheadMs } = channel
    const isSafe = channel.link?.areClaimsSafe === true
    if (ahead.size === 0 && isSafe) return true
    if (!isSafe && !this.isShort(channel)) return false
    return aheadMs + ms <= budgetMs && ahead.size < this.window.mostCalls(call.method)
  }

  private isShort(channel: WorkerChannel): boolean {
    const { window } = this
    for (const call of channel.held.values()) {
      if (call.state !== AHEAD && window.expectedMs(call.method) > SHORT_MS) return false
    }
    return true
  }
}

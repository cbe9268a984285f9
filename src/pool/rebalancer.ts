/**
 * Takes calls back from a worker that turns out to be busy, when another one has nothing to do: what was handed ahead on the
 * expectation of short runs must not stand behind a long one.
 */
import type { PoolParts } from './pool-parts.ts'
import { SETTLED } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'

/** So long a worker may take over what it holds before others help out, in ms: most bursts have ended by then. */
const PATIENCE_MS = 4

export class Rebalancer {
  private readonly parts: PoolParts
  private isWatching = false

  constructor(parts: PoolParts) {
    this.parts = parts
  }

  /** Looks again after a while, as long as one worker is free and another holds calls that wait. */
  watch(): void {
    const { queue, host } = this.parts
    if (this.isWatching || queue.ahead === 0 || queue.readyCount > 0 || !queue.hasSlot) return
    this.isWatching = true
    host.wheel.set(PATIENCE_MS, () => {
      this.isWatching = false
      this.takeBack()
      this.watch()
    })
  }

  private takeBack(): void {
    const { queue, fleet, host } = this.parts
    if (queue.ahead === 0 || queue.readyCount > 0 || !queue.hasSlot || !fleet.canTake) return
    const late = host.clock.now() - PATIENCE_MS
    for (const channel of fleet.channels) {
      // One that has replied meanwhile gets on with it; one that was asked answers when it can.
      if (channel.ahead.size > 0 && channel.repliedAt <= late && !channel.wasAskedBack) this.ask(channel)
    }
  }

  /** What was transferred stays: its arguments do not come back. */
  private ask(channel: WorkerChannel): void {
    const calls = [...channel.ahead].filter((call) => call.state !== SETTLED && !call.spent)
    if (calls.length === 0) return
    channel.wasAskedBack = true
    channel.takeBack(calls)
  }
}

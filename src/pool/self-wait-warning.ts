/** In development, warns about a singleton that may be waiting for itself: a long run blocks a call of another method. */
import { AHEAD, type Call, RUNNING } from '../call/call.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { warnOnce } from '../lib/warn.ts'
import type { PoolParts } from './pool-parts.ts'

/** How long a handler may run while another method waits, in ms. */
const PATIENCE_MS = 5_000

export class SelfWaitWarning {
  private readonly parts: PoolParts
  private timer: TimerNode | null = null

  constructor(parts: PoolParts) {
    this.parts = parts
  }

  /** Called when the waiting calls have changed. A timer runs only while some are waiting. */
  update(): void {
    const { config, queue, host } = this.parts
    if (config.type !== 'singleton' || config.maxInFlight > 1) return
    if (queue.pending + queue.blocked > 0) this.timer ??= host.wheel.set(PATIENCE_MS, this.look)
    else if (this.timer !== null) {
      host.wheel.clear(this.timer)
      this.timer = null
    }
  }

  private readonly look = (): void => {
    this.timer = null
    const held = this.parts.fleet.channels.flatMap((channel) => [...channel.held.values()])
    const running = held.find(({ state }) => state === RUNNING)
    const all = [...held.filter(({ state }) => state === AHEAD), ...this.parts.queue.waitingCalls()]
    const other = running && all.find(({ method }) => method !== running.method)
    if (other && running.dispatchedAt <= this.parts.host.now() - PATIENCE_MS) warnOfWait(running, other)
    else if (running) this.update()
  }
}

function warnOfWait(running: Call, waiting: Call): void {
  const { taskId, method } = running
  warnOnce(`${taskId}.${method} before ${waiting.method}`, () => [
    `Atelier: ${taskId}.${method} (${running.callId}) has run for ${PATIENCE_MS / 1_000} s, and ${taskId}.${waiting.method} ` +
      `(${waiting.callId}) waits behind it: a singleton runs one call at a time. If ${method}() waits for what ${waiting.method}() does, ` +
      'neither ends: set maxInFlight above 1.',
  ])
}

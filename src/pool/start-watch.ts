/** How long workers may take to start: each has its time, which begins again with a sign of life. */
import type { TimerNode } from '../lib/timer-wheel.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { Host } from './turns.ts'

/** A timer that is so late, in ms, tells of a page that was blocked. */
const BLOCKED_MS = 50

export class StartWatch {
  private readonly host: Host
  private readonly startTimeoutMs: number
  private readonly onLate: (channel: WorkerChannel, ms: number) => void
  private readonly timers = new Map<WorkerChannel, TimerNode | null>()

  constructor(host: Host, startTimeoutMs: number, onLate: (channel: WorkerChannel, ms: number) => void) {
    this.host = host
    this.startTimeoutMs = startTimeoutMs
    this.onLate = onLate
  }

  /** From now on it has so much time, whatever it has had. */
  begin(channel: WorkerChannel): void {
    this.end(channel)
    const { host, startTimeoutMs } = this
    const due = host.clock.now() + startTimeoutMs
    const timer = host.wheel.set(startTimeoutMs, () => {
      // The browser may need the page's own thread to load a worker: time in which the page was blocked is none that it had.
      if (host.clock.now() > due + BLOCKED_MS) this.begin(channel)
      else this.onLate(channel, startTimeoutMs)
    })
    this.timers.set(channel, timer)
  }

  has(channel: WorkerChannel): boolean {
    return this.timers.has(channel)
  }

  end(channel: WorkerChannel): void {
    this.host.wheel.clear(this.timers.get(channel) ?? null)
    this.timers.delete(channel)
  }
}

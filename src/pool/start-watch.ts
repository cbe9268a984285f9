/** Limits how long each worker may take to start. A sign of life restarts its time. */
import type { TimerNode } from '../lib/timer-wheel.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { Host } from './turns.ts'

/** If a timer is later than this, in ms, the page was blocked. */
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

  /** Starts the worker's time, or restarts it. */
  begin(channel: WorkerChannel): void {
    this.end(channel)
    const { host, startTimeoutMs } = this
    const due = host.clock.now() + startTimeoutMs
    const timer = host.wheel.set(startTimeoutMs, () => {
      // The browser may need the page's thread to load a worker, so time in which the page was blocked does not count.
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

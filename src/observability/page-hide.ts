/**
 * Flushes when the page is hidden, after which it may never run again. It listens while telemetry is at work, and a
 * little longer: each of these listeners is told to the browser's process, which costs more than writing a span, so they
 * do not come and go with every turn.
 */
import type { Clock } from '../clock.ts'

const EVENTS = ['pagehide', 'visibilitychange'] as const
const LINGER_MS = 1_000

export class PageHideGuard {
  private readonly clock: Clock
  private readonly flush: () => void
  private isListening = false
  /** Something was deferred since the last look. */
  private isNeeded = false
  private timer: unknown

  constructor(clock: Clock, flush: () => void) {
    this.clock = clock
    this.flush = flush
  }

  /** Something waits for the next flush. */
  arm(): void {
    this.isNeeded = true
    if (this.isListening || typeof document === 'undefined') return
    this.isListening = true
    // At the window and capturing: ahead of the exporters, which flush on the same events.
    for (const event of EVENTS) globalThis.addEventListener(event, this.listener, { capture: true })
    this.timer = this.clock.setTimeout(this.look, LINGER_MS)
  }

  disarm(): void {
    if (!this.isListening) return
    this.isListening = false
    this.clock.clearTimeout(this.timer)
    for (const event of EVENTS) globalThis.removeEventListener(event, this.listener, { capture: true })
  }

  private readonly listener = (event: Event): void => {
    if (event.type === 'pagehide' || document.visibilityState === 'hidden') this.flush()
  }

  private readonly look = (): void => {
    this.flush()
    if (!this.isNeeded) {
      this.disarm()
      return
    }
    this.isNeeded = false
    this.timer = this.clock.setTimeout(this.look, LINGER_MS)
  }
}

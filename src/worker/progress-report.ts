/** Sends the newest of the values that are reported, at most one a frame, each as it was when it was reported. */
import { warn } from '../lib/warn.ts'
import { fitsBatch } from '../wire/batchable.ts'

const FRAME_MS = 16

export class ProgressReport {
  private readonly send: (value: unknown) => void
  private timer: ReturnType<typeof setTimeout> | undefined
  private sentAt = Number.NEGATIVE_INFINITY
  private pending: { readonly value: unknown } | undefined

  constructor(send: (value: unknown) => void) {
    this.send = send
  }

  /** A loop that never yields has no timers, so the clock is asked as well. */
  report(value: unknown): void {
    try {
      const now = performance.now()
      if (now - this.sentAt >= FRAME_MS) {
        this.pending = { value }
        this.flush(now)
        return
      }
      this.pending = { value: copyOf(value) }
      this.timer ??= setTimeout(() => this.flush(performance.now()), FRAME_MS)
    } catch (error) {
      reportUncaught(error)
    }
  }

  /** Sends what waits for its frame. */
  flush(now: number): void {
    const { pending } = this
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.timer = undefined
    if (!pending) return
    this.pending = undefined
    this.sentAt = now
    try {
      this.send(pending.value)
    } catch (error) {
      reportUncaught(error)
    }
  }
}

/**
 * A value that may wait. Of ten thousand reports a frame one is sent: so primitives are free, and flat objects are
 * copied field by field, at a tenth of what a clone costs.
 */
function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (!fitsBatch(value)) return structuredClone(value)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? [...(value as unknown[])] : { ...value }
}

/** Progress decides no outcome: what goes wrong with it is reported like any uncaught error, and the call runs on. */
function reportUncaught(error: unknown): void {
  try {
    // Node has no reportError.
    if (typeof reportError === 'function') reportError(error)
    else warn(() => ['Atelier: a progress value could not be sent.', error])
  } catch {
    // A console of the user's that throws.
  }
}

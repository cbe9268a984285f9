/** What a worker reports besides results: progress, at most one value a frame, and errors that stop nothing. */
import { toText } from '../lib/words.ts'
import { fitsBatch } from '../wire/batchable.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import type { FAILED, UNCAUGHT } from '../wire/protocol.ts'

/** Posts to the page. */
interface Port {
  postMessage(message: unknown): void
}

const FRAME_MS = 16

/** Sends the newest reported value, as it was when it was reported. */
export class ProgressReport {
  private readonly send: (value: unknown) => void
  private readonly refused: (error: unknown) => void
  private readonly frameMs: number
  private readonly copy: (value: unknown) => unknown
  private timer: ReturnType<typeof setTimeout> | undefined
  private sentAt = Number.NEGATIVE_INFINITY
  private pending: { readonly value: unknown } | undefined

  /** `refused` receives the error of a value that cannot be sent: progress never decides the result. Without a frame, each value is sent. */
  constructor(
    send: (value: unknown) => void,
    refused: (error: unknown) => void,
    frameMs: number = FRAME_MS,
    copy: (value: unknown) => unknown = copyOf,
  ) {
    this.copy = copy
    this.send = send
    this.refused = refused
    this.frameMs = frameMs
  }

  /** A loop that never yields has no timers, so the clock is read as well. */
  report(value: unknown): void {
    try {
      const now = performance.now()
      if (now - this.sentAt >= this.frameMs) {
        this.pending = { value }
        this.flush(now)
        return
      }
      this.pending = { value: this.copy(value) }
      this.timer ??= setTimeout(() => this.flush(performance.now()), this.frameMs)
    } catch (error) {
      this.refused(error)
    }
  }

  /** Sends the value that waits for its frame. */
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
      this.refused(error)
    }
  }
}

/**
 * A value that may wait. Of ten thousand reports in a frame one is sent, so primitives cost nothing, and flat objects are
 * copied field by field, at a tenth of the cost of a clone.
 */
export function copyOf(value: unknown): unknown {
  if (typeof value === 'string') return value
  if (!fitsBatch(value)) return structuredClone(value)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? [...(value as unknown[])] : { ...value }
}

/** Posts `[op, error]`, whatever was thrown. */
export function postError(port: Port, op: typeof FAILED | typeof UNCAUGHT, error: unknown): void {
  try {
    port.postMessage([op, encodeThrown(error)])
  } catch {
    // A value that can be cloned once, but not sent.
    port.postMessage([op, { value: toText(error) }])
  }
}

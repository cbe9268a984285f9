/** The bounds of a queue, what happens to an offered call, and what the queue asks and reports to its owner. */
import type { Call } from '../call/call.ts'
import type { QueuePolicy } from '../types/task.ts'

export interface QueueLimits {
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly maxBlocked: number
}

/** What the queue reports to its owner. */
export interface QueueEvents {
  /** The call was accepted. The owner makes it ready, or holds it back. */
  admitted(call: Call): void
  /** Whether the call would have to wait for an earlier one of its key. */
  mustWait(call: Call): boolean
  /** Whether a worker is available for this call now. */
  canStart(call: Call): boolean
  /** Of the calls that wait for their key, the oldest of the lowest priority. */
  oldestHeld(): Call | null
  /** `drop-oldest` makes room: the owner has to settle the call, in the queue as well. */
  evicted(call: Call): void
}

/** What happened to an offered call. */
export type Admission = 'pending' | 'blocked' | 'queue-full' | 'dropped-latest' | 'max-blocked'

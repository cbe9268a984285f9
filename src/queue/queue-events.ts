/** The bounds of a queue, what happens to a call that is offered to it, and what it asks and tells its owner. */
import type { Call } from '../call/call.ts'
import type { QueuePolicy } from '../types/task.ts'

export interface QueueLimits {
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly maxBlocked: number
}

/** What the queue tells its owner. */
export interface QueueEvents {
  /** The call was accepted; the owner makes it ready, or holds it back. */
  admitted(call: Call): void
  /** Whether the call would have to wait for an earlier one of its key. */
  mustWait(call: Call): boolean
  /** Whether a worker can be had for this call now. */
  canStart(call: Call): boolean
  /** Of the calls that wait for their key, the oldest of the lowest priority. */
  oldestHeld(): Call | null
  /** `drop-oldest` makes room: the call is to be settled, in the queue as well. */
  evicted(call: Call): void
}

/** What became of an offered call. */
export type Admission = 'pending' | 'blocked' | 'queue-full' | 'dropped-latest' | 'max-blocked'

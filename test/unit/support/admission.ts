/** What the queue must make of a new call, told from what it held before. */
import type { RuntimeTaskSnapshot } from '../../../src/types/snapshot.ts'
import { expect } from 'vitest'
import type { Entry } from './entry.ts'
import type { Setup } from './program.ts'

/** What is known of the program so far. */
export interface Known {
  readonly setup: Setup
  readonly lastFault: number
  readonly clock: { readonly now: () => number }
  /** Some of the pending calls may wait for their key, or for their time: those stand in nobody's way. */
  readonly mayHold: boolean
  allow(...ends: string[]): void
}

/** The longest time for which workers are not started again after a crash. */
export const BACKOFF_MS = 2_000

type Foreseen = 'accepted' | 'blocked' | 'evicts' | 'queue-full' | 'dropped-latest' | 'max-blocked'

/** Notes how the call may end by that, and checks what the queue holds now. */
export function foresee(
  known: Known,
  entry: Entry,
  before: RuntimeTaskSnapshot,
  after: RuntimeTaskSnapshot,
): void {
  const { queuePolicy, maxBlocked } = known.setup
  const isOrdered = entry.step.key !== undefined && entry.step.keyMode !== 'parallel'
  const foreseen = isOrdered ? undefined : admissionOf(known, before)
  if (foreseen === undefined || foreseen === 'evicts') {
    if (queuePolicy === 'drop-oldest') known.allow('dropped-oldest', 'dropped-latest', 'superseded')
    else if (queuePolicy !== 'block')
      entry.may.add(queuePolicy === 'reject' ? 'queue-full' : 'dropped-latest')
    else if (maxBlocked < Number.POSITIVE_INFINITY) entry.may.add('max-blocked')
  } else if (foreseen !== 'accepted' && foreseen !== 'blocked') entry.must = { end: foreseen }
  if (foreseen === undefined) return
  const ended = after.counts.rejected - before.counts.rejected
  // Those who share the run that is evicted go with it.
  const rejected = foreseen === 'evicts' ? Math.min(ended, 1) : ended
  const blocked = after.queue.blocked - before.queue.blocked
  expect({ foreseen, rejected, blocked }).toEqual({
    foreseen,
    rejected: foreseen === 'accepted' || foreseen === 'blocked' ? 0 : 1,
    blocked: foreseen === 'blocked' ? 1 : 0,
  })
}

function admissionOf(known: Known, { queue, status }: RuntimeTaskSnapshot): Foreseen | undefined {
  const { maxInFlight, maxQueueDepth, queuePolicy, maxBlocked } = known.setup
  const { inFlight, pending, ahead, blocked } = queue
  const filled = queuePolicy === 'block' ? pending - ahead : pending
  const mayWait = known.clock.now() < known.lastFault + BACKOFF_MS
  // Who waits for a key or for a time stands in nobody's way, here or among the blocked.
  if (blocked > 0 && known.mayHold) return undefined
  if (blocked === 0 || queuePolicy !== 'block') {
    if (filled < maxQueueDepth) return 'accepted'
    if (inFlight < maxInFlight && status !== 'stopped') {
      if (pending === 0) return mayWait ? undefined : 'accepted'
      if (known.mayHold) return undefined
    }
  }
  if (queuePolicy === 'block') return blocked >= maxBlocked ? 'max-blocked' : 'blocked'
  if (queuePolicy === 'reject') return 'queue-full'
  return queuePolicy === 'drop-oldest' && pending > 0 ? 'evicts' : 'dropped-latest'
}

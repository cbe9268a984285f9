/** A run outlives the caller that began it: another call takes its place, with all that is known of the run. */
import { type Call, PENDING } from '../call/call.ts'
import type { DispatchQueue } from './dispatch-queue.ts'

/** `heir` becomes the call of the run, in the queue or on its worker; `call` is left as one that nothing holds. */
export function inheritRun(call: Call, heir: Call, queue: DispatchQueue): void {
  heir.runId = call.runId
  heir.state = call.state
  heir.handedAhead = call.handedAhead
  heir.started = call.started
  heir.attempt = call.attempt
  heir.spent = call.spent
  heir.workerIndex = call.workerIndex
  heir.firstDispatchedAt = call.firstDispatchedAt
  heir.dispatchedAt = call.dispatchedAt
  heir.beatAt = call.beatAt
  heir.isPosted = call.isPosted
  heir.itemsReceived = call.itemsReceived
  heir.place = call.place
  if (call.place === null) queue.replace(call, heir)
  else call.place.replace(call, heir)
  call.place = null
  call.handedAhead = false
  call.state = PENDING
}

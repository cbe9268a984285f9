/** What becomes of the calls that a worker held when it died, or was replaced. */
import { type Call, SETTLED } from './call.ts'
import type { DispatchQueue } from './dispatch-queue.ts'
import * as failures from './failures.ts'
import type { Host } from './host.ts'
import type { Settlement } from './settlement.ts'
import type { CrashPolicy } from './task-types.ts'
import type { WorkerChannel } from './worker-channel.ts'

export interface Loss {
  readonly channel: WorkerChannel
  /** What was seen of the worker's end. */
  readonly seen: string
  readonly policy: CrashPolicy
  readonly maxRetries: number
  /** The call that hung; it is not tried again. */
  readonly culprit?: Call | undefined
}

/**
 * Calls that had not started wait again under every policy; started ones follow the crash policy. True when a call was
 * found to be poison: then the crashes speak of that call and not of the task.
 */
export function recoverCalls(loss: Loss, queue: DispatchQueue, settlement: Settlement, host: Host): boolean {
  const { channel } = loss
  let foundPoison = false
  for (const call of [...channel.held.values()]) {
    const wasAhead = call.list === channel.ahead
    if (wasAhead) channel.ahead.remove(call)
    host.wheel.clear(call.graceTimer)
    call.graceTimer = null
    call.place = null
    call.isPosted = false
    if (call.state === SETTLED) {
      if (!wasAhead) queue.release()
      continue
    }
    const verdict = judge(call, loss)
    if (verdict === 'requeue') {
      if (wasAhead) queue.returnAhead(call)
      else queue.requeue(call)
      if (call.started) {
        call.started = false
        settlement.requeued(call)
        host.seam.active?.callRequeued(call, loss.seen)
      }
      continue
    }
    if (verdict === 'poison') foundPoison = true
    settlement.settle(call, 'failure', failures.crashed(call, verdict, channel.index, loss.seen))
    if (!wasAhead) queue.release()
  }
  channel.held.clear()
  return foundPoison
}

type Verdict = 'requeue' | 'crashed' | 'poison' | 'hang' | 'not-replayable'

function judge(call: Call, { policy, maxRetries, culprit }: Loss): Verdict {
  if (call === culprit) return 'hang'
  if (!call.started) return call.spent ? 'not-replayable' : 'requeue'
  if (policy !== 'restart-requeue-in-flight') return 'crashed'
  if (call.attempt > maxRetries) return 'poison'
  return call.spent ? 'not-replayable' : 'requeue'
}

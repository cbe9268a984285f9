/** What becomes of the calls that a worker held when it died, did not start, or was replaced. */
import { type Call, SETTLED } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import type { PoolParts } from './pool-parts.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'

export interface Loss {
  readonly channel: WorkerChannel
  /** What was seen of the worker's end. */
  readonly seen: string
  /** The call that hung; it is not tried again. */
  readonly culprit?: Call | undefined
  /** Started calls are aborted with this: we stopped the worker ourselves. */
  readonly abortStarted?: ((call: Call) => Error) | undefined
  /** Fails the calls that had not started, too: no worker is to be had for them. */
  readonly failUnstarted?: ((call: Call) => Error) | undefined
}

/**
 * Calls that had not started wait again under every policy; started ones follow the crash policy. True when a call was
 * found to be poison: then the crashes speak of that call and not of the task.
 */
export function recoverCalls(parts: PoolParts, loss: Loss): boolean {
  const { queue, settlement, host } = parts
  const { channel } = loss
  let foundPoison = false
  for (const call of [...channel.held.values()]) {
    const wasAhead = call.list === channel.ahead
    if (wasAhead) channel.ahead.remove(call)
    host.wheel.clear(call.graceTimer)
    call.graceTimer = null
    settlement.vacated(call)
    if (call.state === SETTLED) {
      if (!wasAhead) queue.release()
      continue
    }
    const verdict = judge(call, loss, parts)
    if (verdict === 'requeue') {
      if (wasAhead) queue.returnAhead(call)
      else queue.requeue(call)
      if (!call.started) continue
      call.started = false
      settlement.requeued(call)
      host.seam.active?.callRequeued(call, loss.seen)
      continue
    }
    if (verdict === 'poison') foundPoison = true
    settlement.settle(call, verdict === 'stopped' ? 'canceled' : 'failure', errorOf(verdict, call, loss))
    if (!wasAhead) queue.release()
  }
  channel.held.clear()
  return foundPoison
}

type Verdict = 'requeue' | 'unstarted' | 'stopped' | 'crashed' | 'poison' | 'hang' | 'not-replayable'

function judge(call: Call, { culprit, failUnstarted, abortStarted }: Loss, { config }: PoolParts): Verdict {
  if (call === culprit) return 'hang'
  if (!call.started) return call.spent ? 'not-replayable' : failUnstarted ? 'unstarted' : 'requeue'
  if (abortStarted) return 'stopped'
  if (config.crashPolicy !== 'restart-requeue-in-flight') return 'crashed'
  if (call.attempt > config.crashMaxRetries) return 'poison'
  return call.spent ? 'not-replayable' : 'requeue'
}

function errorOf(verdict: Exclude<Verdict, 'requeue'>, call: Call, loss: Loss): Error {
  const make =
    verdict === 'unstarted' ? loss.failUnstarted : verdict === 'stopped' ? loss.abortStarted : undefined
  if (make) return make(call)
  const code = verdict === 'unstarted' || verdict === 'stopped' ? 'crashed' : verdict
  return failures.crashed(call, code, loss.channel.index, loss.seen)
}

/** Decides what happens to the calls of a worker that died, did not start, or was replaced. */
import { AHEAD, type Call, RUNNING, SETTLED, SPENT, STARTING, WHOLE } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import { tellStep } from './call-steps.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { PoolParts } from './pool-parts.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'

export interface Loss {
  readonly channel: WorkerChannel
  /** How the worker ended, as the page saw it. */
  readonly seen: string
  /** The call that hung. It is not retried. */
  readonly culprit?: Call | undefined
  /** The error for started calls when we stopped the worker ourselves: they are aborted. */
  readonly abortStarted?: ((call: Call) => Error) | undefined
  /** Also fails the calls that had not started, because no worker is available for them. */
  readonly failUnstarted?: ((call: Call) => Error) | undefined
}

/**
 * Calls that had not started go back to the queue under every policy. Started calls follow the crash policy. True if a call
 * was found to be poison: the crashes are then the fault of that call, not of the task.
 */
export function recoverCalls(parts: PoolParts, dispatcher: Dispatcher, loss: Loss): boolean {
  const { queue, settlement, host } = parts
  const { channel } = loss
  let foundPoison = false
  for (const call of [...channel.held.values()]) {
    // It had started, but the page did not know it yet.
    if (channel.runs(call)) {
      if (call.state === AHEAD) dispatcher.giveSlot(channel, call)
      if (call.state === STARTING) dispatcher.started(call)
    }
    const hadStarted = call.state === RUNNING
    const { isPosted } = call
    if (call.state === SETTLED) {
      settlement.leave(call)
      continue
    }
    const verdict = judge(call, hadStarted, loss, parts)
    // Create the error before the call leaves: the error says where the call was.
    const error = verdict === 'requeue' ? undefined : errorOf(verdict, call, loss)
    settlement.leave(call)
    if (verdict === 'requeue') {
      queue.putBack(call)
      if (isPosted && host.seam.tellsCalls) tellStep(host, call, 'requeued', undefined, loss.seen)
      if (!hadStarted) continue
      settlement.requeued(call)
      if (call.telemetry === null) continue
      const at = host.now()
      host.record(() => host.seam.active?.callRequeued(call, loss.seen, at))
      continue
    }
    if (verdict === 'poison') foundPoison = true
    settlement.settle(call, verdict === 'stopped' ? 'canceled' : 'failure', error)
  }
  return foundPoison
}

type Verdict =
  | 'requeue'
  | 'unstarted'
  | 'stopped'
  | 'crashed'
  | 'poison'
  | 'hang'
  | 'not-replayable'
  | 'session-lost'

function judge(
  call: Call,
  hadStarted: boolean,
  { culprit, failUnstarted, abortStarted }: Loss,
  { side }: PoolParts,
): Verdict {
  if (call === culprit) return 'hang'
  const { session } = call.options
  const lost = session?.ended == null ? null : session.lossCode
  // A broadcast call shares the fate of its worker.
  if (lost === 'crashed' && (abortStarted || failUnstarted)) return abortStarted ? 'stopped' : 'unstarted'
  if (!hadStarted && lost) return lost
  if (!hadStarted) return call.payload === SPENT ? 'not-replayable' : failUnstarted ? 'unstarted' : 'requeue'
  if (abortStarted) return 'stopped'
  if (lost) return lost
  const { retry } = call.options
  if (retry === undefined || retry.crash === 0) return 'crashed'
  if (side !== null && side.crashesOf(call) > retry.crash) return 'poison'
  return call.payload === WHOLE ? 'requeue' : 'not-replayable'
}

function errorOf(verdict: Exclude<Verdict, 'requeue'>, call: Call, loss: Loss): Error {
  const make =
    verdict === 'unstarted' ? loss.failUnstarted : verdict === 'stopped' ? loss.abortStarted : undefined
  if (make) return make(call)
  if (verdict === 'session-lost') return failures.sessionLost(call, call.options.session?.ended ?? loss.seen)
  if (call.options.session?.lossCode === 'crashed')
    return failures.broadcastLost(call, loss.channel.index, loss.seen)
  const code = verdict === 'unstarted' || verdict === 'stopped' ? 'crashed' : verdict
  return failures.crashed(
    call,
    loss.channel.link?.isHostLost ? 'host-lost' : code,
    loss.channel.index,
    loss.seen,
  )
}

/** Every call that has not settled, including those that share a run. */
export function openCalls({ fleet, queue, lanes }: PoolParts): Call[] {
  const held = fleet.channels.flatMap((channel) => [...channel.held.values()])
  const open = [...held, ...queue.waitingCalls(), ...lanes.calls()]
  return open.flatMap((call) => [...(call.joiners ?? []), call]).filter((call) => call.state !== SETTLED)
}

/** Whether a call has not started, as far as the page and its worker know. */
export function waits(call: Call): boolean {
  const run = call.leader ?? call
  if (run.state === STARTING) return !run.isPosted
  return run.state < STARTING && (run.place as WorkerChannel | null)?.runs(run) !== true
}

/** Stops all workers. Started calls are aborted, the others go back to the queue. */
export function retireWorkers(
  parts: PoolParts,
  dispatcher: Dispatcher,
  reason: 'stopped' | 'parked' | 'disposed',
): void {
  const { fleet } = parts
  for (const channel of [...fleet.channels]) {
    fleet.stop(channel, reason)
    const abortStarted = (call: Call) => failures.aborted(call, reason)
    recoverCalls(parts, dispatcher, { channel, seen: 'was stopped', abortStarted })
  }
  fleet.rest()
  parts.pumpSoon()
  parts.changed()
}

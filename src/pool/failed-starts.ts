/** A worker that did not start, or died: what is noted of it, and what happens to the calls that were to run there. */
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { Call } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import type { StartFailure } from '../errors/start-advice.ts'
import { recoverCalls } from './crash-recovery.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { PoolParts } from './pool-parts.ts'

/** What the news of workers may decide about the task as a whole. */
export interface TaskFate {
  lastCrash: { workerIndex: number; message: string; at: number } | undefined
  /** Takes the task out of service: what waits, and what comes, fails with `make`. `mayRecover`: after a pause a call tries again. */
  fail(make: (call: Call) => Error, mayRecover: boolean): void
  /** A call has succeeded after failures: they are forgotten. */
  recovered(): void
}

export function startFailed(
  parts: PoolParts,
  dispatcher: Dispatcher,
  fate: TaskFate,
  channel: WorkerChannel,
  failure: StartFailure,
): void {
  const { fleet } = parts
  fleet.remove(channel)
  noteCrash(parts, fate, channel, failures.describeStart(failure), failure.cause)
  const tooOften = fleet.countFailedStart(channel)
  // Another worker of the same script is up: this start was bad luck, and its calls run there.
  const othersUp = fleet.channels.some((each) => each.state === 'ready')
  recoverCalls(parts, dispatcher, {
    channel,
    seen: 'did not start',
    failUnstarted: othersUp ? undefined : (call) => failures.startFailed(call, failure),
  })
  const { consecutiveCrashes } = fleet
  if (tooOften) fate.fail((call) => failures.outOfService(call, failure, consecutiveCrashes), true)
  parts.pumpSoon()
  parts.changed()
}

export function noteCrash(
  { host, task }: PoolParts,
  fate: TaskFate,
  { index }: WorkerChannel,
  message: string,
  cause: unknown = new Error(message),
): void {
  const now = host.now()
  fate.lastCrash = { workerIndex: index, message, at: Date.now() }
  host.record(() => host.seam.active?.workerCrashed(task, index, cause, now))
}

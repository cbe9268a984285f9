/** Handles workers that did not start, decides what happens to their calls, and records crashes. */
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { Call } from '../call/call.ts'
import * as failures from '../errors/failures.ts'
import type { StartFailure } from '../errors/start-advice.ts'
import { recoverCalls } from './crash-recovery.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { PoolParts } from './pool-parts.ts'

/** How events of workers can affect the task as a whole. */
export interface TaskFate {
  lastCrash: { workerIndex: number; message: string; at: number } | undefined
  /** Takes the task out of service: open and new calls fail with `make`. `mayRecover`: a call retries after a pause. */
  fail(make: (call: Call) => Error, mayRecover: boolean): void
  /** A call succeeded after failures: the failures are forgotten. */
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
  // If another worker of the same script is running, the script works: retry this worker's calls.
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

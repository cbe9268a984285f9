/** The parts of one task's executor, as they see each other. */
import type { Affinities } from './affinities.ts'
import type { AwaitedCalls } from './awaited-calls.ts'
import type { ConcurrencyShare } from './concurrency.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import type { Host } from './turns.ts'
import type { KeyLanes } from '../queue/key-lanes.ts'
import type { Call, CallTask } from '../call/call.ts'
import type { ChannelSettings } from '../channel/channel-owner.ts'
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { TaskEvents } from './task-events.ts'
import type { PoolSessions } from './sessions.ts'
import type { Settlement } from './settlement.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import type { WorkerFleet } from './worker-fleet.ts'

export interface PoolParts {
  readonly config: ResolvedTaskConfig
  readonly task: CallTask & TaskIdentity
  readonly host: Host
  readonly queue: DispatchQueue
  readonly settlement: Settlement
  readonly fleet: WorkerFleet
  readonly lanes: KeyLanes
  readonly events: TaskEvents
  /** The code that talks to workers. Null while it is loading. */
  side: WorkerSide | null
  readonly sessions: PoolSessions
  readonly awaited: AwaitedCalls
  /** This task's share of `maxConcurrency`. Null if the runtime has no limit. */
  readonly share: ConcurrencyShare | null
  readonly affinities: Affinities
  /** Reports that the task's state has changed. */
  readonly changed: () => void
  /** Dispatches waiting calls, now or at the end of the turn. */
  readonly pumpSoon: () => void
}

/** The side of a task's executor that talks to workers. */
export interface WorkerSide {
  /** Creates the link to this worker. */
  link(channel: WorkerChannel, settings: ChannelSettings): Link
  /** Supplies busy workers, most urgent calls first. Runs when the caller's turn ends and all waiting calls are known. */
  handOut(): void
  /** How many attempts of a call so far did not end in an error of its handler. */
  crashesOf(call: Call): number
  /** `heir` takes over the run that a call leaves. */
  inherit(call: Call, heir: Call): void
  /** Whether the page is running a callback of the call. Its handler may be waiting for it. */
  awaitsCallback(call: Call): boolean
  /** Makes every worker save its state, if it can. Rejects with the first error after all have finished. */
  checkpoint(): Promise<void>
  /** Called when the task is disposed of. */
  end(): void
}

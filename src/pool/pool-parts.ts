/** What the parts of one task's executor share. */
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
  /** What speaks with workers; null while its code is on its way. */
  side: WorkerSide | null
  readonly sessions: PoolSessions
  readonly awaited: AwaitedCalls
  /** Of the bound over all tasks; null where there is none. */
  readonly share: ConcurrencyShare | null
  readonly affinities: Affinities
  /** The task's state has changed. */
  readonly changed: () => void
  /** Moves calls on, now or at the end of the turn. */
  readonly pumpSoon: () => void
}

/** The side of a task's executor that speaks with workers. */
export interface WorkerSide {
  /** What speaks with this worker. */
  link(channel: WorkerChannel, settings: ChannelSettings): Link
  /** At the end of the caller's turn, when all who wait are known: supplies busy workers, the most urgent calls first. */
  handOut(): void
  /** Of the attempts of a call so far, those that did not end in an error of its handler. */
  crashesOf(call: Call): number
  /** `heir` goes on with the run that a call leaves. */
  inherit(call: Call, heir: Call): void
  /** Whether the page is at a callback of the call, and its handler may wait for that. */
  awaitsCallback(call: Call): boolean
  /** Has every worker that can save what it holds. Rejects with the first error, once all are done. */
  checkpoint(): Promise<void>
  /** The task is disposed. */
  end(): void
}

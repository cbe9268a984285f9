/** What the parts of one task's executor share. */
import type { Affinities } from './affinities.ts'
import type { AwaitedCalls } from './awaited-calls.ts'
import type { PoolCheckpoints } from './checkpoints.ts'
import type { ConcurrencyShare } from './concurrency.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import type { Host } from './turns.ts'
import type { KeyLanes } from '../queue/key-lanes.ts'
import type { CallTask } from '../call/call.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { Retries } from './retries.ts'
import type { RunWindow } from './run-window.ts'
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
  readonly window: RunWindow
  readonly events: TaskEvents
  readonly checkpoints: PoolCheckpoints
  readonly retries: Retries
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

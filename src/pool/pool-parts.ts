/** What the parts of one task's executor share. */
import type { PoolCheckpoints } from './checkpoints.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import type { Host } from './turns.ts'
import type { KeyLanes } from '../queue/key-lanes.ts'
import type { Call, CallTask } from '../call/call.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { RunWindow } from './run-window.ts'
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
  readonly checkpoints: PoolCheckpoints
  /** Methods that have given a result: they are no generators. */
  readonly valued: Set<string>
  /** Calls of other methods whose result somebody waits for. */
  readonly awaited: WeakSet<Call>
  /** The task's state has changed. */
  readonly changed: () => void
  /** Moves calls on, now or at the end of the turn. */
  readonly pumpSoon: () => void
}

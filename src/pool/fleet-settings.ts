/** The task options that a fleet uses, and what it needs from the task. */
import type { Clock } from '../lib/clock.ts'
import { limitOf, type ResolvedTaskConfig } from '../options/task-options.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { ChannelSettings } from '../channel/channel-owner.ts'
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'

/** Settings shared by all workers of a task. */
export interface FleetSettings extends ChannelSettings {
  readonly limit: number
  readonly maxInFlight: number
  /** This many workers are kept even when idle, and are started with the first one. */
  readonly minWorkers: number
  /** A worker is replaced after this many calls. */
  readonly maxCallsPerWorker: number | undefined
  /** The old worker must end before its replacement starts: both would own the same exclusive resource. */
  readonly isSole: boolean
  readonly startTimeoutMs: number
  readonly idleTimeoutMs: number | undefined
  readonly maxCrashes: number
  /** Workers are kept running even if no call waits for them. */
  readonly isEager: boolean
}

/** What the fleet needs from its task. */
export interface FleetNeeds {
  /** The link to a worker. Null while its code is loading; `makeAll` is called again when it has loaded. */
  link(channel: WorkerChannel, settings: ChannelSettings): Link | null
  /** A worker did not answer in time. */
  lateStart(channel: WorkerChannel, ms: number): void
  /** A worker may be started again. */
  recovered(): void
}

/** The sizes are those of the definition. `control.resize` changes them in the fleet. */
export function fleetSettings(
  config: ResolvedTaskConfig,
  { taskId, taskName }: TaskIdentity,
  clock: Clock,
): FleetSettings {
  return {
    ...config,
    name: taskName ?? taskId,
    limit: limitOf(config),
    isSole: config.type === 'singleton',
    // With a heartbeat, progress is a sign of life, so workers send it even if no caller asked for it.
    wantsProgress: config.heartbeatMs !== undefined,
    movesAhead: config.ahead === 'always',
    isEager: config.init === 'eager',
    codecs: config.calls.defaults.codecs,
    clock,
  }
}

/** What the fleet of a task knows of its options, and what it needs of the task. */
import type { Clock } from '../lib/clock.ts'
import { limitOf, type ResolvedTaskConfig } from '../options/task-options.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { ChannelSettings } from '../channel/channel-owner.ts'
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'

/** What is the same for all workers of a task. */
export interface FleetSettings extends ChannelSettings {
  readonly limit: number
  readonly maxInFlight: number
  /** So many are kept though they are idle, and started with the first. */
  readonly minWorkers: number
  /** A worker that has had so many calls is replaced. */
  readonly maxCallsPerWorker: number | undefined
  /** One that is replaced ends before the next is started: they own what there is only once. */
  readonly isSole: boolean
  readonly startTimeoutMs: number
  readonly idleTimeoutMs: number | undefined
  readonly maxCrashes: number
  /** Workers are kept running though no call waits for them. */
  readonly isEager: boolean
}

/** What the fleet needs of its task. */
export interface FleetNeeds {
  /** What speaks with a worker; null while the code for it is on its way: `makeAll` is called again then. */
  link(channel: WorkerChannel, settings: ChannelSettings): Link | null
  /** A worker has not answered in time. */
  lateStart(channel: WorkerChannel, ms: number): void
  /** A worker may be started again. */
  recovered(): void
}

/** Sizes are those of the definition: `control.resize` tells the fleet of others. */
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
    // Where silence counts as a hang, progress is a sign of life that is sent though no caller asks for it.
    wantsProgress: config.heartbeatMs !== undefined,
    movesAhead: config.ahead === 'always',
    isEager: config.init === 'eager',
    codecs: config.calls.defaults.codecs,
    clock,
  }
}

/** What the workers of a task are told of its options. */
import type { Clock } from '../lib/clock.ts'
import { limitOf, type ResolvedTaskConfig } from '../options/task-options.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { FleetSettings } from './worker-fleet.ts'

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

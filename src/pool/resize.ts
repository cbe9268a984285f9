/** `control.resize`: changes the size of a running task. */
import { limitOf, resizeTask } from '../options/task-options.ts'
import type { TaskSize } from '../types/control.ts'
import type { PoolParts } from './pool-parts.ts'

/** More takes effect as soon as slots are free. Surplus workers finish their calls. Throws for sizes no task can have. */
export function resizePool(parts: PoolParts, size: TaskSize): void {
  const { config, fleet, host, pumpSoon, changed } = parts
  // This is the pool's copy. The queue reads its limits from it.
  Object.assign(config, resizeTask(config, size))
  host.turn(() => {
    fleet.resize(limitOf(config), config.maxInFlight)
    pumpSoon()
    changed()
  })
}

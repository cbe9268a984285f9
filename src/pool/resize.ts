/** `control.resize`: a task gets other sizes while it runs. */
import { limitOf, resizeTask } from '../options/task-options.ts'
import type { TaskSize } from '../types/control.ts'
import type { PoolParts } from './pool-parts.ts'

/** More takes effect as soon as slots are free; what is too much finishes what it has. Throws for sizes that no task can have. */
export function resizePool(parts: PoolParts, size: TaskSize): void {
  const { config, fleet, host, pumpSoon, changed } = parts
  // The pool's own copy, which the queue reads its limits from.
  Object.assign(config, resizeTask(config, size))
  host.turn(() => {
    fleet.resize(limitOf(config), config.maxInFlight)
    pumpSoon()
    changed()
  })
}

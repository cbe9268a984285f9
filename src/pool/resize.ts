/** `control.resize`: a task gets other sizes while it runs. */
import { limitOf, resizeTask } from '../options/task-options.ts'
import type { TaskSize } from '../types/control.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import type { PoolParts } from './pool-parts.ts'

/** More takes effect at once; what is too much finishes what it has. Throws for sizes that no task can have. */
export function resizePool(
  parts: PoolParts,
  size: TaskSize,
  passSlots: (channel: WorkerChannel) => void,
): void {
  const { config, fleet, host, pumpSoon, changed } = parts
  // The pool's own copy, which the queue reads its limits from.
  Object.assign(config, resizeTask(config, size))
  host.turn(() => {
    fleet.resize(limitOf(config), config.maxInFlight)
    // One with more slots has room for what it was handed ahead.
    for (const channel of [...fleet.channels]) passSlots(channel)
    pumpSoon()
    changed()
  })
}

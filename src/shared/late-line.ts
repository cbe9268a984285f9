/** Makes what stands in the place of a Worker where the engine is shared: the code that speaks to it loads with the first one. */
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import { SharedLine, type SharedTask } from './shared-line.ts'

export function sharedTask(
  taskId: string,
  { shared, worker, heartbeatMs, taskName }: ResolvedTaskConfig,
): SharedTask {
  const name = shared?.name ?? taskId
  return {
    name,
    base: `atelier:${name}:${shared?.version ?? ''}`,
    make: () => worker({ index: 0, name: taskName ?? taskId }),
    broker: shared?.broker,
    heartbeatMs,
  }
}

/** A line to the engine that the pages elect. */
export function sharedLine(task: SharedTask): Worker {
  return late(async (line) => (await import('./host-election.ts')).attach(line, task))
}

/** A worker as it is; a line to one that is a SharedWorker. */
export function lineTo(made: Worker | SharedWorker): Worker {
  if (typeof SharedWorker !== 'function' || !(made instanceof SharedWorker)) return made as Worker
  return late(async (line) => (await import('./shared-worker-line.ts')).connect(line, made))
}

function late(attach: (line: SharedLine) => Promise<void>): Worker {
  const line = new SharedLine()
  attach(line).catch((cause: unknown) =>
    line.fail({ code: 'start-failed', seen: 'the code of shared engines did not load', cause }),
  )
  return line as unknown as Worker
}

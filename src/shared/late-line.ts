/** Makes the stand-in for a Worker when the engine is shared. The code that talks to the engine loads with the first one. */
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

/** A Worker as it is; a line if it is a SharedWorker. */
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

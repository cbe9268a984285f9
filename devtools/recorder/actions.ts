/** The actions that the panel can perform on the page's runtimes. */
import type { DevtoolsActions, WorkerRow } from '../model/types.ts'
import type { Runtimes } from './runtimes.ts'

/** Called when a worker is slowed down, or is back to its normal speed. */
type Slowed = (worker: Pick<WorkerRow, 'runtimeId' | 'taskId' | 'workerIndex'>, factor: number) => void

export function actionsOn(runtimes: Runtimes, slowed: Slowed): DevtoolsActions {
  const control = ({ runtimeId, taskId }: { runtimeId: number; taskId: string }) =>
    runtimes.get(runtimeId)?.getTask(taskId)
  return {
    abort: ({ runtimeId, callId }) => (runtimes.get(runtimeId)?.abort({ callId }) ?? 0) > 0,
    abortTask: (task) => {
      const known = control(task)
      return known ? (runtimes.get(task.runtimeId)?.abort({ task: { control: known } }) ?? 0) : 0
    },
    startTask: (task) => control(task)?.start(),
    stopTask: (task) => control(task)?.stop(),
    restartWorker: (worker) => control(worker)?.restartWorker(worker.workerIndex) ?? false,
    simulateCrash: (worker) => control(worker)?.simulateCrash(worker.workerIndex) ?? false,
    simulateSlowdown: (worker, factor) => {
      const isSlow = control(worker)?.simulateSlowdown(worker.workerIndex, factor) ?? false
      if (isSlow) slowed(worker, factor)
      return isSlow
    },
  }
}

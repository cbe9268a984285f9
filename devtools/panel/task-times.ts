/** The cards of the Tasks view: a task, its live workers, and the distribution of its times. */
import type { CallColumns, TaskRow, WorkerRow } from '../model/types.ts'
import { spreadOf, timesOf } from './figures.ts'
import type { TaskTimes } from './panel-state.ts'

const WINDOW_MS = 60_000

export function taskTimesOf(
  columns: CallColumns,
  tasks: readonly TaskRow[],
  workers: readonly WorkerRow[],
  now: number,
): TaskTimes[] {
  return tasks.map((task) => {
    const isOf = (row: { readonly runtimeId: number; readonly taskId: string }) =>
      row.runtimeId === task.runtimeId && row.taskId === task.taskId
    const lane = columns.lanes.findIndex(isOf)
    const { wait, run } = timesOf(columns, now - WINDOW_MS, (each) => each === lane)
    const own = workers.filter(isOf)
    return {
      task,
      workers: own
        .filter(({ endTime }) => endTime === undefined)
        .sort((a, b) => a.workerIndex - b.workerIndex),
      wait: spreadOf(wait),
      run: spreadOf(run),
      crashes: own.filter(({ end }) => end === 'crash').length,
    }
  })
}

/** The lanes of the timeline from top to bottom: the main thread, then for each task its queue and its workers. */
import type { CallColumns, DevtoolsSession, TaskRow, WorkerRow } from '../model/types.ts'

interface Place {
  readonly label: string
  readonly top: number
  readonly height: number
}

/** One lane. */
export type Lane =
  | (Place & { readonly kind: 'page' })
  | (Place & { readonly kind: 'queue'; readonly lane: number })
  | (Place & {
      readonly kind: 'worker'
      readonly lane: number
      readonly index: number
      readonly lives: readonly WorkerRow[]
      readonly task: TaskRow
    })

export const MINIMAP = 22
export const AXIS = 18
export const LABELS = 104
const GAP = 4

export function lanesOf(session: DevtoolsSession, runtimeId: number | undefined): Lane[] {
  const { columns } = session
  const workers = session.workers()
  let top = MINIMAP + AXIS + GAP
  const place = (label: string, height: number): Place => {
    const placed = { label, top, height }
    top += height + GAP
    return placed
  }
  const lanes: Lane[] = [{ kind: 'page', ...place('Main thread', 16) }]
  for (const task of session.tasks()) {
    if (runtimeId !== undefined && task.runtimeId !== runtimeId) continue
    const lane = laneOf(columns, task)
    const name = task.taskName ?? task.taskId
    lanes.push({ kind: 'queue', lane, ...place(`${name} queue`, 28) })
    const own = workers.filter((life) => life.runtimeId === task.runtimeId && life.taskId === task.taskId)
    const indexes = [...new Set(own.map(({ workerIndex }) => workerIndex))].sort((a, b) => a - b)
    for (const index of indexes) {
      const lives = own.filter(({ workerIndex }) => workerIndex === index)
      lanes.push({ kind: 'worker', lane, index, lives, task, ...place(`${name} #${index}`, 16) })
    }
  }
  return lanes
}

function laneOf(columns: CallColumns, task: TaskRow): number {
  return columns.lanes.findIndex(
    ({ runtimeId, taskId }) => runtimeId === task.runtimeId && taskId === task.taskId,
  )
}

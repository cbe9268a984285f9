/** The lanes of the timeline, top to bottom: the main thread, then each task's queue and workers, or one lane per task. */
import type { CallColumns, DevtoolsSession, TaskRow, WorkerRow } from '../model/types.ts'

interface Place {
  readonly label: string
  /** From the top of all lanes, including those that are scrolled out of view. */
  readonly top: number
  readonly height: number
}

/** What the lane of a task knows about the task. */
interface OfTask {
  readonly lane: number
  readonly task: TaskRow
  /** The rows of the workers drawn in it. */
  readonly lives: readonly WorkerRow[]
}

/** One lane. */
export type Lane =
  | (Place & { readonly kind: 'page' })
  | (Place & OfTask & { readonly kind: 'queue' })
  | (Place & OfTask & { readonly kind: 'worker'; readonly index: number })
  /** A collapsed task: how busy its workers were. */
  | (Place & OfTask & { readonly kind: 'group' })

export const MINIMAP = 22
export const AXIS = 18
/** Where lanes begin. */
export const HEAD: number = MINIMAP + AXIS
export const LABELS = 104
const GAP = 4

export function lanesOf(
  session: DevtoolsSession,
  runtimeId: number | undefined,
  folded: ReadonlySet<string>,
): Lane[] {
  const { columns } = session
  const workers = session.workers()
  let top = HEAD + GAP
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
    const lives = workers.filter((life) => life.runtimeId === task.runtimeId && life.taskId === task.taskId)
    if (folded.has(foldKeyOf(task))) {
      lanes.push({ kind: 'group', lane, task, lives, ...place(`▸ ${name}`, 16) })
      continue
    }
    lanes.push({ kind: 'queue', lane, task, lives, ...place(`▾ ${name}`, 28) })
    const indexes = [...new Set(lives.map(({ workerIndex }) => workerIndex))].sort((a, b) => a - b)
    for (const index of indexes) {
      const own = lives.filter(({ workerIndex }) => workerIndex === index)
      const slowdown = own.find(({ endTime }) => endTime === undefined)?.slowdown
      // In front, because a long name is cut off at its end.
      const label = `${slowdown === undefined ? '' : `◷×${slowdown} `}${name} #${index}`
      lanes.push({ kind: 'worker', lane, index, lives: own, task, ...place(label, 16) })
    }
  }
  return lanes
}

/** By what a folded task is known. */
export function foldKeyOf({ runtimeId, taskId }: TaskRow): string {
  return `${runtimeId} ${taskId}`
}

/** How tall all lanes are. */
export function heightOf(lanes: readonly Lane[]): number {
  const last = lanes.at(-1)
  return last ? last.top + last.height + GAP : HEAD
}

function laneOf(columns: CallColumns, task: TaskRow): number {
  return columns.lanes.findIndex(
    ({ runtimeId, taskId }) => runtimeId === task.runtimeId && taskId === task.taskId,
  )
}

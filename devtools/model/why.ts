/** Explains in a sentence with figures how long a trace took: what it waited for, behind which calls, what the page did. */
import { waitMs } from './call-times.ts'
import { criticalPath, type TraceTree } from './critical-path.ts'
import { counted, formatMs, formatShare, listed } from './format.ts'
import { overlapping } from './ranges.ts'
import type { PathSegment, Why } from './results.ts'
import { msOf } from './traces.ts'
import type { CallColumns, CallRow, FrameRow, TaskRow, WorkerRow } from './types.ts'
import { lengthOf, utilisationOf } from './utilisation.ts'

/** What else happened on the page in that time. */
export interface Surroundings {
  readonly columns: CallColumns
  readonly tasks: readonly TaskRow[]
  readonly workers: readonly WorkerRow[]
  readonly frames: readonly FrameRow[]
  readonly now: number
}

/** Smaller shares of the whole are not mentioned. */
const WORTH_SAYING = 0.01

export function whyOf(tree: TraceTree, around: Surroundings): Why {
  const path = criticalPath(tree, around.now)
  const totalMs = tree.end - tree.start
  const waitedMs = msOf(path, 'blocked', 'pending')
  const ranMs = msOf(path, 'running')
  const pageMs = msOf(path, 'page', 'returning')
  const frames = overlapping(around.frames, tree)
  const sentences = [
    waits(path, totalMs, waitedMs),
    `Ran ${formatMs(ranMs)}`,
    pageMs > WORTH_SAYING * totalMs && `${formatMs(pageMs)} on the page, between calls`,
    behind(path, around),
    frames.length > 0 && `${counted(frames.length, 'long frame')} on the page in that time`,
  ]
  const text = sentences
    .filter((sentence) => sentence !== false)
    .map((sentence) => `${sentence}.`)
    .join(' ')
  return { text, totalMs, waitedMs, ranMs, pageMs, path, frames }
}

/** "11.3 s, of which 96 % waiting: 3.19 s for parse, 6.79 s for analyze" */
function waits(path: readonly PathSegment[], totalMs: number, waitedMs: number): string {
  const total = formatMs(totalMs)
  if (waitedMs <= WORTH_SAYING * totalMs) return `${total}, hardly any of it waiting`
  const byTask = new Map<string, number>()
  for (const { phase, start, end, call } of path) {
    if (call === undefined || (phase !== 'blocked' && phase !== 'pending')) continue
    const name = nameOf(call)
    byTask.set(name, (byTask.get(name) ?? 0) + end - start)
  }
  const parts = [...byTask]
    .filter(([, ms]) => ms > WORTH_SAYING * totalMs)
    .map(([name, ms]) => `${formatMs(ms)} for ${name}`)
  return `${total}, of which ${formatShare(waitedMs / totalMs)} waiting: ${listed(parts)}`
}

/** For the call on the path that waited longest: "152 earlier calls on 2 slots, which were idle 37 % of that time" */
function behind(
  path: readonly PathSegment[],
  { columns, tasks, workers, now }: Surroundings,
): string | false {
  const calls = new Set(path.flatMap(({ call }) => call ?? []))
  const longest = [...calls].sort((a, b) => waitMs(b, now) - waitMs(a, now))[0]
  if (longest === undefined) return false
  const wait = waitMs(longest, now)
  const earlier = earlierThan(longest, columns)
  if (wait === 0 || earlier === 0) return false
  const range = { start: longest.createdTime, end: longest.createdTime + wait }
  const used = utilisationOf(columns, workers, longest, range, now)
  const task = tasks.find(
    ({ runtimeId, taskId }) => runtimeId === longest.runtimeId && taskId === longest.taskId,
  )
  const slots = task?.maxInFlight ?? used.length
  const idle = used.reduce((sum, { idleWhileWaiting }) => sum + lengthOf(idleWhileWaiting), 0)
  const share = used.length === 0 ? 0 : idle / (used.length * wait)
  const verb = earlier === 1 ? 'was' : 'were'
  const idleness = share > WORTH_SAYING ? `, which were idle ${formatShare(share)} of that time` : ''
  return `Before it in ${nameOf(longest)} ${verb} ${counted(earlier, 'earlier call')} on ${counted(slots, 'slot')}${idleness}`
}

/** The calls of its task that were made before it and were not over when it was made. */
function earlierThan(call: CallRow, columns: CallColumns): number {
  const lane = columns.lanes.findIndex(
    ({ runtimeId, taskId }) => runtimeId === call.runtimeId && taskId === call.taskId,
  )
  let count = 0
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    if ((columns.created[slot] as number) >= call.createdTime) break
    if (columns.lane[slot] === lane && !((columns.settled[slot] as number) <= call.createdTime)) count++
  }
  return count
}

function nameOf({ taskName, taskId }: CallRow): string {
  return taskName ?? taskId
}

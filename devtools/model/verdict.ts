/** Sums up how a page is doing in one word, with the figures and the place that show why. The worst verdict comes first. */
import { termFor } from './filter.ts'
import { counted, formatMs, listed } from './format.ts'
import { queueSeries } from './queue-series.ts'
import { overlapMs } from './ranges.ts'
import type { Verdict } from './results.ts'
import type { CallColumns, FrameRow, TaskRow, TimeRange, WorkerRow } from './types.ts'
import { lengthOf, utilisationOf } from './utilisation.ts'

/** The parts of a session that a verdict uses. */
export interface VerdictFacts {
  readonly columns: CallColumns
  readonly tasks: readonly TaskRow[]
  readonly workers: readonly WorkerRow[]
  readonly frames: readonly FrameRow[]
  readonly now: number
}

/** How far a verdict looks back, in ms. */
const WINDOW_MS = 10_000
/** Crashes count for so long, in ms, from so many on. */
const CRASH_WINDOW_MS = 60_000
const MANY_CRASHES = 2
/** A queue that is full for longer, in ms, saturates its task. */
const FULL_MS = 1_000
/** If slots are idle for less than this while calls wait, in ms, they are about to get the next call. */
const IDLE_MS = 250
/** If long frames cover at least this share of such times, the slots wait for the page. */
const PAGE_SHARE = 0.5

export function verdictOf(facts: VerdictFacts): Verdict {
  return failed(facts) ?? crashing(facts) ?? pageBound(facts) ?? saturated(facts) ?? working(facts)
}

function failed({ tasks }: VerdictFacts): Verdict | null {
  const out = tasks.filter(({ status }) => status === 'failed')
  if (out.length === 0) return null
  return {
    name: 'failed',
    text: `${listed(out.map(nameOf))} ${out.length === 1 ? 'is' : 'are'} out of service: too many crashes, or failed starts`,
    filter: `${taskTerms(out)} status:failed`,
    view: 'tasks',
    taskIds: idsOf(out),
  }
}

function crashing({ tasks, workers, now }: VerdictFacts): Verdict | null {
  const crashes = workers.filter(
    ({ end, endTime }) => end === 'crash' && endTime !== undefined && endTime > now - CRASH_WINDOW_MS,
  )
  if (crashes.length < MANY_CRASHES) return null
  const hit = tasks.filter((task) => crashes.some((worker) => isOf(worker, task)))
  return {
    name: 'crashing',
    text: `${counted(crashes.length, 'crash', 'crashes')} in the last minute: ${listed(hit.map(nameOf))}`,
    filter: taskTerms(hit),
    view: 'events',
    taskIds: idsOf(hit),
  }
}

function pageBound({ columns, tasks, workers, frames, now }: VerdictFacts): Verdict | null {
  const range = { start: now - WINDOW_MS, end: now }
  const long = frames.map(({ startTime, durationMs }) => ({ start: startTime, end: startTime + durationMs }))
  let idleMs = 0
  let coveredMs = 0
  const hit: TaskRow[] = []
  for (const task of tasks) {
    if (task.status !== 'active' && task.status !== 'idle') continue
    const idle = utilisationOf(columns, workers, task, range, now).flatMap(
      (worker) => worker.idleWhileWaiting,
    )
    const ms = lengthOf(idle)
    if (ms === 0) continue
    idleMs += ms
    coveredMs += idle.reduce((sum, time) => sum + coveredBy(time, long), 0)
    hit.push(task)
  }
  if (idleMs < IDLE_MS || coveredMs < PAGE_SHARE * idleMs) return null
  return {
    name: 'page-bound',
    text: `Workers of ${listed(hit.map(nameOf))} were idle for ${formatMs(idleMs)} of the last 10 s while calls waited, and the page was busy meanwhile`,
    filter: `${taskTerms(hit)} wait:>100`,
    view: 'timeline',
    taskIds: idsOf(hit),
  }
}

function saturated({ columns, tasks, now }: VerdictFacts): Verdict | null {
  const full = tasks.filter((task) => fullFor(columns, task, now) > FULL_MS)
  if (full.length === 0) return null
  const waiting = full.reduce((sum, { pending, blocked }) => sum + pending + blocked, 0)
  return {
    name: 'saturated',
    text: `The queue of ${listed(full.map(nameOf))} has been full for over a second: ${counted(waiting, 'call')} ${waiting === 1 ? 'waits' : 'wait'}`,
    filter: `${taskTerms(full)} status:pending,blocked`,
    view: 'tasks',
    taskIds: idsOf(full),
  }
}

function working({ tasks }: VerdictFacts): Verdict {
  const busy = tasks.filter(({ inFlight, pending, blocked }) => inFlight + pending + blocked > 0)
  if (busy.length === 0)
    return { name: 'idle', text: 'No call is open', filter: '', view: 'calls', taskIds: [] }
  const running = busy.reduce((sum, { inFlight }) => sum + inFlight, 0)
  return {
    name: 'healthy',
    text: `${counted(running, 'call')} ${running === 1 ? 'runs' : 'run'}, and no queue has been full for a second`,
    filter: 'status:open',
    view: 'calls',
    taskIds: idsOf(busy),
  }
}

/** How long the queue of a task has been full, up to now, in ms. An unbounded queue is never full. */
function fullFor(columns: CallColumns, task: TaskRow, now: number): number {
  const lane = columns.lanes.findIndex((name) => isOf(name, task))
  if (lane < 0 || task.status === 'gone') return 0
  const isFull = (blocked: number, pending: number) => blocked > 0 || pending >= task.maxQueueDepth
  let since = now
  for (const { time, blocked, pending } of queueSeries(columns, lane, { start: now - WINDOW_MS, end: now })) {
    if (!isFull(blocked, pending)) since = now
    else if (since === now) since = time
  }
  return now - since
}

function coveredBy(time: TimeRange, others: readonly TimeRange[]): number {
  return others.reduce((sum, other) => sum + overlapMs(time, other), 0)
}

function isOf(of: { readonly runtimeId: number; readonly taskId: string }, task: TaskRow): boolean {
  return of.runtimeId === task.runtimeId && of.taskId === task.taskId
}

function nameOf({ taskName, taskId }: TaskRow): string {
  return taskName ?? taskId
}

/** Filters have no "or", so of several tasks only the first is named. */
function taskTerms([first]: readonly TaskRow[]): string {
  return first === undefined ? '' : termFor('task', nameOf(first))
}

function idsOf(tasks: readonly TaskRow[]): string[] {
  return tasks.map(({ taskId }) => taskId)
}

/** Computes the figures of the header from the columns. */
import { type CallColumns, type FrameRow, STATUSES, type TaskRow, type WorkerRow } from '../model/types.ts'
import type { Figures, Spread } from './panel-state.ts'

const FAILED = STATUSES.indexOf('failed')
const REJECTED = STATUSES.indexOf('rejected')
const WINDOW_MS = 60_000
/** How many of the newest calls a percentile uses. It is computed four times a second. */
const MOST_SAMPLES = 2_000

export function figuresOf(
  columns: CallColumns,
  tasks: readonly TaskRow[],
  workers: readonly WorkerRow[],
  frames: readonly FrameRow[],
  now: number,
): Figures {
  const isShown = shownLanes(columns, tasks)
  const { wait, run } = timesOf(columns, now - WINDOW_MS, isShown)
  const sum = (read: (task: TaskRow) => number) => tasks.reduce((total, task) => total + read(task), 0)
  const alive = workers.filter(({ endTime }) => endTime === undefined).length
  return {
    busyWorkers: Math.min(
      sum(({ inFlight }) => inFlight),
      Math.max(alive, 0),
    ),
    workerLimit: sum(({ workerLimit }) => workerLimit),
    waiting: sum(({ pending, blocked }) => pending + blocked),
    oldestWaitMs: oldestWait(columns, now, isShown),
    calls: columns.length,
    failed: failedOf(columns, isShown),
    p95WaitMs: quantile(wait, 0.95),
    p95RunMs: quantile(run, 0.95),
    longestFrameMs: frames.reduce((most, { durationMs, ownMs = 0 }) => Math.max(most, durationMs - ownMs), 0),
  }
}

/** The wait and run times, in ms, of the newest settled calls of these lanes. */
export function timesOf(
  columns: CallColumns,
  since: number,
  isShown: (lane: number) => boolean,
): { wait: number[]; run: number[] } {
  const wait: number[] = []
  const run: number[] = []
  for (let rank = columns.length - 1; rank >= 0 && wait.length < MOST_SAMPLES; rank--) {
    const slot = columns.slotAt(rank)
    const created = columns.created[slot] as number
    if (created < since) break
    const started = columns.started[slot] as number
    if (Number.isNaN(started) || !isShown(columns.lane[slot] as number)) continue
    wait.push(Math.max(0, started - created))
    const ended = columns.runEnd[slot] as number
    const settled = columns.settled[slot] as number
    const end = Number.isNaN(ended) ? settled : ended
    if (!Number.isNaN(end)) run.push(Math.max(0, end - started))
  }
  return { wait, run }
}

/** The median, the 95th percentile, and how many values are below 1, 3, 10, 30 ms and so on. */
export function spreadOf(times: readonly number[]): Spread {
  const bins = Array.from({ length: 10 }, () => 0)
  for (const ms of times) {
    const bin = Math.max(0, Math.min(bins.length - 1, Math.ceil(2 * Math.log10(Math.max(ms, 0.1)))))
    bins[bin] = (bins[bin] ?? 0) + 1
  }
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), bins }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

function shownLanes(columns: CallColumns, tasks: readonly TaskRow[]): (lane: number) => boolean {
  const names = new Set(tasks.map(({ runtimeId, taskId }) => `${runtimeId} ${taskId}`))
  const shown = columns.lanes.map(({ runtimeId, taskId }) => names.has(`${runtimeId} ${taskId}`))
  return (lane) => shown[lane] ?? false
}

function failedOf(columns: CallColumns, isShown: (lane: number) => boolean): number {
  let failed = 0
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    const status = columns.status[slot] as number
    if ((status === FAILED || status === REJECTED) && isShown(columns.lane[slot] as number)) failed++
  }
  return failed
}

/** The first two statuses are those of open calls that have not started. */
function oldestWait(columns: CallColumns, now: number, isShown: (lane: number) => boolean): number {
  for (let rank = 0; rank < columns.length; rank++) {
    const slot = columns.slotAt(rank)
    if ((columns.status[slot] as number) < 2 && isShown(columns.lane[slot] as number))
      return now - (columns.created[slot] as number)
  }
  return 0
}

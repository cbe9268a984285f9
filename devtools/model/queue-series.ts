/** How many calls of a task waited, over time. The timeline draws it as the area of the queue. */
import { eachOverlapping } from './ranges.ts'
import type { QueuePoint } from './results.ts'
import { linear, type TimeScale } from './time-scale.ts'
import { type CallColumns, type CallStatus, STATUSES, type TimeRange } from './types.ts'

/** A call with one of these statuses that was never admitted was blocked; see `phasesOf`. */
const NEVER_IN: readonly CallStatus[] = ['blocked', 'rejected', 'canceled']

/**
 * The queue of a lane in the range, as steps: one at the start of the range, and one at each change. A call waits until its
 * handler starts or the call is over.
 */
export function queueSeries(columns: CallColumns, lane: number, range: TimeRange): QueuePoint[] {
  /** Changes of `blocked` and `pending` by time. */
  const changes = new Map<number, [blocked: number, pending: number]>()
  const add = (time: number, blocked: number, pending: number): void => {
    const at = Math.max(time, range.start)
    if (at > range.end) return
    const change = changes.get(at)
    if (change === undefined) changes.set(at, [blocked, pending])
    else {
      change[0] += blocked
      change[1] += pending
    }
  }
  eachOverlapping(columns, range, (slot) => {
    if (columns.lane[slot] !== lane) return
    const { created, admitted, end } = waitAt(columns, slot)
    if (end < range.start) return
    if (admitted > created) {
      add(created, 1, 0)
      add(admitted, -1, 0)
    }
    if (end > admitted) {
      add(admitted, 0, 1)
      add(end, 0, -1)
    }
  })
  const points: QueuePoint[] = [{ time: range.start, blocked: 0, pending: 0 }]
  for (const [time, [blocked, pending]] of [...changes].sort(([a], [b]) => a - b)) {
    const last = points.at(-1) as QueuePoint
    const next = { time, blocked: last.blocked + blocked, pending: last.pending + pending }
    if (time === last.time) points.pop()
    else if (blocked === 0 && pending === 0) continue
    points.push(next)
  }
  return points
}

/** The same for more calls than pixels: how many waited in the middle of each of `count` columns of the range. */
export function queueColumns(
  columns: CallColumns,
  lane: number,
  range: TimeRange,
  count: number,
  scale: TimeScale = linear(range, count),
): QueuePoint[] {
  const blocked = new Int32Array(count + 1)
  const pending = new Int32Array(count + 1)
  const add = (changes: Int32Array, from: number, to: number): void => {
    const first = columnAt(from)
    const last = columnAt(to)
    if (first === last) return
    changes[first] = (changes[first] as number) + 1
    changes[last] = (changes[last] as number) - 1
  }
  eachOverlapping(columns, range, (slot) => {
    if (columns.lane[slot] !== lane) return
    const { created, admitted, end } = waitAt(columns, slot)
    add(blocked, created, admitted)
    add(pending, admitted, end)
  })
  const points: QueuePoint[] = []
  const sum = { blocked: 0, pending: 0 }
  for (let column = 0; column < count; column++) {
    sum.blocked += blocked[column] as number
    sum.pending += pending[column] as number
    points.push({ time: scale.timeAt(column), ...sum })
  }
  return points

  /** The first column whose middle is not before this time. */
  function columnAt(time: number): number {
    return Math.max(0, Math.min(count, Math.ceil(scale.x(time) - 0.5)))
  }
}

/** When a call was made, when it was admitted, and when it stopped waiting. */
function waitAt(columns: CallColumns, slot: number) {
  const created = columns.created[slot] as number
  const end = firstKnown(columns.started[slot], columns.settled[slot])
  const wasNeverIn = NEVER_IN.includes(STATUSES[columns.status[slot] as number] as CallStatus)
  const admitted = Math.min(end, firstKnown(columns.admitted[slot], wasNeverIn ? end : created))
  return { created, admitted, end }
}

/** The intervals of a series in which calls waited. The last point lasts until `end`. */
export function waitingTimes(series: readonly QueuePoint[], end: number): TimeRange[] {
  const times: { start: number; end: number }[] = []
  for (const [index, { time, blocked, pending }] of series.entries()) {
    if (blocked + pending === 0) continue
    const until = series[index + 1]?.time ?? end
    const last = times.at(-1)
    if (last?.end === time) last.end = until
    else if (until > time) times.push({ start: time, end: until })
  }
  return times
}

function firstKnown(one = Number.NaN, other = Number.NaN): number {
  return !Number.isNaN(one) ? one : Number.isNaN(other) ? Number.POSITIVE_INFINITY : other
}

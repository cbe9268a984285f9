/** Draws one picture of the timeline: what is in its window, from the columns; density where calls are narrower than a pixel. */
import { densityOf, runEndAt } from '../model/density.ts'
import { formatMs } from '../model/format.ts'
import { queueSeries } from '../model/queue-series.ts'
import { eachOverlapping } from '../model/ranges.ts'
import { type DevtoolsSession, STATUSES, type TimeRange } from '../model/types.ts'
import { utilisationOf } from '../model/utilisation.ts'
import { AXIS, LABELS, type Lane, MINIMAP } from './lanes.ts'
import type { Paint } from './paint.ts'
import { ticksOf } from './scale.ts'

/** What is to be drawn. */
export interface Scene {
  readonly session: DevtoolsSession
  readonly lanes: readonly Lane[]
  readonly range: TimeRange
  /** Of the whole recording. */
  readonly whole: TimeRange
  readonly now: number
  readonly width: number
  readonly height: number
  readonly selected: number | undefined
  readonly traceId: string | undefined
  readonly measured: TimeRange | undefined
}

const FAILED = STATUSES.indexOf('failed')
const CANCELED = STATUSES.indexOf('canceled')
/** From so many calls in the window on, a lane is drawn as density. */
const MANY_PER_PIXEL = 1

export function drawScene(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): void {
  const { width, height, lanes, range, session } = scene
  const { colours } = paint
  const plot = width - LABELS
  const x = (time: number) => LABELS + ((time - range.start) / (range.end - range.start)) * plot
  const block = (start: number, end: number, top: number, tall: number, least = 1) => {
    const left = Math.max(LABELS, x(start))
    const right = Math.min(width, Math.max(x(end), left + least))
    if (right > left) context.fillRect(left, top, right - left, tall)
  }
  context.fillStyle = colours.bg
  context.fillRect(0, 0, width, height)
  context.font = paint.font
  context.textBaseline = 'middle'
  drawMinimap(context, scene, paint, plot)
  drawAxis(context, scene, paint, x)
  for (const lane of lanes) {
    if (lane.top > height) break
    context.fillStyle = colours.raised
    context.fillRect(LABELS, lane.top, plot, lane.height)
    context.fillStyle = colours.text
    context.fillText(shortened(context, lane.label), 8, lane.top + lane.height / 2)
    if (lane.kind === 'page') drawFrames(lane.top, lane.height)
    else if (lane.kind === 'queue') drawQueue(context, scene, paint, lane, x)
    else drawWorker(lane)
  }
  drawSelection()

  function drawFrames(top: number, tall: number): void {
    for (const { startTime, durationMs, blockingMs } of session.frames(range)) {
      context.fillStyle = colours['frame-pale']
      block(startTime, startTime + durationMs, top, tall, 2)
      context.fillStyle = colours.frame
      block(startTime + durationMs - blockingMs, startTime + durationMs, top, tall, 2)
    }
    context.fillStyle = paint.start
    for (const { start, end } of session.hidden(range)) block(start, Math.min(end, scene.now), top, tall)
  }

  function drawWorker(lane: Extract<Lane, { kind: 'worker' }>): void {
    const { top, height: tall, task } = lane
    for (const life of lane.lives) {
      context.fillStyle = paint.start
      block(life.spawnTime, life.readyTime ?? life.endTime ?? scene.now, top, tall)
    }
    drawCalls(lane)
    const used = utilisationOf(session.columns, lane.lives, task, range, scene.now)
    context.fillStyle = colours.blocked
    for (const { start, end } of used[0]?.idleWhileWaiting ?? []) block(start, end, top + tall - 2, 2, 0)
    for (const { end, endTime } of lane.lives) {
      if (end !== 'crash' || endTime === undefined || x(endTime) < LABELS) continue
      context.fillStyle = colours.failed
      context.fillText('✕', x(endTime) - 4, top + tall / 2)
    }
  }

  function drawCalls({ top, height: tall, lane, index }: Extract<Lane, { kind: 'worker' }>): void {
    const { columns } = session
    const slots: number[] = []
    eachOverlapping(columns, range, (slot) => {
      if (columns.lane[slot] === lane && columns.worker[slot] === index) slots.push(slot)
    })
    if (slots.length > MANY_PER_PIXEL * plot) {
      const density = densityOf(columns, { lane, workerIndex: index }, range, Math.floor(plot), scene.now)
      for (const [column, { busy, failed }] of density.entries()) {
        if (busy === 0) continue
        context.fillStyle = failed > 0 ? colours.failed : colours.running
        context.fillRect(LABELS + column, top + tall * (1 - busy), 1, tall * busy)
      }
      return
    }
    for (const slot of slots) {
      const started = columns.started[slot] as number
      if (Number.isNaN(started)) continue
      const end = runEndAt(columns, slot, scene.now)
      const status = columns.status[slot]
      context.fillStyle =
        status === FAILED ? colours.failed : status === CANCELED ? colours.canceled : colours.running
      if (status === CANCELED && x(end) - x(started) > 4) {
        context.strokeStyle = colours.canceled
        context.setLineDash([3, 2])
        context.strokeRect(Math.max(LABELS, x(started)) + 0.5, top + 0.5, x(end) - x(started) - 1, tall - 1)
        context.setLineDash([])
      } else block(started, Math.max(started, end - (x(end) - x(started) > 4 ? msOf(1) : 0)), top, tall)
      if (status === FAILED && x(end) - x(started) > 12) {
        context.fillStyle = colours.bg
        context.fillText('✕', x(end) - 10, top + tall / 2)
      }
    }
  }

  /** The selected call, and the calls of its trace joined by a line. */
  function drawSelection(): void {
    const chosen = scene.selected === undefined ? undefined : session.call(scene.selected)
    const traceId = scene.traceId ?? chosen?.traceId
    context.strokeStyle = colours.accent
    context.lineWidth = 1
    const marks: { readonly x: number; readonly y: number }[] = []
    for (const call of traceId === undefined ? [] : session.callsOfTrace(traceId)) {
      const lane = lanes.find(
        (each) =>
          each.kind === 'worker' &&
          each.index === call.workerIndex &&
          each.task.taskId === call.taskId &&
          each.task.runtimeId === call.runtimeId,
      )
      if (lane === undefined || call.startedTime === undefined) continue
      const left = x(call.startedTime)
      const right = x(call.runEndTime ?? call.settledTime ?? scene.now)
      if (right < LABELS || left > width) continue
      context.lineWidth = call.row === scene.selected ? 2 : 1
      context.strokeRect(
        Math.max(LABELS, left) - 1,
        lane.top - 1,
        Math.max(3, right - left) + 2,
        lane.height + 2,
      )
      marks.push({ x: left, y: lane.top + lane.height / 2 }, { x: right, y: lane.top + lane.height / 2 })
    }
    context.lineWidth = 1
    context.beginPath()
    for (const [at, mark] of marks.entries())
      context[at === 0 ? 'moveTo' : 'lineTo'](Math.max(LABELS, mark.x), mark.y)
    context.stroke()
    if (scene.measured) drawMeasure(scene.measured)
  }

  function drawMeasure({ start, end }: TimeRange): void {
    context.globalAlpha = 0.2
    context.fillStyle = colours.accent
    block(start, end, MINIMAP + AXIS, height)
    context.globalAlpha = 1
    context.fillStyle = colours.text
    context.fillText(formatMs(end - start), Math.max(LABELS, x(start)) + 4, height - 10)
  }

  function msOf(pixels: number): number {
    return (pixels * (range.end - range.start)) / plot
  }
}

function drawMinimap(
  context: CanvasRenderingContext2D,
  { lanes, session, whole, range, now }: Scene,
  { colours }: Paint,
  plot: number,
): void {
  context.fillStyle = colours.raised
  context.fillRect(LABELS, 0, plot, MINIMAP)
  const count = Math.max(1, Math.floor(plot / 3))
  const workers = lanes.filter((lane) => lane.kind === 'worker')
  const busy = new Float64Array(count)
  for (const { lane, index } of workers) {
    const density = densityOf(session.columns, { lane, workerIndex: index }, whole, count, now)
    for (const [column, each] of density.entries()) busy[column] = (busy[column] as number) + each.busy
  }
  context.fillStyle = colours.running
  for (const [column, sum] of busy.entries()) {
    const tall = (MINIMAP * sum) / Math.max(1, workers.length)
    context.fillRect(LABELS + column * 3, MINIMAP - tall, 2, tall)
  }
  const x = (time: number) =>
    LABELS + Math.max(0, Math.min(1, (time - whole.start) / (whole.end - whole.start))) * plot
  context.strokeStyle = colours.accent
  context.lineWidth = 1
  context.strokeRect(x(range.start) + 0.5, 0.5, Math.max(4, x(range.end) - x(range.start) - 1), MINIMAP - 1)
  context.fillStyle = colours.soft
  context.fillText('All', 8, MINIMAP / 2)
}

function drawAxis(
  context: CanvasRenderingContext2D,
  { range, session, width, height }: Scene,
  { colours }: Paint,
  x: (time: number) => number,
): void {
  for (const time of ticksOf(range, session.startTime, width - LABELS)) {
    context.fillStyle = colours.line
    context.fillRect(Math.round(x(time)), MINIMAP + 2, 1, height)
    context.fillStyle = colours.soft
    context.fillText(tickText(time - session.startTime), x(time) + 4, MINIMAP + AXIS / 2 + 2)
  }
}

/** The queue as two areas: what is pending below, what is blocked on top of it; the most at the right. */
function drawQueue(
  context: CanvasRenderingContext2D,
  { session, range, width }: Scene,
  paint: Paint,
  { lane, top, height }: Extract<Lane, { kind: 'queue' }>,
  x: (time: number) => number,
): void {
  if (lane < 0) return
  const points = queueSeries(session.columns, lane, range)
  const most = points.reduce((max, { blocked, pending }) => Math.max(max, blocked + pending), 0)
  if (most === 0) return
  const bottom = top + height
  for (const [at, { time, blocked, pending }] of points.entries()) {
    const left = Math.max(LABELS, x(time))
    const right = Math.min(width, x(points[at + 1]?.time ?? Math.min(range.end, session.now())))
    if (right <= left) continue
    const below = (height * pending) / most
    const above = (height * blocked) / most
    context.fillStyle = paint.hatch
    context.fillRect(left, bottom - below, right - left, below)
    context.fillStyle = paint.stripes
    context.fillRect(left, bottom - below - above, right - left, above)
    context.fillStyle = blocked > 0 ? paint.colours.blocked : paint.colours.pending
    context.fillRect(left, bottom - below - above, right - left, blocked + pending > 0 ? 1 : 0)
  }
  context.fillStyle = paint.colours.text
  const text = `max ${most.toLocaleString('en')}`
  context.fillText(text, width - context.measureText(text).width - 6, top + 8)
}

/** `12 s`, `250 ms` */
function tickText(ms: number): string {
  return Math.abs(ms) < 1 && ms !== 0
    ? `${Number(ms.toFixed(3))} ms`
    : ms % 1_000 === 0
      ? `${ms / 1_000} s`
      : formatMs(ms)
}

function shortened(context: CanvasRenderingContext2D, label: string): string {
  let text = label
  while (text.length > 4 && context.measureText(text).width > LABELS - 14) text = `${text.slice(0, -2)}…`
  return text
}

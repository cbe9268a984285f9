/** Draws each kind of lane, as density where calls are narrower than a pixel. */
import { densityOf, runEndAt } from '../model/density.ts'
import { queueColumns, queueSeries } from '../model/queue-series.ts'
import { type CallColumns, STATUSES } from '../model/types.ts'
import { utilisationOf } from '../model/utilisation.ts'
import { ofWorker, only } from './lane-calls.ts'
import { LABELS, type Lane } from './lanes.ts'
import type { Brush } from './scene.ts'

type Of<Kind extends Lane['kind']> = Extract<Lane, { kind: Kind }>

const FAILED = STATUSES.indexOf('failed')
const CANCELED = STATUSES.indexOf('canceled')
/** From this many calls per pixel on, a lane is drawn as density. */
const MANY_PER_PIXEL = 1
/** The height of interactions in the lane of the main thread, in px. */
const INTERACTIONS = 5

/** Draws long frames, with the blocking part solid, and interactions below them. A hidden page has neither. */
export function drawPage({ context, scene, paint, block }: Brush, { top, height }: Of<'page'>): void {
  const { session, axis } = scene
  const { range } = axis
  const tall = height - INTERACTIONS - 1
  for (const { startTime, durationMs, blockingMs } of session.frames(range)) {
    context.fillStyle = paint.colours['frame-pale']
    block(startTime, startTime + durationMs, top, tall, 2)
    context.fillStyle = paint.colours.frame
    block(startTime + durationMs - blockingMs, startTime + durationMs, top, tall, 2)
    if (scene.moment?.startTime !== startTime) continue
    context.fillStyle = paint.colours.accent
    block(startTime, startTime + durationMs, top - 2, 2, 3)
  }
  for (const { startTime, durationMs } of session.interactions(range)) {
    const isChosen = scene.moment?.startTime === startTime
    context.fillStyle = isChosen ? paint.colours.accent : paint.colours.blocked
    block(startTime, startTime + durationMs, top + height - INTERACTIONS, INTERACTIONS, 3)
  }
  context.fillStyle = paint.start
  for (const { start, end } of session.hidden(range)) block(start, Math.min(end, scene.now), top, tall)
}

/** Draws the queue as two areas, pending calls below and blocked ones on top. The maximum stands beside its name. */
export function drawQueue(brush: Brush, { top, height }: Of<'queue'>, columns: CallColumns): void {
  const { context, scene, paint, x } = brush
  const points = queueIn(brush, columns)
  const most = points.reduce((max, { blocked, pending }) => Math.max(max, blocked + pending), 0)
  context.fillStyle = paint.colours.soft
  context.fillText(
    most === 0 ? 'no call waits' : `max ${most.toLocaleString('en')}`,
    20,
    top + height / 2 + 7,
  )
  if (most === 0) return
  const bottom = top + height
  const scale = (height - 2) / most
  for (const [at, { time, blocked, pending }] of points.entries()) {
    const left = Math.max(LABELS, x(time))
    if (blocked + pending === 0) continue
    const right = Math.min(scene.width, x(points[at + 1]?.time ?? Math.min(scene.axis.range.end, scene.now)))
    if (right <= left) continue
    const below = scale * pending
    const above = scale * blocked
    context.fillStyle = paint.hatch
    context.fillRect(left, bottom - below, right - left, below)
    context.fillStyle = paint.stripes
    context.fillRect(left, bottom - below - above, right - left, above)
    context.fillStyle = blocked > 0 ? paint.colours.blocked : paint.colours.pending
    context.fillRect(left, bottom - below - above, right - left, 1)
  }
}

/** The exact series, or one point per pixel if there are more calls than pixels. */
function queueIn({ scene, plot }: Brush, columns: CallColumns) {
  if (columns.length === 0) return []
  const lane = columns.lane[columns.slotAt(0)] as number
  return columns.length > MANY_PER_PIXEL * plot
    ? queueColumns(columns, lane, scene.axis.range, Math.floor(plot), scene.axis)
    : queueSeries(columns, lane, scene.axis.range)
}

/** Draws a worker: its start (hatched), its calls, when it was idle while calls waited, and its crash. */
export function drawWorker(brush: Brush, lane: Of<'worker'>, columns: CallColumns): void {
  const { context, scene, paint, block, plot } = brush
  const { top, height, task } = lane
  drawStarts(brush, lane)
  const slots = ofWorker(columns, lane.index)
  if (slots.length > MANY_PER_PIXEL * plot) drawDensity(brush, lane, only(columns, slots), lane.index)
  else {
    for (const slot of slots) drawCall(brush, lane, columns, slot)
    const used = utilisationOf(columns, lane.lives, task, scene.axis.range, scene.now)
    context.fillStyle = paint.colours.blocked
    for (const { start, end } of used[0]?.idleWhileWaiting ?? []) block(start, end, top + height - 2, 2, 0)
  }
  drawCrashes(brush, lane)
}

/** Draws all workers of a task in one lane: how many of them were busy. */
export function drawGroup(brush: Brush, lane: Of<'group'>, columns: CallColumns): void {
  drawStarts(brush, lane)
  drawDensity(brush, lane, columns, undefined)
  drawCrashes(brush, lane)
}

function drawStarts(
  { context, scene, paint, block }: Brush,
  { top, height, lives }: Of<'worker' | 'group'>,
): void {
  context.fillStyle = paint.start
  for (const { spawnTime, readyTime, endTime } of lives)
    block(spawnTime, readyTime ?? endTime ?? scene.now, top, height)
}

function drawCrashes({ context, paint, x }: Brush, { top, height, lives }: Of<'worker' | 'group'>): void {
  for (const { end, endTime } of lives) {
    if (end !== 'crash' || endTime === undefined || x(endTime) < LABELS) continue
    context.fillStyle = paint.colours.bg
    context.fillRect(x(endTime) - 6, top, 12, height)
    context.fillStyle = paint.colours.failed
    context.textAlign = 'center'
    context.fillText('✕', x(endTime), top + height / 2 + 1)
    context.textAlign = 'start'
  }
}

function drawDensity(
  { context, scene, paint, plot }: Brush,
  { lane, top, height, task }: Of<'worker' | 'group'>,
  columns: CallColumns,
  workerIndex: number | undefined,
): void {
  const slots = workerIndex === undefined ? Math.max(1, task.workerLimit) : 1
  const { axis, now } = scene
  const of = { lane, workerIndex, slots }
  const density = densityOf(columns, of, axis.range, Math.floor(plot), now, axis)
  for (const [column, { busy, failed }] of density.entries()) {
    if (busy === 0) continue
    const tall = Math.max(1, height * busy)
    context.fillStyle = failed > 0 ? paint.colours.failed : paint.colours.running
    context.fillRect(LABELS + column, top + height - tall, 1, tall)
  }
}

function drawCall(
  { context, scene, paint, x, block }: Brush,
  { top, height }: Of<'worker'>,
  columns: CallColumns,
  slot: number,
): void {
  const { colours } = paint
  const started = columns.started[slot] as number
  if (Number.isNaN(started)) return
  const end = runEndAt(columns, slot, scene.now)
  const wide = x(end) - x(started)
  const status = columns.status[slot]
  if (status === CANCELED && wide > 4) {
    const left = Math.max(LABELS, x(started))
    context.fillStyle = colours.bg
    context.fillRect(left, top, x(end) - left - 1, height)
    context.strokeStyle = colours.canceled
    context.setLineDash([3, 2])
    context.strokeRect(left + 0.5, top + 0.5, x(end) - left - 2, height - 1)
    context.setLineDash([])
    return
  }
  context.fillStyle =
    status === FAILED ? colours.failed : status === CANCELED ? colours.canceled : colours.running
  // Neighbours are one pixel apart.
  block(started, Math.max(started, end - (wide > 4 ? 1 / scene.axis.scale : 0)), top, height)
  if (status !== FAILED || wide <= 12) return
  context.fillStyle = colours.bg
  context.fillText('✕', x(end) - 11, top + height / 2 + 1)
}

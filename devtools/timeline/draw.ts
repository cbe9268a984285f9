/** Draws one picture of the timeline: its window, lane by lane, with the selection on top. */
import { formatMs } from '../model/format.ts'
import type { CallColumns } from '../model/types.ts'
import { drawGroup, drawPage, drawQueue, drawWorker } from './draw-lanes.ts'
import { callsByLane } from './lane-calls.ts'
import { HEAD, LABELS, MINIMAP } from './lanes.ts'
import type { Paint } from './paint.ts'
import { ticksOf } from './axis.ts'
import { type Brush, brushOf, type Scene } from './scene.ts'

const NO_CALLS: Pick<CallColumns, 'length' | 'slotAt'> = { length: 0, slotAt: () => 0 }

export function drawScene(context: CanvasRenderingContext2D, scene: Scene, paint: Paint): void {
  const { width, height, axis, session, scrolled } = scene
  const { colours } = paint
  const brush = brushOf(context, scene, paint)
  context.fillStyle = colours.bg
  context.fillRect(0, 0, width, height)
  context.font = paint.font
  context.textBaseline = 'middle'
  const calls = callsByLane(session.columns, axis.range)
  context.save()
  context.beginPath()
  context.rect(0, HEAD, width, height - HEAD)
  context.clip()
  context.translate(0, -scrolled)
  const shown = scene.lanes.filter(
    ({ top, height: tall }) => top + tall > HEAD + scrolled && top < height + scrolled,
  )
  for (const { top, height: tall } of shown) {
    context.fillStyle = colours.raised
    context.fillRect(LABELS, top, brush.plot, tall)
    // With forced colours, a lane has the background of the page, so only a line shows it.
    if (colours.raised !== colours.bg) continue
    context.fillStyle = colours.line
    context.fillRect(LABELS, top + tall, brush.plot, 1)
  }
  context.fillStyle = colours.line
  for (const time of ticksOf(axis, session.startTime))
    context.fillRect(Math.round(brush.x(time)), HEAD + scrolled, 1, height)
  drawFolds(brush)
  for (const lane of shown) {
    context.fillStyle = colours.text
    const middle = lane.top + lane.height / 2 + (lane.kind === 'queue' ? -6 : 1)
    context.fillText(shortened(context, lane.label), lane.kind === 'worker' ? 20 : 8, middle)
    if (lane.kind === 'page') drawPage(brush, lane)
    else {
      const own = calls.get(lane.lane) ?? { ...session.columns, ...NO_CALLS }
      if (lane.kind === 'queue') drawQueue(brush, lane, own)
      else if (lane.kind === 'worker') drawWorker(brush, lane, own)
      else drawGroup(brush, lane, own)
    }
  }
  drawSelection(brush)
  context.restore()
  drawMinimap(brush)
  drawAxis(brush)
}

/** Cuts the folds out of all lanes. */
function drawFolds({ context, scene, paint, x }: Brush): void {
  const { axis, height, scrolled, width } = scene
  for (const { start, end } of foldsIn(axis)) {
    const left = Math.max(LABELS, x(start))
    const right = Math.min(width, x(end))
    context.fillStyle = paint.colours.bg
    context.fillRect(left, HEAD + scrolled, right - left, height)
    context.strokeStyle = paint.colours.soft
    context.setLineDash([2, 3])
    context.strokeRect(Math.round(left) + 0.5, HEAD + scrolled - 1, Math.round(right - left) - 1, height + 2)
    context.setLineDash([])
  }
}

function foldsIn({ folds, range }: Scene['axis']) {
  return folds.filter(({ start, end }) => end > range.start && start < range.end)
}

/** Draws the selected call, and a line that connects the calls of its trace. */
function drawSelection({ context, scene, paint, x, block }: Brush): void {
  const { session, lanes, width, height, scrolled } = scene
  const chosen = scene.selected === undefined ? undefined : session.call(scene.selected)
  const traceId = scene.traceId ?? chosen?.traceId
  context.strokeStyle = paint.colours.accent
  const marks: { readonly x: number; readonly y: number }[] = []
  for (const call of traceId === undefined ? [] : session.callsOfTrace(traceId)) {
    const lane = lanes.find(
      (each) =>
        (each.kind === 'group' || (each.kind === 'worker' && each.index === call.workerIndex)) &&
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
  const { measured } = scene
  if (!measured) return
  context.globalAlpha = 0.2
  context.fillStyle = paint.colours.accent
  block(measured.start, measured.end, scrolled, height)
  context.globalAlpha = 1
  context.fillStyle = paint.colours.text
  context.fillText(
    formatMs(measured.end - measured.start),
    Math.max(LABELS, x(measured.start)) + 4,
    height + scrolled - 10,
  )
}

function drawMinimap({ context, scene, paint, plot }: Brush): void {
  const { colours } = paint
  const { minimap, whole, axis, lanes } = scene
  context.fillStyle = colours.raised
  context.fillRect(LABELS, 0, plot, MINIMAP)
  const x = (time: number) => LABELS + Math.max(0, Math.min(plot, whole.x(time)))
  const slots = lanes.reduce(
    (sum, lane) => sum + (lane.kind === 'worker' ? 1 : lane.kind === 'group' ? lane.task.workerLimit : 0),
    0,
  )
  context.fillStyle = colours.running
  const { timeAt } = minimap.scale
  for (const [column, busy] of minimap.busy.entries()) {
    const tall = (MINIMAP - 2) * Math.min(1, busy / Math.max(1, slots))
    const left = x(timeAt(column))
    context.fillRect(left, MINIMAP - tall, Math.max(1, x(timeAt(column + 1)) - left - 1), tall)
  }
  context.strokeStyle = colours.accent
  context.lineWidth = 1
  const [left, right] = [x(axis.range.start), x(axis.range.end)]
  context.strokeRect(left + 0.5, 0.5, Math.max(4, right - left - 1), MINIMAP - 1)
  context.fillStyle = colours.soft
  context.fillText('Overview', 8, MINIMAP / 2)
}

/** Draws round times, and the length of each fold. */
function drawAxis({ context, scene, paint, x }: Brush): void {
  const { axis, session, width } = scene
  const middle = MINIMAP + (HEAD - MINIMAP) / 2 + 2
  const taken: { readonly left: number; readonly right: number }[] = []
  /** Skips labels that would overlap. */
  const write = (text: string, left: number, colour: string): void => {
    const right = left + context.measureText(text).width
    if (left < LABELS || right > width) return
    if (taken.some((other) => left < other.right + 4 && right > other.left - 4)) return
    taken.push({ left, right })
    context.fillStyle = paint.colours.bg
    context.fillRect(left - 2, MINIMAP + 2, right - left + 4, HEAD - MINIMAP)
    context.fillStyle = colour
    context.fillText(text, left, middle)
  }
  const ticks = ticksOf(axis, session.startTime)
  context.fillStyle = paint.colours.line
  for (const time of ticks) context.fillRect(Math.round(x(time)), MINIMAP + 2, 1, HEAD - MINIMAP)
  for (const { start, end } of foldsIn(axis)) {
    const text = `⋯ ${formatMs(end - start)}`
    write(text, (x(start) + x(end) - context.measureText(text).width) / 2, paint.colours.text)
  }
  for (const time of ticks) write(tickText(time - session.startTime), x(time) + 4, paint.colours.soft)
}

/** `12 s`, `1.2 s`, `250 ms` */
function tickText(ms: number): string {
  return Math.abs(ms) < 1 && ms !== 0
    ? `${Number(ms.toFixed(3))} ms`
    : ms >= 1_000 && ms < 60_000
      ? `${Number((ms / 1_000).toFixed(4))} s`
      : formatMs(ms)
}

function shortened(context: CanvasRenderingContext2D, label: string): string {
  let text = label
  while (text.length > 4 && context.measureText(text).width > LABELS - 26) text = `${text.slice(0, -2)}…`
  return text
}

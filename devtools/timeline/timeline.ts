/** The timeline on its canvas, outside React: its window, what the pointer does with it, and when it is drawn again. */
import { eachOverlapping } from '../model/ranges.ts'
import type { CallRow, DevtoolsSession, TimeRange } from '../model/types.ts'
import { runEndAt } from '../model/density.ts'
import { drawScene } from './draw.ts'
import { LABELS, lanesOf, type Lane, MINIMAP } from './lanes.ts'
import { type Paint, paintOf } from './paint.ts'
import { panned, zoomed } from './scale.ts'

/** What the panel has chosen, and hears of. */
export interface TimelineOptions {
  readonly session: DevtoolsSession
  readonly onSelect: (call: CallRow | undefined) => void
  readonly onFollow: (isFollowing: boolean) => void
  readonly onMeasure: (range: TimeRange) => void
}

/** What is shown of the session. */
export interface TimelineShown {
  readonly selected: number | undefined
  readonly traceId: string | undefined
  readonly runtimeId: number | undefined
  readonly isFrozen: boolean
}

/** How much of the newest a timeline shows that follows, in ms. */
const FOLLOWED_MS = 10_000
const NEAR_PX = 4

export class Timeline {
  private readonly canvas: HTMLCanvasElement
  private readonly options: TimelineOptions
  private readonly ends = new AbortController()
  private readonly observer: ResizeObserver
  private readonly unsubscribe: () => void
  private shown: TimelineShown = {
    selected: undefined,
    traceId: undefined,
    runtimeId: undefined,
    isFrozen: false,
  }
  private range: TimeRange
  private isFollowing = true
  private lanes: readonly Lane[] = []
  private paint: Paint | undefined
  private measured: TimeRange | undefined
  private frame = 0
  private drag: { readonly x: number; readonly range: TimeRange; readonly isMeasure: boolean } | undefined

  constructor(canvas: HTMLCanvasElement, options: TimelineOptions) {
    this.canvas = canvas
    this.options = options
    const { session } = options
    this.range = { start: session.startTime, end: session.startTime + FOLLOWED_MS }
    if (!session.isLive) this.showAll()
    const { signal } = this.ends
    canvas.addEventListener('wheel', this.onWheel, { signal, passive: false })
    canvas.addEventListener('pointerdown', this.onDown, { signal })
    canvas.addEventListener('pointermove', this.onMove, { signal })
    canvas.addEventListener('pointerup', this.onUp, { signal })
    canvas.addEventListener('dblclick', () => this.showSelection(), { signal })
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)'])
      matchMedia(query).addEventListener('change', this.repaint, { signal })
    this.observer = new ResizeObserver(this.repaint)
    this.observer.observe(canvas)
    this.unsubscribe = session.subscribe(this.invalidate)
    this.invalidate()
  }

  dispose(): void {
    this.ends.abort()
    this.observer.disconnect()
    this.unsubscribe()
    cancelAnimationFrame(this.frame)
  }

  show(shown: TimelineShown): void {
    this.shown = shown
    this.invalidate()
  }

  zoom(factor: number, anchor: number = (this.range.start + this.range.end) / 2): void {
    this.move(zoomed(this.range, factor, anchor))
  }

  pan(share: number): void {
    this.move(panned(this.range, share))
  }

  showAll(): void {
    this.move(this.whole())
  }

  follow(): void {
    this.isFollowing = true
    this.options.onFollow(true)
    this.invalidate()
  }

  /** The selected call fills the window, or its trace does. */
  showSelection(): void {
    const { session } = this.options
    const chosen = this.shown.selected === undefined ? undefined : session.call(this.shown.selected)
    const calls = chosen
      ? [chosen]
      : this.shown.traceId === undefined
        ? []
        : session.callsOfTrace(this.shown.traceId)
    if (calls.length === 0) return
    const start = Math.min(...calls.map(({ createdTime }) => createdTime))
    const end = Math.max(...calls.map(({ settledTime }) => settledTime ?? session.now()))
    const margin = Math.max(1, (end - start) * 0.1)
    this.move({ start: start - margin, end: end + margin })
  }

  /** The next call of the lane of the selected one; the newest call where none is selected. */
  selectNext(step: 1 | -1): void {
    const { session, onSelect } = this.options
    const chosen = this.shown.selected === undefined ? undefined : session.call(this.shown.selected)
    const calls = session
      .calls()
      .filter((call) => !chosen || (call.taskId === chosen.taskId && call.workerIndex === chosen.workerIndex))
    const at = chosen ? calls.findIndex(({ row }) => row === chosen.row) + step : calls.length - 1
    if (calls[at]) onSelect(calls[at])
  }

  private move(range: TimeRange): void {
    this.range = range
    if (this.isFollowing) {
      this.isFollowing = false
      this.options.onFollow(false)
    }
    this.invalidate()
  }

  private whole(): TimeRange {
    const { session } = this.options
    const end = this.lastTime()
    const { columns } = session
    const first = columns.length > 0 ? (columns.created[columns.slotAt(0)] as number) : session.startTime
    const start = Math.min(first, session.startTime)
    return { start, end: Math.max(end, start + 100) }
  }

  /** Where the axis stops: now while something is open, else soon after the last thing that happened. */
  private lastTime(): number {
    const { session } = this.options
    if (session.openCalls().length > 0 || !session.isLive) return session.now()
    const { columns } = session
    let last = session.startTime
    for (let rank = Math.max(0, columns.length - 200); rank < columns.length; rank++)
      last = Math.max(last, columns.settled[columns.slotAt(rank)] as number)
    return Math.min(session.now(), last + 2_000)
  }

  private readonly repaint = (): void => {
    this.paint = undefined
    this.invalidate()
  }

  /** Once a frame at most, and not at all while the view is paused. */
  private readonly invalidate = (): void => {
    if (this.frame === 0) this.frame = requestAnimationFrame(this.draw)
  }

  private readonly draw = (): void => {
    this.frame = 0
    const { canvas } = this
    const { session } = this.options
    const context = canvas.getContext('2d')
    const { clientWidth: width, clientHeight: height } = canvas
    if (!context || width === 0) return
    const ratio = devicePixelRatio
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    this.paint ??= paintOf(canvas, context)
    const { isFrozen } = this.shown
    if (this.isFollowing && !isFrozen) {
      const end = this.lastTime()
      this.range = { start: end - FOLLOWED_MS, end }
    }
    this.lanes = lanesOf(session, this.shown.runtimeId)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    drawScene(
      context,
      {
        ...this.shown,
        session,
        lanes: this.lanes,
        range: this.range,
        whole: this.whole(),
        now: session.now(),
        width,
        height,
        measured: this.measured,
      },
      this.paint,
    )
    if (session.isLive && !isFrozen && session.openCalls().length > 0) this.invalidate()
  }

  private timeAt(x: number, range = this.range): number {
    const plot = this.canvas.clientWidth - LABELS
    return range.start + ((x - LABELS) / plot) * (range.end - range.start)
  }

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(event.deltaY / 300), this.timeAt(event.offsetX))
    else this.pan((event.deltaX || event.deltaY) / 1_000)
  }

  private readonly onDown = (event: PointerEvent): void => {
    this.drag = { x: event.offsetX, range: this.range, isMeasure: event.shiftKey }
    if (event.offsetY < MINIMAP) this.centre(event.offsetX)
    try {
      this.canvas.setPointerCapture(event.pointerId)
    } catch {
      // The pointer has gone already: nothing of it is left to follow.
    }
  }

  private readonly onMove = (event: PointerEvent): void => {
    const { drag } = this
    if (!drag || Math.abs(event.offsetX - drag.x) < NEAR_PX) return
    if (event.offsetY < MINIMAP && !drag.isMeasure) this.centre(event.offsetX)
    else if (drag.isMeasure) {
      const times = [this.timeAt(drag.x), this.timeAt(event.offsetX)].sort((a, b) => a - b)
      this.measured = { start: times[0] ?? 0, end: times[1] ?? 0 }
      this.invalidate()
    } else {
      const by = this.timeAt(drag.x, drag.range) - this.timeAt(event.offsetX, drag.range)
      this.move({ start: drag.range.start + by, end: drag.range.end + by })
    }
  }

  private readonly onUp = (event: PointerEvent): void => {
    const { drag } = this
    this.drag = undefined
    if (drag?.isMeasure && this.measured) {
      this.options.onMeasure(this.measured)
      return
    }
    this.measured = undefined
    this.invalidate()
    if (drag && Math.abs(event.offsetX - drag.x) < NEAR_PX && event.offsetY > MINIMAP)
      this.options.onSelect(this.callAt(event.offsetX, event.offsetY))
  }

  /** The minimap's time comes to the middle of the window. */
  private centre(x: number): void {
    const middle = this.timeAt(x, this.whole())
    const half = (this.range.end - this.range.start) / 2
    this.move({ start: middle - half, end: middle + half })
  }

  private callAt(x: number, y: number): CallRow | undefined {
    const { session } = this.options
    const lane = this.lanes.find(({ top, height }) => y >= top && y <= top + height)
    if (lane?.kind !== 'worker') return undefined
    const near = { start: this.timeAt(x - NEAR_PX), end: this.timeAt(x + NEAR_PX) }
    const { columns } = session
    let found: number | undefined
    eachOverlapping(columns, near, (slot) => {
      if (columns.lane[slot] !== lane.lane || columns.worker[slot] !== lane.index) return
      const started = columns.started[slot] as number
      if (started <= near.end && runEndAt(columns, slot, session.now()) >= near.start) found = slot
    })
    return found === undefined ? undefined : session.callAt(found)
  }
}

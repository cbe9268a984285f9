/** The timeline on its canvas, outside React: its window, what it shows, and when it is redrawn. */
import type { CallRow, DevtoolsSession, TimeRange } from '../model/types.ts'
import { noteOwnWork } from '../recorder/own-work.ts'
import { Axis, lastOf } from './axis.ts'
import { drawScene } from './draw.ts'
import { extentOf } from './extent.ts'
import { type Hit, hitIn, wordsOf } from './hits.ts'
import { IdleFolds, wordsOfFold, wordsOfFolds } from './idle-folds.ts'
import { foldKeyOf, heightOf, LABELS, lanesOf, type Lane, MINIMAP } from './lanes.ts'
import { Minimap } from './minimap.ts'
import { nearestInNextLane, nextInLane } from './neighbours.ts'
import { type Paint, paintOf } from './paint.ts'
import { listenToPointer } from './pointer.ts'

/** What the timeline reports to the panel. */
export interface TimelineOptions {
  readonly session: DevtoolsSession
  readonly onSelect: (hit: Hit | undefined) => void
  readonly onFollow: (isFollowing: boolean) => void
  readonly onMeasure: (range: TimeRange) => void
  /** The folded idle time in words. */
  readonly onFolds: (text: string) => void
}

/** What is shown. */
export interface TimelineShown {
  readonly session: DevtoolsSession
  readonly selected: number | undefined
  readonly traceId: string | undefined
  readonly moment: { readonly kind: string; readonly startTime: number } | undefined
  readonly runtimeId: number | undefined
  readonly isFrozen: boolean
  readonly isIdleFolded: boolean
}

/** How much of the newest time a following timeline shows, in ms. */
const FOLLOWED_MS = 10_000
/** An unrequested redraw waits for this many times the cost of the last one, to use at most a tenth of the page's time. */
const REST = 10
const NEAR_PX = 4

export class Timeline {
  private readonly canvas: HTMLCanvasElement
  private readonly options: TimelineOptions
  private readonly ends = new AbortController()
  private readonly observer: ResizeObserver
  private unsubscribe: () => void
  private shown: TimelineShown
  private range: TimeRange
  private isFollowing: boolean
  private lanes: readonly Lane[] = []
  private readonly folded = new Set<string>()
  private readonly idle = new IdleFolds()
  private foldedText = ''
  private scrolled = 0
  private readonly minimap = new Minimap()
  private paint: Paint | undefined
  private measured: TimeRange | undefined
  private frame = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private restUntil = 0
  /** In px, as the browser reports it. Reading it from the canvas after React has written would force a layout. */
  private width = 0
  private height = 0

  constructor(canvas: HTMLCanvasElement, options: TimelineOptions) {
    this.canvas = canvas
    this.options = options
    const { session } = options
    this.shown = {
      session,
      selected: undefined,
      traceId: undefined,
      moment: undefined,
      runtimeId: undefined,
      isFrozen: false,
      isIdleFolded: true,
    }
    this.isFollowing = session.isLive
    this.range = extentOf(session)
    const { signal } = this.ends
    listenToPointer(canvas, this, signal)
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)'])
      this.view.matchMedia(query).addEventListener('change', this.repaint, { signal })
    // Use the observer of the canvas's own window: that of a hidden page reports nothing.
    const { ResizeObserver } = this.view as Window & typeof globalThis
    this.observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      this.width = Math.round(entry.contentRect.width)
      this.height = Math.round(entry.contentRect.height)
      this.invalidate()
    })
    this.observer.observe(canvas)
    this.unsubscribe = session.subscribe(this.refresh)
    this.invalidate()
  }

  dispose(): void {
    this.ends.abort()
    this.observer.disconnect()
    this.unsubscribe()
    clearTimeout(this.timer)
    this.view.cancelAnimationFrame(this.frame)
  }

  show(shown: TimelineShown): void {
    const { session } = shown
    const isOther = session !== this.shown.session
    this.shown = shown
    if (isOther) {
      this.unsubscribe()
      this.unsubscribe = session.subscribe(this.refresh)
      if (!session.isLive) this.showAll()
    }
    this.invalidate()
  }

  zoom(factor: number, anchor?: number): void {
    this.move(this.axis.zoomed(factor, anchor))
  }

  pan(share: number): void {
    const { axis } = this
    this.move(axis.panned(share * axis.pixels))
  }

  showAll(): void {
    this.move(extentOf(this.shown.session))
  }

  follow(): void {
    this.isFollowing = true
    this.options.onFollow(true)
    this.invalidate()
  }

  /** Folds each task into one lane, or unfolds them all. */
  foldAll(): void {
    const keys = this.shown.session.tasks().map(foldKeyOf)
    const isAny = keys.some((key) => !this.folded.has(key))
    this.folded.clear()
    if (isAny) for (const key of keys) this.folded.add(key)
    this.invalidate()
  }

  /** Zooms so that the selected call, its trace, or the frame fills the window. */
  showSelection(): void {
    const { session, selected, traceId, moment } = this.shown
    const chosen = selected === undefined ? undefined : session.call(selected)
    const calls = chosen ? [chosen] : traceId === undefined ? [] : session.callsOfTrace(traceId)
    const times = [...session.frames(), ...session.interactions()]
      .filter(({ startTime }) => startTime === moment?.startTime)
      .map(({ startTime, durationMs }) => ({ start: startTime, end: startTime + durationMs }))
    for (const { createdTime, settledTime } of calls)
      times.push({ start: createdTime, end: settledTime ?? session.now() })
    if (times.length === 0) return
    const start = Math.min(...times.map((time) => time.start))
    const end = Math.max(...times.map((time) => time.end))
    const margin = Math.max(1, (end - start) * 0.1)
    this.move({ start: start - margin, end: end + margin })
  }

  revealTime(time: number): void {
    this.move({ start: time - FOLLOWED_MS / 20, end: time + FOLLOWED_MS / 20 })
  }

  /** @see nextInLane */
  selectNext(step: 1 | -1): void {
    this.select(nextInLane(this.shown.session, this.shown.selected, step))
  }

  /** @see nearestInNextLane */
  selectLane(step: 1 | -1): void {
    this.select(nearestInNextLane(this.shown.session, this.lanes, this.shown.selected, step))
  }

  // What the pointer does.

  get window(): TimeRange {
    return this.range
  }

  /** The window with its scale, to drag it from. */
  get axis(): Axis {
    return new Axis(this.range, this.plot, this.idle.all)
  }

  move(range: TimeRange): void {
    this.range = range
    if (this.isFollowing) {
      this.isFollowing = false
      this.options.onFollow(false)
    }
    this.invalidate()
  }

  /** False when there is nothing to scroll. */
  scroll(by: number): boolean {
    const most = Math.max(0, heightOf(this.lanes) - this.height)
    if (most === 0) return false
    this.scrolled = Math.max(0, Math.min(most, this.scrolled + by))
    this.invalidate()
    return true
  }

  timeAt(x: number): number {
    return this.axis.timeAt(x - LABELS)
  }

  /** Centers the window on a time of the minimap. */
  centre(x: number): void {
    const { axis } = this
    this.move(axis.panned(axis.x(this.wholeAxis().timeAt(x - LABELS)) - axis.pixels / 2))
  }

  measure(range: TimeRange | undefined): void {
    this.measured = range
    this.invalidate()
  }

  measureDone(): void {
    if (this.measured) this.options.onMeasure(this.measured)
  }

  /** Selects what is there. Beside a task's name, collapses or expands the task. */
  press(x: number, y: number): void {
    const lane = this.laneAt(y)
    if (x >= LABELS || lane === undefined || lane.kind === 'page') {
      this.options.onSelect(this.hitAt(x, y))
      return
    }
    const key = foldKeyOf(lane.task)
    if (!this.folded.delete(key)) this.folded.add(key)
    this.invalidate()
  }

  hover(x: number, y: number): void {
    const hit = x < LABELS ? undefined : this.hitAt(x, y)
    const fold = x < LABELS || y < MINIMAP || hit ? undefined : this.axis.foldAt(x - LABELS)
    const text = hit ? wordsOf(hit, this.shown.session.now()) : fold ? wordsOfFold(fold) : ''
    if (this.canvas.title !== text) this.canvas.title = text
  }

  private select(call: CallRow | undefined): void {
    if (call) this.options.onSelect({ kind: 'call', call })
  }

  /** The panel may be in a separate window, which has frames even while the page has none. */
  private get view(): Window {
    return this.canvas.ownerDocument.defaultView ?? window
  }

  private laneAt(y: number): Lane | undefined {
    const from = y + this.scrolled
    return this.lanes.find(({ top, height }) => from >= top && from <= top + height)
  }

  private hitAt(x: number, y: number): Hit | undefined {
    const lane = this.laneAt(y)
    const near = { start: this.timeAt(x - NEAR_PX), end: this.timeAt(x + NEAR_PX) }
    return lane && hitIn(this.shown.session, lane, near, y + this.scrolled - lane.top)
  }

  private get plot(): number {
    return this.width - LABELS
  }

  private wholeAxis(): Axis {
    return new Axis(extentOf(this.shown.session), this.plot, this.idle.all)
  }

  private tellFolds(text: string): void {
    if (text !== this.foldedText) this.options.onFolds(text)
    this.foldedText = text
  }

  private hasOpenCalls(): boolean {
    return this.shown.session.openCount > 0
  }

  private readonly repaint = (): void => {
    this.paint = undefined
    this.invalidate()
  }

  /** Something was recorded: redraws as soon as the page has had its rest. */
  private readonly refresh = (): void => {
    if (this.frame !== 0 || this.timer !== undefined) return
    const wait = this.restUntil - performance.now()
    if (wait <= 0) return this.invalidate()
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.invalidate()
    }, wait)
  }

  /** At most once a frame. */
  private readonly invalidate = (): void => {
    if (this.frame === 0) this.frame = this.view.requestAnimationFrame(this.draw)
  }

  private readonly draw = (): void => {
    this.frame = 0
    const began = performance.now()
    const { canvas, shown, width, height } = this
    const { session, isFrozen } = shown
    const context = canvas.getContext('2d')
    if (!context || width === 0) return
    const ratio = this.view.devicePixelRatio
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    this.paint ??= paintOf(canvas, context)
    const extent = extentOf(session)
    this.idle.update(session, extent, shown.isIdleFolded)
    const folds = this.idle.all
    if (this.isFollowing) {
      const { start, end } = lastOf(FOLLOWED_MS, extent.end, folds)
      this.range = { start: Math.max(extent.start, start), end }
    }
    this.lanes = lanesOf(session, shown.runtimeId, this.folded)
    this.scroll(0)
    const now = session.now()
    const lanes = new Set(this.lanes.flatMap((lane) => (lane.kind === 'page' ? [] : lane.lane)))
    const count = Math.max(1, Math.floor((width - LABELS) / 3))
    const key = `${session.isLive && !isFrozen} ${lanes.size} ${count} ${session.startTime} ${folds.length}`
    const scale = new Axis(extent, count, folds)
    this.minimap.update(session.columns, scale, count, (lane) => lanes.has(lane), now, key)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const { axis, minimap, measured, scrolled } = this
    const whole = this.wholeAxis()
    drawScene(
      context,
      { ...shown, lanes: this.lanes, axis, whole, minimap, now, width, height, scrolled, measured },
      this.paint,
    )
    this.tellFolds(wordsOfFolds(folds))
    const ended = performance.now()
    noteOwnWork(began, ended)
    this.restUntil = ended + REST * (ended - began)
    if (session.isLive && !isFrozen && this.hasOpenCalls()) this.refresh()
  }
}

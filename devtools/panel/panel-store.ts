/** The store behind the panel: combines the reader's choices and the session in a view, at most four times a second. */
import { stillOf } from '../model/still-session.ts'
import type { DevtoolsSession } from '../model/types.ts'
import type { Timeline } from '../timeline/timeline.ts'
import { asOwnWork } from '../recorder/own-work.ts'
import type { Recorder } from '../recorder/recorder.ts'
import type { Choices, PanelView } from './panel-state.ts'
import { Picture } from './picture.ts'
import { recall, remember } from './remembered.ts'

export interface PanelStoreOptions {
  readonly recorder?: Recorder | undefined
  readonly makeRecorder: () => Recorder
  /** A file is shown instead of the recording. */
  readonly file?: DevtoolsSession | undefined
  readonly runtimeName?: string | undefined
  readonly isOpen: boolean
  readonly dock?: Choices['dock'] | undefined
  readonly tab?: Choices['tab'] | undefined
  readonly traceId?: string | undefined
  /** Size, side and view are kept between visits. */
  readonly isRemembered?: boolean | undefined
  /** Moves the panel into its own window. */
  readonly openWindow?: (() => void) | undefined
}

const TICK_MS = 250
/** An unrequested view waits for this many times the cost of the last one, to use at most a tenth of the page's time. */
const REST = 10
/** Long enough to read the message. */
const NOTICE_MS = 6_000

/** The default size of the dock, in px. */
const SIZES = { bottom: 420, right: 480, window: 420 }

const DEFAULTS: Choices = {
  isOpen: false,
  dock: 'bottom',
  size: SIZES.bottom,
  tab: 'timeline',
  filter: '',
  sort: 'newest',
  selected: undefined,
  traceId: undefined,
  runtimeId: undefined,
  isFrozen: false,
  isIdleFolded: true,
  isHelpOpen: false,
  firstRow: 0,
  rowCount: 40,
  notice: '',
  problem: undefined,
  moment: undefined,
}

const NO_SELECTION = { selected: undefined, traceId: undefined, moment: undefined }

/** The side pane shows one thing. */
function alone({ selected, traceId, moment }: Partial<Choices>): Partial<Choices> {
  if (moment !== undefined) return NO_SELECTION
  return selected !== undefined || traceId !== undefined ? { moment: undefined } : {}
}

export class PanelStore {
  /** While the Timeline view is open. */
  timeline: Timeline | null = null
  /** The window that contains the panel. */
  view: Window = window
  readonly openWindow: (() => void) | undefined
  private readonly options: PanelStoreOptions
  /** A time for the timeline to show when it has mounted. */
  private revealed: number | undefined
  private readonly listeners = new Set<() => void>()
  private choices: Choices
  private own: Recorder | undefined
  private file: DevtoolsSession | undefined
  /** A snapshot of the recording from when the reader paused the view. */
  private still: DevtoolsSession | undefined
  private picture: Picture | undefined
  private current: PanelView | undefined
  private timer: ReturnType<typeof setInterval> | undefined
  private restUntil = 0
  private noticeTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: PanelStoreOptions) {
    this.options = options
    this.openWindow = options.openWindow
    this.file = options.file
    const { isOpen, dock = 'bottom', tab = 'timeline', traceId } = options
    const size = SIZES[dock]
    this.choices = {
      ...DEFAULTS,
      isOpen,
      dock,
      size,
      tab,
      traceId,
      ...(options.isRemembered ? recall() : {}),
    }
    if (this.choices.isOpen) this.start()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** The reader's choices. They exist while the panel is closed, too. */
  readonly getChoices = (): Choices => this.choices

  /** Only while the panel is open. */
  readonly getView = (): PanelView => {
    this.current ??= asOwnWork(() => this.look().viewOf(this.choices, this.isRecording))
    return this.current
  }

  /** What is shown: the recording, or a file. */
  get session(): DevtoolsSession {
    return this.file ?? this.still ?? this.recorder.session
  }

  get recorder(): Recorder {
    if (this.options.recorder) return this.options.recorder
    this.own ??= this.options.makeRecorder()
    return this.own
  }

  readonly set = (change: Partial<Choices>): void => {
    const before = this.choices
    // Lists start at the top again.
    const top = change.tab !== undefined && change.tab !== before.tab ? { firstRow: 0 } : {}
    this.choices = { ...before, ...top, ...alone(change), ...change }
    if (this.choices.isOpen !== before.isOpen) {
      if (this.choices.isOpen) this.start()
      else this.stop()
    }
    if (change.notice) this.forgetNotice()
    if (this.options.isRemembered) remember(this.choices)
    this.changed()
  }

  readonly moveTo = (dock: Choices['dock']): void => this.set({ dock, size: SIZES[dock] })

  readonly toggle = (): void => this.set({ isOpen: !this.choices.isOpen })

  /** Pauses the view, which the reader can still use. The runtime continues. */
  readonly toggleFrozen = (): void => {
    if (this.file) return this.tell('A session file does not move: there is nothing to pause')
    this.still = this.still ? undefined : stillOf(this.recorder.session)
    this.picture = undefined
    const isFrozen = this.still !== undefined
    this.set({ isFrozen, notice: isFrozen ? 'View paused; the runtime continues' : 'View resumed' })
  }

  readonly toggleRecording = (): void => {
    if (this.file) return this.tell('A session file is open; close it to record this page')
    const { recorder } = this
    if (recorder.isPaused) recorder.resume()
    else recorder.pause()
    this.set({ notice: recorder.isPaused ? 'Recording paused' : 'Recording' })
  }

  readonly clear = (): void => {
    this.recorder.clear()
    if (this.still) this.toggleFrozen()
    this.set({ ...NO_SELECTION, firstRow: 0, notice: 'Cleared' })
  }

  /** Shows a file, read-only. Without a file, shows the page again. */
  readonly show = (file: DevtoolsSession | undefined): void => {
    this.file = file
    this.still = undefined
    this.picture = undefined
    this.set({
      ...NO_SELECTION,
      isFrozen: false,
      problem: undefined,
      runtimeId: undefined,
      firstRow: 0,
      filter: '',
      notice: file ? 'A session file is open, read-only' : 'This page',
    })
  }

  /** Opens a trace with its waterfall. False if none of it was recorded. */
  readonly openTrace = (traceId: string): boolean => {
    this.set({ ...NO_SELECTION, isOpen: true, tab: 'traces', traceId })
    const has = this.session.callsOfTrace(traceId).length > 0
    if (!has) this.tell('No call of this trace was recorded')
    return has
  }

  /** Opens the timeline at the time of an event. */
  readonly reveal = (time: number): void => {
    this.set({ tab: 'timeline' })
    if (this.timeline) this.timeline.revealTime(time)
    else this.revealed = time
  }

  /** Announces an action to screen readers, and shows it for a while. */
  readonly tell = (notice: string): void => {
    this.set({ notice })
  }

  /** Shows that there is nothing to show, and why. */
  readonly fail = (problem: string): void => this.set({ problem })

  /** Lets the keys of the panel reach the canvas. Returns a function that ends it. */
  readonly attach = (timeline: Timeline): (() => void) => {
    this.timeline = timeline
    if (this.revealed !== undefined) timeline.revealTime(this.revealed)
    this.revealed = undefined
    return () => {
      this.timeline = null
      timeline.dispose()
    }
  }

  dispose(): void {
    this.stop()
    clearTimeout(this.noticeTimer)
    this.own?.stop()
    this.listeners.clear()
  }

  private get isRecording(): boolean {
    return this.file === undefined && !this.recorder.isPaused
  }

  private look(): Picture {
    this.picture ??= new Picture(this.session, this.options.runtimeName)
    return this.picture
  }

  private start(): void {
    if (this.own?.isPaused) this.own.resume()
    this.timer ??= setInterval(() => this.tick(), TICK_MS)
  }

  /** Ends a recording that the panel started, so that a page with a closed panel has no listener. */
  private stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
    if (this.own && !this.own.isPaused) this.own.pause()
  }

  private forgetNotice(): void {
    clearTimeout(this.noticeTimer)
    this.noticeTimer = setTimeout(() => this.set({ notice: '' }), NOTICE_MS)
  }

  private tick(): void {
    const began = performance.now()
    if (began < this.restUntil || !this.look().hasChanged()) return
    asOwnWork(() => this.changed())
    const ended = performance.now()
    this.restUntil = ended + REST * (ended - began)
  }

  private changed(): void {
    this.current = undefined
    for (const listener of [...this.listeners]) listener()
  }
}

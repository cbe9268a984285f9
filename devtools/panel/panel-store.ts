/** One store behind the panel: the reader's choices and the session, as a picture that is made at most four times a second. */
import type { DevtoolsSession } from '../model/types.ts'
import type { Timeline } from '../timeline/timeline.ts'
import type { Recorder } from '../recorder/recorder.ts'
import type { Choices, PanelView } from './panel-state.ts'
import { Picture } from './picture.ts'
import { recall, remember } from './remembered.ts'

export interface PanelStoreOptions {
  readonly recorder?: Recorder | undefined
  readonly makeRecorder: () => Recorder
  /** A file is shown in place of what is recorded. */
  readonly file?: DevtoolsSession | undefined
  readonly runtimeName?: string | undefined
  readonly isOpen: boolean
  readonly dock?: Choices['dock'] | undefined
  readonly tab?: Choices['tab'] | undefined
  /** Size, side and view are kept between visits. */
  readonly isRemembered?: boolean | undefined
}

const TICK_MS = 250

const DEFAULTS: Choices = {
  isOpen: false,
  dock: 'bottom',
  size: 420,
  tab: 'timeline',
  filter: '',
  sort: 'newest',
  selected: undefined,
  traceId: undefined,
  runtimeId: undefined,
  isFrozen: false,
  isHelpOpen: false,
  firstRow: 0,
  rowCount: 40,
  notice: '',
}

export class PanelStore {
  /** While the Timeline view is open. */
  timeline: Timeline | null = null
  private readonly options: PanelStoreOptions
  private readonly listeners = new Set<() => void>()
  private choices: Choices
  private own: Recorder | undefined
  private file: DevtoolsSession | undefined
  private picture: Picture | undefined
  private current: PanelView | undefined
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(options: PanelStoreOptions) {
    this.options = options
    this.file = options.file
    const { isOpen, dock = 'bottom', tab = 'timeline' } = options
    this.choices = { ...DEFAULTS, isOpen, dock, tab, ...(options.isRemembered ? recall() : {}) }
    if (this.choices.isOpen) this.start()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What the reader has chosen; it is there while the panel is closed, too. */
  readonly getChoices = (): Choices => this.choices

  /** Only while the panel is open. */
  readonly getView = (): PanelView => {
    this.current ??= this.look().viewOf(this.choices, this.isRecording)
    return this.current
  }

  /** What is shown: the recording, or a file. */
  get session(): DevtoolsSession {
    return this.file ?? this.recorder.session
  }

  get recorder(): Recorder {
    if (this.options.recorder) return this.options.recorder
    this.own ??= this.options.makeRecorder()
    return this.own
  }

  readonly set = (change: Partial<Choices>): void => {
    const before = this.choices
    this.choices = { ...before, ...change }
    if (this.choices.isOpen !== before.isOpen) {
      if (this.choices.isOpen) this.start()
      else this.stop()
    }
    if (this.options.isRemembered) remember(this.choices)
    this.changed()
  }

  readonly toggle = (): void => this.set({ isOpen: !this.choices.isOpen })

  readonly toggleRecording = (): void => {
    const { recorder } = this
    if (recorder.isPaused) recorder.resume()
    else recorder.pause()
    this.set({ notice: recorder.isPaused ? 'Recording paused' : 'Recording' })
  }

  readonly clear = (): void => {
    this.recorder.clear()
    this.set({ selected: undefined, traceId: undefined, firstRow: 0, notice: 'Cleared' })
  }

  /** Shows a file, read-only; without one, the page again. */
  readonly show = (file: DevtoolsSession | undefined): void => {
    this.file = file
    this.picture = undefined
    this.set({
      selected: undefined,
      traceId: undefined,
      runtimeId: undefined,
      firstRow: 0,
      filter: '',
      notice: file ? 'A session file is open, read-only' : 'This page',
    })
  }

  /** Tells a screen reader, and shows for a while, what was done. */
  readonly tell = (notice: string): void => this.set({ notice })

  /** Lets the keys of the panel reach the canvas. Returns what ends it. */
  readonly attach = (timeline: Timeline): (() => void) => {
    this.timeline = timeline
    return () => {
      this.timeline = null
      timeline.dispose()
    }
  }

  dispose(): void {
    this.stop()
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

  /** A recording that the panel began ends with it: a page whose panel is closed has no listener. */
  private stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
    if (this.own && !this.own.isPaused) this.own.pause()
  }

  private tick(): void {
    if (!this.choices.isFrozen && this.look().hasChanged()) this.changed()
  }

  private changed(): void {
    this.current = undefined
    for (const listener of [...this.listeners]) listener()
  }
}

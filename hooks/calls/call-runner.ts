/** The calls of one hook: which of them is shown, which gives way, and what is aborted when the component goes. */
import {
  abortedInLine,
  asError,
  droppedFor,
  isAbort,
  reportThrown,
  supersededBy,
  unmounted,
} from './call-errors.ts'
import { Run, type RunnerConfig } from './call-run.ts'
import { type CallState, IDLE } from './call-state.ts'
import { onNextFrame } from '../state/frame.ts'

/** Runs calls for one component (or one query), and holds the state that it renders. Does nothing until it is run. */
export class CallRunner<Args extends readonly unknown[], Result> {
  private state: CallState<Args, Result> = IDLE
  private config: RunnerConfig<Args, Result>
  /** Dispatched and not over. */
  private readonly open = new Set<Run<Args, Result>>()
  /** Mode `queue`: waiting for their turn. */
  private readonly line: Run<Args, Result>[] = []
  /** The one that the state speaks of: the last that was dispatched. */
  private shown: Run<Args, Result> | undefined
  private owners = 0
  private isOwnerExpected = false
  private abandonTimer: ReturnType<typeof setTimeout> | undefined
  private cancelFrame: (() => void) | undefined
  private progress: unknown
  private readonly listeners = new Set<() => void>()

  constructor(config: RunnerConfig<Args, Result>) {
    this.config = config
  }

  readonly getState = (): CallState<Args, Result> => this.state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What the newest commit says; open calls go on as they began. */
  configure(config: RunnerConfig<Args, Result>): void {
    this.config = config
  }

  /** Somebody is mounting, and will adopt: a call that is made meanwhile is not given up. */
  expectOwner(): void {
    this.isOwnerExpected = true
    this.stopAbandoning()
  }

  /** Somebody has mounted who wants these calls; returns what their unmount does. Calls of another task are given up. */
  adopt(identity: object, method: string): () => void {
    this.owners++
    this.isOwnerExpected = false
    this.stopAbandoning()
    this.give(unmounted(), ({ subject }) => subject.identity !== identity || subject.method !== method)
    return () => {
      this.owners--
      this.abandonSoon()
    }
  }

  readonly run = (...args: Args): void => {
    this.start(args).catch(ignore)
  }

  readonly runAsync = (...args: Args): Promise<Result> => this.start(args)

  readonly abort = (reason?: unknown): void => this.give(reason, () => true)

  readonly reset = (): void => {
    this.shown = undefined
    this.dropProgress()
    this.show(IDLE)
    this.give(new DOMException('The calls were reset', 'AbortError'), () => true)
  }

  private start(args: Args): Promise<Result> {
    const { mode, subject } = this.config
    const isBusy = this.open.size > 0
    if (mode === 'drop' && isBusy) return Promise.reject(droppedFor(subject))
    if (mode === 'latest') this.supersede()
    const run = new Run<Args, Result>(args, subject)
    if (mode === 'queue' && isBusy) this.line.push(run)
    else this.dispatch(run)
    this.abandonSoon()
    return run.promise
  }

  private dispatch(run: Run<Args, Result>): void {
    this.open.add(run)
    this.shown = run
    this.dropProgress()
    this.show({ status: 'queued', args: run.args, data: this.state.data })
    const release = this.owners === 0 ? this.config.retain() : ignore
    try {
      run.call = this.config.dispatch(run.args, {
        start: () => this.started(run),
        progress: (value) => this.progressed(run, value),
        item: (item) => {
          if (this.open.has(run)) tell(() => this.config.onItem?.(item, run.args))
        },
      })
    } catch (error) {
      // A bad option, for instance: it reaches the component as any other failure does.
      release()
      this.fail(run, error)
      return
    }
    run.call.then(
      (data) => {
        release()
        this.succeed(run, data)
      },
      (error: unknown) => {
        release()
        this.fail(run, error)
      },
    )
  }

  private succeed(run: Run<Args, Result>, data: Result): void {
    if (!this.open.delete(run)) return
    if (run === this.shown) {
      this.dropProgress()
      this.show({ status: 'success', args: run.args, data })
    }
    run.resolve(data)
    const { onSuccess, onSettled } = this.config
    tell(() => onSuccess?.(data, run.args))
    tell(() => onSettled?.(data, undefined, run.args))
    this.next()
  }

  private fail(run: Run<Args, Result>, thrown: unknown): void {
    if (!this.open.delete(run)) return
    const { args } = run
    const error = asError(thrown)
    if (run === this.shown) {
      const { progress } = this
      const { data } = this.state
      this.dropProgress()
      this.show(
        isAbort(error)
          ? { status: 'aborted', args, reason: error.cause ?? error, data, progress }
          : { status: 'error', args, error, data, progress },
      )
    }
    this.rejectRun(run, thrown, error)
    this.next()
  }

  private rejectRun(run: Run<Args, Result>, thrown: unknown, error: Error): void {
    run.reject(thrown)
    const { onError, onSettled } = this.config
    if (!isAbort(error)) tell(() => onError?.(error, run.args))
    tell(() => onSettled?.(undefined, error, run.args))
  }

  /** Their promises reject now; whatever their calls still come to lands nowhere. */
  private supersede(): void {
    for (const run of [...this.open, ...this.line.splice(0)]) {
      this.open.delete(run)
      const error = supersededBy(run.subject, run.call?.callId)
      run.call?.abort(error)
      this.rejectRun(run, error, error)
    }
  }

  /** Aborts the calls that `which` names. */
  private give(reason: unknown, which: (run: Run<Args, Result>) => boolean): void {
    for (const run of this.line.filter(which)) {
      this.line.splice(this.line.indexOf(run), 1)
      const error = abortedInLine(run.subject, reason)
      this.rejectRun(run, error, error)
    }
    for (const run of [...this.open].filter(which)) run.call?.abort(reason)
  }

  private next(): void {
    if (this.open.size > 0) return
    const run = this.line.shift()
    if (run) this.dispatch(run)
    else this.stopAbandoning()
  }

  /** A timer, so that StrictMode's second mount, or whoever mounts in time, takes the calls over. */
  private abandonSoon(): void {
    const { graceMs } = this.config
    if (this.owners > 0 || this.isOwnerExpected) return
    if (this.open.size === 0 || graceMs === Number.POSITIVE_INFINITY) return
    this.abandonTimer ??= setTimeout(() => {
      this.abandonTimer = undefined
      this.abort(unmounted())
    }, graceMs)
  }

  private stopAbandoning(): void {
    clearTimeout(this.abandonTimer)
    this.abandonTimer = undefined
  }

  private started(run: Run<Args, Result>): void {
    if (run !== this.shown || !this.open.has(run) || this.state.status !== 'queued') return
    this.show({ status: 'running', args: run.args, data: this.state.data })
  }

  private progressed(run: Run<Args, Result>, value: unknown): void {
    if (run !== this.shown || !this.open.has(run)) return
    this.progress = value
    this.cancelFrame ??= onNextFrame(() => {
      this.cancelFrame = undefined
      this.show({ status: 'running', args: run.args, data: this.state.data, progress: this.progress })
    })
  }

  private dropProgress(): void {
    this.cancelFrame?.()
    this.cancelFrame = undefined
    this.progress = undefined
  }

  private show(state: CallState<Args, Result>): void {
    this.state = state
    for (const listener of this.listeners) listener()
  }
}

function tell(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    reportThrown(error)
  }
}

function ignore(): void {}

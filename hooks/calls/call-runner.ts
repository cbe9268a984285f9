/** The calls of one hook: which one is shown, which one is superseded, and what is aborted when the component goes. */
import { setLongTimer, systemClock } from '../../src/lib/clock.ts'
import { abortedInLine, asError, droppedFor, isAbort, supersededBy, unmounted } from './call-errors.ts'
import { Run, type RunnerConfig } from './call-run.ts'
import { type CallState, IDLE, getIdle } from './call-state.ts'
import { guarded, tellAll } from '../state/guarded.ts'
import { onNextFrame } from '../state/frame-store.ts'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'

/** This many calls may fail in one macrotask. The next one waits for another, so that calls made by `onError` do not block the page. */
const MOST_FAILURES_AT_ONCE = 20

/**
 * Runs calls for one component (or one query), and holds the state that it renders. Does nothing until it is run.
 *
 * Callbacks may call any method of this class: each of its steps is complete before it calls out.
 */
export class CallRunner<Args extends readonly unknown[], Result> {
  private state: CallState<Args, Result> = IDLE
  private config: RunnerConfig<Args, Result>
  /** Dispatched and not over. */
  private readonly open = new Set<Run<Args, Result>>()
  /** Modes `serial` and `keep-last`: waiting for their turn. */
  private line: Run<Args, Result>[] = []
  /** Mode `latest`: the run that is superseding those before it. It is dispatched if it is still wanted after that. */
  private next: { readonly run: Run<Args, Result>; outcome?: Error } | undefined
  /** The run that the state describes: the last one dispatched. */
  private shown: Run<Args, Result> | undefined
  /** How many callbacks are running: calls in line wait for them as well. */
  private telling = 0
  private isMoving = false
  /** Mode `keep-last`: the callbacks of those that waited are running. */
  private isReplacing = false
  /** In this macrotask. */
  private failures = 0
  private owners = 0
  private isOwnerExpected = false
  private readonly abandonments = new Set<() => void>()
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

  /** From the newest commit. Open calls continue as they began. */
  configure(config: RunnerConfig<Args, Result>): void {
    this.config = config
  }

  /**
   * A component is mounting and will adopt the calls, so calls made until then are kept. A tree that its boundary had hidden
   * comes back with its owner still present. Returns a function to call if the mount does not get that far.
   */
  expectOwner(): () => void {
    if (this.owners === 0) {
      this.isOwnerExpected = true
      this.own()
    }
    return () => {
      if (!this.isOwnerExpected) return
      this.isOwnerExpected = false
      this.abandonAll()
    }
  }

  /** A mounted component adopts the calls, or those of `only` this task and method. Returns a function for its unmount. */
  adopt(only?: { readonly identity: object; readonly method: string }): () => void {
    this.owners++
    this.isOwnerExpected = false
    this.own()
    const isOther = ({ subject }: Run<Args, Result>) =>
      subject.identity !== only?.identity || subject.method !== only.method
    if (only) this.give(unmounted(), isOther)
    return () => {
      this.owners--
      this.abandonAll()
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
    if (mode === 'drop-latest' && this.open.size > 0) return Promise.reject(droppedFor(subject))
    const run = new Run<Args, Result>(args, subject)
    run.isOwned = this.owners > 0 || this.isOwnerExpected
    if (mode === 'serial') {
      this.line.push(run)
      this.moveUp()
    } else if (mode === 'keep-last') this.waitAlone(run)
    else if (mode !== 'latest' || this.supersedeFor(run)) this.dispatch(run)
    this.abandon([run])
    return run.promise
  }

  private dispatch(run: Run<Args, Result>): void {
    this.open.add(run)
    this.shown = run
    this.dropProgress()
    this.show({ status: 'queued', args: run.args, data: this.state.data })
    if (this.failures < MOST_FAILURES_AT_ONCE) this.call(run)
    else setTimeout(() => this.open.has(run) && this.call(run))
  }

  private call(run: Run<Args, Result>): void {
    const release = this.owners === 0 ? this.config.retain() : ignore
    try {
      const call = this.config.dispatch(run.args, {
        start: () => this.started(run),
        progress: (value) => this.progressed(run, value),
        item: (item) => {
          if (run.isOwned && this.open.has(run)) guarded(() => this.config.onItem?.(item, run.args))
        },
      })
      call.then(
        (data) => {
          release()
          this.succeed(run, data)
        },
        (error: unknown) => {
          release()
          this.fail(run, error)
        },
      )
      run.began(call)
    } catch (error) {
      // For example, a bad option. It reaches the component like any other failure.
      release()
      this.fail(run, error)
    }
  }

  private succeed(run: Run<Args, Result>, data: Result): void {
    if (!this.open.delete(run)) return
    if (run === this.shown) {
      this.dropProgress()
      this.show({ status: 'success', args: run.args, data })
    }
    run.resolve(data)
    const { onSuccess, onSettled } = this.config
    this.tell(
      run,
      () => onSuccess?.(data, run.args),
      () => onSettled?.(data, undefined, run.args),
    )
  }

  private fail(run: Run<Args, Result>, thrown: unknown): void {
    if (!this.open.delete(run)) return
    if (this.failures++ === 0) setTimeout(() => (this.failures = 0))
    const { args } = run
    const error = asError(thrown)
    if (run === this.shown) {
      const { progress } = this
      const { data } = this.state
      this.dropProgress()
      this.show(
        isAbort(error)
          ? { status: 'canceled', args, reason: error.cause ?? error, data, progress }
          : { status: 'error', args, error, data, progress },
      )
    }
    this.reject(run, thrown, error)
  }

  private reject(run: Run<Args, Result>, thrown: unknown, error: Error): void {
    run.reject(thrown)
    const { onError, onSettled } = this.config
    this.tell(
      run,
      () => isAbort(error) || onError?.(error, run.args),
      () => onSettled?.(undefined, error, run.args),
    )
  }

  private tell({ isOwned }: Run<Args, Result>, ...callbacks: (() => unknown)[]): void {
    this.telling++
    if (isOwned) for (const callback of callbacks) guarded(callback)
    this.telling--
    this.moveUp()
  }

  /**
   * Ends what came before `run`: its promises reject now, and any later result of its calls is ignored. Returns
   * whether `run` is still wanted: a callback that has called again made the newer call, and there is only one.
   */
  private supersedeFor(run: Run<Args, Result>): boolean {
    if (this.next) this.next.outcome = supersededBy(run.subject, undefined)
    const next: NonNullable<typeof this.next> = { run }
    this.next = next
    const gone = [...this.open, ...this.line].map(
      (earlier) => [earlier, supersededBy(earlier.subject, earlier.callId)] as const,
    )
    this.open.clear()
    this.line = []
    for (const [earlier, error] of gone) earlier.abort(error)
    for (const [earlier, error] of gone) this.reject(earlier, error, error)
    if (this.next === next) this.next = undefined
    // Without callbacks: one that called again would be called forever.
    if (next.outcome) run.reject(next.outcome)
    return !next.outcome
  }

  /** Mode `keep-last`: ends those that wait, and takes their place. */
  private waitAlone(run: Run<Args, Result>): void {
    const gone = this.line
    this.line = [run]
    const isOuter = !this.isReplacing
    this.isReplacing = true
    for (const earlier of gone) {
      const error = supersededBy(earlier.subject, undefined, 'keep-last')
      // Without callbacks if one of them has called again: it would be called forever.
      if (isOuter) this.reject(earlier, error, error)
      else earlier.reject(error)
    }
    if (isOuter) this.isReplacing = false
    this.moveUp()
  }

  /** Aborts the calls that `which` names. */
  private give(reason: unknown, which: (run: Run<Args, Result>) => boolean): void {
    const waiting = this.line.filter(which)
    this.line = this.line.filter((run) => !waiting.includes(run))
    if (this.next && which(this.next.run)) this.next.outcome ??= abortedInLine(this.next.run.subject, reason)
    for (const run of [...this.open].filter(which)) run.abort(reason)
    for (const run of waiting) {
      const error = abortedInLine(run.subject, reason)
      this.reject(run, error, error)
    }
  }

  /** Dispatches the first in line when nothing is open and no callback is running. */
  private moveUp(): void {
    // One after another, not nested: a thousand may fail as they are dispatched.
    if (this.isMoving) return
    this.isMoving = true
    while (this.telling === 0 && this.open.size === 0) {
      const run = this.line.shift()
      if (!run) {
        this.stopAbandoning()
        break
      }
      this.dispatch(run)
    }
    this.isMoving = false
  }

  /** Runs belong to a component that is mounted, or about to be. */
  private own(): void {
    this.stopAbandoning()
    for (const run of [...this.open, ...this.line]) run.isOwned = true
  }

  private abandonAll(): void {
    this.abandon([...this.open, ...this.line])
  }

  /** A timer, so that StrictMode's second mount, or another mount in time, takes the calls over. */
  private abandon(asked: readonly Run<Args, Result>[]): void {
    if (this.owners > 0 || this.isOwnerExpected) return
    const runs = asked.filter((run) => this.open.has(run) || this.line.includes(run))
    if (runs.length === 0) return
    const stop = setLongTimer(
      systemClock,
      () => {
        this.abandonments.delete(stop)
        this.give(unmounted(), (run) => runs.includes(run))
      },
      this.config.abortAfterUnmountMs,
    )
    this.abandonments.add(stop)
  }

  private stopAbandoning(): void {
    for (const stop of this.abandonments) stop()
    this.abandonments.clear()
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
    tellAll(this.listeners)
  }
}

function ignore(): void {}

// React 18 warns of a layout effect on a server, where neither kind runs.
const useCommitEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/** The runner of this component, and the state of its calls. */
export function useCallRunner<Args extends readonly unknown[], Result>(
  config: RunnerConfig<Args, Result>,
): readonly [CallRunner<Args, Result>, CallState<Args, Result>] {
  const [runner] = useState(() => new CallRunner(config))
  const { identity, method } = config.subject
  // Before any effect that could run a call.
  useInsertionEffect(() => runner.configure(config))
  // The effect below may come a while after the commit; a click, or a child's layout effect, comes before it.
  useCommitEffect(() => runner.expectOwner(), [runner])
  useEffect(() => runner.adopt({ identity, method }), [runner, identity, method])
  return [runner, useSyncExternalStore(runner.subscribe, runner.getState, getIdle)]
}

/** The calls of one method over many items: which run, which wait, the progress of each. Published at most once a frame. */
import { setLongTimer, systemClock } from '../../src/lib/clock.ts'
import { guarded, tellAll } from '../state/guarded.ts'
import { onNextFrame } from '../state/frame-store.ts'
import { asError, isAbort, unmounted } from './call-errors.ts'
import type { CallEars } from './call-run.ts'
import type { ItemCall } from './item-run.ts'

/** The identity of an item: what `keyOf` returns, or the item itself. */
export type ItemKey = unknown

/** The state of an item, without the item. */
export type MapItemOutcome<Result, Progress = unknown> =
  | {
      readonly status: 'idle'
      readonly data?: undefined
      readonly error?: undefined
      readonly progress?: undefined
    }
  | {
      /** `queued` until the handler starts, then `running`. */
      readonly status: 'queued' | 'running'
      /** The result of an earlier run. */
      readonly data?: Result | undefined
      readonly error?: undefined
      /** The newest value that the handler gave to `progress`. */
      readonly progress?: Progress | undefined
    }
  | {
      readonly status: 'success'
      readonly data: Result
      readonly error?: undefined
      readonly progress?: undefined
    }
  | {
      readonly status: 'error'
      readonly error: Error
      readonly data?: undefined
      readonly progress?: undefined
    }
  | {
      readonly status: 'canceled'
      /** What `abort` was given; the `TaskAbortError` where it was given nothing. */
      readonly reason: unknown
      readonly data?: undefined
      readonly error?: undefined
      readonly progress?: undefined
    }

/** From the newest commit. */
export interface MapConfig<Item, Result> {
  readonly dispatch: (item: Item, ears: Pick<CallEars, 'progress' | 'start'>) => ItemCall<Result>
  readonly maxInFlight: number
  readonly abortAfterUnmountMs: number
  readonly onSuccess: ((data: Result, item: Item) => void) | undefined
  readonly onError: ((error: Error, item: Item) => void) | undefined
}

/** What has been published. */
export interface MapSnapshot<Result> {
  /** The state of the item with this key. */
  readonly outcomeOf: (key: ItemKey) => MapItemOutcome<Result>
}

interface Entry<Item, Result> {
  readonly key: ItemKey
  readonly item: Item
  /** Whether it had a component. A component that is gone receives nothing. */
  readonly isOwned: boolean
  outcome: MapItemOutcome<Result>
  /** Exists while it is dispatched. */
  call: ItemCall<Result> | undefined
  /** Why it was aborted before its call existed: by code that ran while the call was being made. */
  early?: { readonly reason: unknown }
}

const IDLE = Object.freeze({ status: 'idle' } as const)

export class MapRunner<Item, Result> {
  private config: MapConfig<Item, Result>
  private readonly entries = new Map<ItemKey, Entry<Item, Result>>()
  private readonly line = new Set<Entry<Item, Result>>()
  private inFlight = 0
  private isMoving = false
  private published: MapSnapshot<Result> = this.read()
  private cancelFrame: (() => void) | undefined
  private readonly listeners = new Set<() => void>()
  private stopAbandoning: (() => void) | undefined
  private hasUnmounted = false

  constructor(config: MapConfig<Item, Result>) {
    this.config = config
  }

  /** A new object after each publication. */
  readonly getSnapshot = (): MapSnapshot<Result> => this.published

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Open calls continue as they began. Items that are gone are aborted and forgotten. */
  configure(config: MapConfig<Item, Result>, keys: ReadonlySet<ItemKey>): void {
    this.config = config
    for (const entry of this.entries.values()) {
      if (keys.has(entry.key)) continue
      this.entries.delete(entry.key)
      this.stop(entry, new DOMException('The item is not in the list any more', 'AbortError'))
    }
  }

  /** Its component has mounted. Returns its unmount, after which StrictMode may mount a second time. */
  readonly adopt = (): (() => void) => {
    this.hasUnmounted = false
    this.stopAbandoning?.()
    this.stopAbandoning = undefined
    return () => {
      this.hasUnmounted = true
      this.abandon()
    }
  }

  private abandon(): void {
    this.stopAbandoning ??= setLongTimer(
      systemClock,
      () => {
        this.stopAbandoning = undefined
        this.abortWhere(() => true, unmounted())
      },
      this.config.abortAfterUnmountMs,
    )
  }

  /** Runs the items that `which` names and that are not running yet; `isNext`: before those that wait. */
  run(
    items: Iterable<readonly [ItemKey, Item]>,
    which: (outcome: MapItemOutcome<Result>) => boolean,
    isNext = false,
  ): void {
    const waiting = isNext ? [...this.line] : []
    if (isNext) this.line.clear()
    for (const [key, item] of items) {
      const before = this.entries.get(key)
      const outcome = before?.outcome ?? IDLE
      if (outcome.status === 'queued' || outcome.status === 'running' || !which(outcome)) {
        if (before && waiting.includes(before)) this.line.add(before)
        continue
      }
      const isOwned = !this.hasUnmounted
      const entry: Entry<Item, Result> = {
        key,
        item,
        isOwned,
        outcome: { status: 'queued' },
        call: undefined,
      }
      this.entries.set(key, entry)
      this.line.add(entry)
    }
    for (const entry of waiting) this.line.add(entry)
    if (this.hasUnmounted) this.abandon()
    this.changed()
    this.moveUp()
  }

  abortWhere(which: (key: ItemKey) => boolean, reason: unknown): void {
    for (const entry of [...this.entries.values()]) if (which(entry.key)) this.stop(entry, reason)
  }

  private stop(entry: Entry<Item, Result>, reason: unknown): void {
    if (this.line.delete(entry)) {
      const why: unknown = reason ?? new DOMException('The item was aborted', 'AbortError')
      this.show(entry, { status: 'canceled', reason: why })
    } else if (entry.call) entry.call.abort(reason)
    else entry.early ??= { reason }
  }

  /** One after another, not nested: a thousand may fail as they are dispatched. */
  private moveUp(): void {
    if (this.isMoving) return
    this.isMoving = true
    for (const entry of this.line) {
      if (this.inFlight >= this.config.maxInFlight) break
      this.line.delete(entry)
      this.dispatch(entry)
    }
    this.isMoving = false
  }

  private dispatch(entry: Entry<Item, Result>): void {
    this.inFlight++
    try {
      entry.call = this.config.dispatch(entry.item, {
        start: () => this.goesOn(entry, entry.outcome.progress),
        progress: (value) => this.goesOn(entry, value),
      })
      entry.call.then(
        (data) => this.settled(entry, { status: 'success', data }),
        (error: unknown) => this.failed(entry, error),
      )
      if (entry.early) entry.call.abort(entry.early.reason)
    } catch (error) {
      // For example, a bad option. It reaches the component like any other failure.
      void Promise.resolve().then(() => this.failed(entry, error))
    }
  }

  private goesOn(entry: Entry<Item, Result>, progress: unknown): void {
    const { status } = entry.outcome
    if (status === 'queued' || status === 'running') this.show(entry, { status: 'running', progress })
  }

  private failed(entry: Entry<Item, Result>, thrown: unknown): void {
    const error = asError(thrown)
    this.settled(
      entry,
      isAbort(error) ? { status: 'canceled', reason: error.cause ?? error } : { status: 'error', error },
    )
  }

  private settled(entry: Entry<Item, Result>, outcome: MapItemOutcome<Result>): void {
    this.inFlight--
    entry.call = undefined
    this.show(entry, outcome)
    const { onSuccess, onError } = this.config
    const isListed = entry.isOwned && this.entries.get(entry.key) === entry
    if (isListed && outcome.status === 'success') guarded(() => onSuccess?.(outcome.data, entry.item))
    if (isListed && outcome.status === 'error') guarded(() => onError?.(outcome.error, entry.item))
    this.moveUp()
  }

  private show(entry: Entry<Item, Result>, outcome: MapItemOutcome<Result>): void {
    entry.outcome = outcome
    this.changed()
  }

  private read(): MapSnapshot<Result> {
    return { outcomeOf: (key) => this.entries.get(key)?.outcome ?? IDLE }
  }

  private changed(): void {
    this.cancelFrame ??= onNextFrame(() => {
      this.cancelFrame = undefined
      this.published = this.read()
      tellAll(this.listeners)
    })
  }
}

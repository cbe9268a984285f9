/** Work that a render started. Kept by key until a component commits it, or else for a second after it settled. */
import type { TaskCall } from '../../src/index.ts'
import {
  forgetQuery,
  type KnownQuery,
  learnQuery,
  type QueryEars,
  takePrefetched,
} from '../../src/lib/known-queries.ts'
import { tellAll } from '../state/guarded.ts'
import { asError, type CallSubject, isAbort, supersededBy } from './call-errors.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

/** The states that a render may find. */
export type SuspenseState<Result> =
  | { readonly status: 'pending' }
  | { readonly status: 'success'; readonly data: Result }
  | { readonly status: 'error'; readonly error: Error }

/** How a render starts its work. */
export interface SuspenseWork<Result> {
  readonly subject: CallSubject
  /** Identifies the query among those of its task. */
  readonly id: string
  readonly dispatch: () => TaskCall<Result>
  /** Keeps the workers until a component has committed, or none will. */
  readonly retain: () => () => void
  /** It settled, but no component has committed it yet. */
  readonly settledUnread: () => void
  /** The error for a component that requests something else each time it is called. */
  readonly refuse: () => Error
}

/** How long uncommitted work stays after it settled, in ms. */
const UNREAD_MS = 1_000
/** The same, while other work is pending. */
const UNREAD_AT_MOST_MS = 60_000

/**
 * A component that creates an argument during render never finds its result: it suspends, and requests something else when
 * the result arrives. This many times within this many ms cannot be a coincidence.
 */
const MOST_LOST = 3
const LOST_WITHIN_MS = 250

const DEAF: QueryEars = { onStart: () => {}, onProgress: () => {} }

const PENDING: SuspenseState<never> = Object.freeze({ status: 'pending' })

/** One piece of work by its key. */
export class SuspenseEntry<Result> implements KnownQuery {
  /** The promise that a render throws. It resolves whatever the outcome of the call. */
  promise: Promise<void> = Promise.resolve()
  private state: SuspenseState<Result> = PENDING
  private call: TaskCall<Result> | undefined
  private readers = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private release: (() => void) | undefined
  /** A render began it, and no component has committed it yet. */
  private isNew = true
  settledAt: number = Number.NEGATIVE_INFINITY
  private readonly listeners = new Set<() => void>()
  private work: SuspenseWork<Result>
  private readonly cache: SuspenseCache
  private readonly key: string

  constructor(work: SuspenseWork<Result>, cache: SuspenseCache, key: string) {
    this.work = work
    this.cache = cache
    this.key = key
  }

  readonly getState = (): SuspenseState<Result> => this.state

  /** For `useSyncExternalStore`. Called when a reader has committed. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    this.readers++
    this.isNew = false
    clearTimeout(this.timer)
    this.free()
    // It may have been evicted between the render and its commit, or while an Activity hid its reader.
    if (!this.cache.get(this.key)) this.cache.add(this.key, this)
    return () => {
      this.listeners.delete(listener)
      if (--this.readers === 0) this.evictAfter(0)
    }
  }

  /** Makes a call with `work`, the first time from a render. An existing result stays until the new one arrives. */
  refetch(work: SuspenseWork<Result>): void {
    this.work = work
    const { subject, dispatch, retain } = work
    if (this.readers === 0) {
      // No component has committed yet, or the component is gone or hidden.
      this.release ??= retain()
      if (!this.cache.get(this.key)) this.cache.add(this.key, this)
      if (!this.isNew) this.evictAfter(UNREAD_MS)
    }
    this.call?.abort(supersededBy(subject, this.call.callId))
    const prefetched = takePrefetched(subject.identity, work.id)
    if (prefetched?.result) {
      this.call = undefined
      this.settle(undefined, { status: 'success', data: prefetched.result.data as Result })
      return
    }
    try {
      const call = (prefetched?.listen(DEAF) as TaskCall<Result> | undefined) ?? dispatch()
      this.call = call
      this.promise = call.then(
        (data) => this.settle(call, { status: 'success', data }),
        (error: unknown) => this.settle(call, { status: 'error', error: asError(error) }),
      )
    } catch (error) {
      this.call = undefined
      this.settle(undefined, { status: 'error', error: asError(error) })
    }
  }

  get name(): { readonly identity: object; readonly id: string } {
    return { identity: this.work.subject.identity, id: this.work.id }
  }

  get isFresh(): boolean {
    return this.state.status !== 'error' || this.call !== undefined
  }

  get isPending(): boolean {
    return this.state.status === 'pending'
  }

  /** When to drop it, unless a component commits before. */
  evictUnread(ms: number): void {
    if (this.readers === 0 && !this.isPending) this.evictAfter(ms)
  }

  private settle(call: TaskCall<Result> | undefined, state: SuspenseState<Result>): void {
    if (call !== this.call) return
    this.call = undefined
    // An aborted refetch leaves the earlier result.
    if (state.status === 'error' && isAbort(state.error) && !this.isPending)
      return this.evictUnread(UNREAD_MS)
    this.state = state
    this.settledAt = performance.now()
    tellAll(this.listeners)
    if (this.readers === 0) this.work.settledUnread()
    this.cache.settled()
  }

  private evictAfter(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (this.readers > 0) return
      this.cache.remove(this.key, this)
      this.call?.abort(new DOMException('Nobody reads the result any more', 'AbortError'))
      this.free()
    }, ms)
  }

  private free(): void {
    this.release?.()
    this.release = undefined
  }
}

/** A committed component. It calls again with its options, not with those of the first caller. */
export class SuspenseAsker<Result> {
  private work: SuspenseWork<Result>

  constructor(work: SuspenseWork<Result>) {
    this.work = work
  }

  /** The options of the newest commit. */
  configure(work: SuspenseWork<Result>): void {
    this.work = work
  }

  refetch(entry: SuspenseEntry<Result>): void {
    entry.refetch(this.work)
  }
}

type AnyEntry = SuspenseEntry<unknown>

/** The suspended work of one runtime. */
class SuspenseCache {
  private readonly entries = new Map<string, AnyEntry>()
  /** By task and method, while no render has found a result: the newest entry, and how many were lost like this. */
  private readonly losses = new Map<string, { last: AnyEntry; count: number }>()

  get(key: string): AnyEntry | undefined {
    return this.entries.get(key)
  }

  /** A render found its result. A pending entry does not count: StrictMode renders twice, so it may be the render's own. */
  found(kind: string, { isPending }: AnyEntry): void {
    if (!isPending) this.losses.delete(kind)
  }

  /** A render found nothing and wants to begin `entry`. Returns whether it may. */
  begins<Result>(kind: string, entry: SuspenseEntry<Result>): boolean {
    const before = this.losses.get(kind)
    const isLost = before !== undefined && performance.now() - before.last.settledAt < LOST_WITHIN_MS
    if (before && isLost && before.count >= MOST_LOST) {
      // React tries once more before it gives up.
      before.last.settledAt = performance.now()
      return false
    }
    this.losses.set(kind, { last: entry, count: (before?.count ?? 0) + (isLost ? 1 : 0) })
    return true
  }

  add<Result>(key: string, entry: SuspenseEntry<Result>): void {
    this.entries.set(key, entry)
    const { identity, id } = entry.name
    learnQuery(identity, id, 'suspense', entry)
  }

  remove<Result>(key: string, entry: SuspenseEntry<Result>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key)
    const { identity, id } = entry.name
    forgetQuery(identity, id, 'suspense', entry)
  }

  /**
   * A boundary commits when everything that it waits for has arrived. If one part were dropped while another is pending, it
   * would start again, and both might never be available at the same time.
   */
  settled(): void {
    const all = [...this.entries.values()]
    const ms = all.some((entry) => entry.isPending) ? UNREAD_AT_MOST_MS : UNREAD_MS
    for (const entry of all) entry.evictUnread(ms)
  }
}

const caches: WeakMap<object, SuspenseCache> = /* @__PURE__ */ oneInstance('suspense', () => new WeakMap())

/** The work for a key, started by the first render that needs it. `owner` is its runtime, `kind` its task and method. */
export function suspenseEntry<Result>(
  owner: object,
  key: string,
  kind: string,
  work: SuspenseWork<Result>,
): SuspenseEntry<Result> {
  const cache = caches.get(owner) ?? new SuspenseCache()
  caches.set(owner, cache)
  const known = cache.get(key) as SuspenseEntry<Result> | undefined
  if (known) {
    cache.found(kind, known)
    return known
  }
  const entry = new SuspenseEntry(work, cache, key)
  if (!cache.begins(kind, entry)) throw work.refuse()
  cache.add(key, entry)
  entry.refetch(work)
  return entry
}

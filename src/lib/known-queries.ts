/** Which queries have been asked, by what stands for their task, and the results that wait for their first reader. */
import { setLongTimer, systemClock } from './clock.ts'
import { oneInstance } from './one-instance.ts'

/** Somebody who has asked a query. */
export interface KnownQuery {
  /** Its result is there, or on its way: there is no reason to ask again. */
  readonly isFresh: boolean
}

/** What a call tells of itself while it is open. */
export interface QueryEars {
  readonly onStart: () => void
  readonly onProgress: (value: unknown) => void
}

/** By what kind of readers a query is known. */
export type QueryReaders = 'query' | 'suspense' | 'prefetch'

/** The name of a query among those of its task; `key` is that of its arguments. */
export function queryId(method: string, key: string): string {
  return `${method.length}:${method}${key}`
}

const known: WeakMap<object, Map<string, KnownQuery>> = /* @__PURE__ */ oneInstance(
  'queries',
  () => new WeakMap(),
)
const nameOf = (id: string, readers: QueryReaders) => `${readers} ${id}`

/** The query that a kind of readers asks. `identity` is its task's. */
export function knownQuery(identity: object, id: string, readers: QueryReaders): KnownQuery | undefined {
  return known.get(identity)?.get(nameOf(id, readers))
}

/** It is asked from now on. */
export function learnQuery(identity: object, id: string, readers: QueryReaders, query: KnownQuery): void {
  const queries = known.get(identity) ?? new Map<string, KnownQuery>()
  known.set(identity, queries.set(nameOf(id, readers), query))
}

/** It is not any more, unless another one has taken its place. */
export function forgetQuery(identity: object, id: string, readers: QueryReaders, query: KnownQuery): void {
  if (knownQuery(identity, id, readers) === query) known.get(identity)?.delete(nameOf(id, readers))
}

/** Whether the result of a query has arrived or is on its way, for any caller. */
export function isKnown(identity: object, id: string): boolean {
  const all: readonly QueryReaders[] = ['query', 'suspense', 'prefetch']
  return all.some((readers) => knownQuery(identity, id, readers)?.isFresh)
}

/** Takes what was prefetched: it belongs to the one who takes it. */
export function takePrefetched(identity: object, id: string): Prefetched | undefined {
  const prefetched = peekPrefetched(identity, id)
  prefetched?.leave()
  return prefetched
}

/** Looks at what was prefetched, as a render may that is thrown away. */
export function peekPrefetched(identity: object, id: string): Prefetched | undefined {
  return knownQuery(identity, id, 'prefetch') as Prefetched | undefined
}

/** A call that was made before anybody reads its result. One that fails is forgotten: who reads it tries again. */
export class Prefetched implements KnownQuery {
  readonly isFresh = true
  /** The result, boxed. */
  result: { readonly data: unknown } | undefined
  private readonly identity: object
  private readonly id: string
  private readonly gcMs: number
  private made: PromiseLike<unknown> | undefined
  private stopTimer: (() => void) | undefined
  private ears: QueryEars | undefined
  private hasStarted = false
  private progress: { readonly value: unknown } | undefined

  constructor(identity: object, id: string, gcMs: number) {
    this.identity = identity
    this.id = id
    this.gcMs = gcMs
  }

  call(dispatch: (ears: QueryEars) => PromiseLike<unknown>): void {
    // Known before it is made: a listener that hears of the call may prefetch once more.
    learnQuery(this.identity, this.id, 'prefetch', this)
    try {
      this.made = dispatch({
        onStart: () => {
          this.hasStarted = true
          this.ears?.onStart()
        },
        onProgress: (value) => {
          this.progress = { value }
          this.ears?.onProgress(value)
        },
      })
    } catch (error) {
      this.leave()
      throw error
    }
    this.made.then(
      (data) => {
        this.result = { data }
        if (knownQuery(this.identity, this.id, 'prefetch') === this)
          this.stopTimer = setLongTimer(systemClock, () => this.leave(), this.gcMs)
      },
      () => this.leave(),
    )
  }

  /** Hands the call to the one who has taken it; nothing while it is being made. */
  listen(ears: QueryEars): PromiseLike<unknown> | undefined {
    this.ears = ears
    if (this.made && !this.result) {
      if (this.hasStarted) ears.onStart()
      if (this.progress) ears.onProgress(this.progress.value)
    }
    return this.made
  }

  leave(): void {
    this.stopTimer?.()
    forgetQuery(this.identity, this.id, 'prefetch', this)
  }
}

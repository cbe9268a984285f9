/** The queries of each task: one call for all components that ask the same, kept while anybody reads it. */
import { systemClock, setLongTimer } from '../../src/lib/clock.ts'
import type { RunnerConfig } from './call-run.ts'
import { CallRunner } from './call-runner.ts'
import type { CallState } from './call-state.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

/** What a query is known by. */
export interface QueryName {
  /** Of the task, in its runtime. */
  readonly identity: object
  /** Of method and arguments. */
  readonly id: string
}

/**
 * One component as a reader of queries. A query is called when somebody asks: at the mount, at another name, by `refetch`.
 * What the component says of its calls may change at every render, and asks nothing: the next call takes the newest.
 */
export class QueryReader<Args extends readonly unknown[], Result> {
  private config: RunnerConfig<Args, Result>
  private gcMs = 0
  /** The one that was read last: an Activity may hide the component, and the cache forget what nobody reads. */
  private query: Query<Args, Result> | undefined
  private isReading = false

  constructor(config: RunnerConfig<Args, Result>) {
    this.config = config
  }

  /** What the newest commit says. */
  configure(config: RunnerConfig<Args, Result>, gcMs: number): void {
    this.config = config
    this.gcMs = gcMs
  }

  /**
   * What a render finds; undefined while there is no such query. A failure that this component does not read yet is
   * about to be tried again, whoever else shows it: an error boundary that was reset must not meet it once more.
   */
  stateOf(name: QueryName): CallState<Args, Result> | undefined {
    const query = this.find(name)
    const state = query?.runner.getState()
    const isRead = this.isReading && query === this.query
    return state && !isRead && isToBeRun(state) ? undefined : state
  }

  /** Reads a query from the mount on, and calls unless its result is there or on its way. Returns what the unmount does. */
  read(name: QueryName, args: Args, listener: () => void): () => void {
    const query = this.known(name)
    this.query = query
    this.isReading = true
    const leave = query.enter(listener)
    if (isToBeRun(query.runner.getState())) query.call(this.config, args)
    return () => {
      this.isReading = false
      leave(this.gcMs)
    }
  }

  /** Nothing is asked any more. */
  drop(): void {
    this.query = undefined
  }

  /** Calls again, as this component calls. When it is gone, the call is given up as one that ran at the unmount. */
  refetch(name: QueryName, args: Args): void {
    const query = this.known(name)
    query.call(this.config, args)
    query.forgetUnread(this.gcMs)
  }

  private find(name: QueryName): Query<Args, Result> | undefined {
    const { query } = this
    const known = caches.get(name.identity)?.get(name.id) as Query<Args, Result> | undefined
    return known ?? (query?.isFor(name) ? query : undefined)
  }

  private known(name: QueryName): Query<Args, Result> {
    const query = this.find(name) ?? new Query<Args, Result>(name, this.config)
    const cache = caches.get(name.identity) ?? new Map<string, Query<never, unknown>>()
    caches.set(name.identity, cache.set(name.id, query as unknown as Query<never, unknown>))
    return query
  }
}

/** One query: a runner, and how many read it. */
class Query<Args extends readonly unknown[], Result> {
  readonly runner: CallRunner<Args, Result>
  private readonly name: QueryName
  private readers = 0
  /** The longest time that a reader who has left wants the result kept for. */
  private keepMs = 0
  private stay: (() => void) | undefined

  constructor(name: QueryName, config: RunnerConfig<Args, Result>) {
    this.name = name
    this.runner = new CallRunner(config)
  }

  isFor({ identity, id }: QueryName): boolean {
    return this.name.identity === identity && this.name.id === id
  }

  call(config: RunnerConfig<Args, Result>, args: Args): void {
    this.runner.configure(config)
    this.runner.run(...args)
  }

  /** Counts a reader; returns how it leaves. The last to leave aborts what still runs. */
  enter(listener: () => void): (gcMs: number) => void {
    const { runner } = this
    this.stay?.()
    this.readers++
    const release = runner.adopt()
    const unsubscribe = runner.subscribe(listener)
    return (gcMs) => {
      unsubscribe()
      release()
      this.readers--
      this.forgetUnread(gcMs)
    }
  }

  /** With 0 it is still a timer: who mounts again in the same turn, as in StrictMode, finds the query. */
  forgetUnread(gcMs: number): void {
    this.keepMs = Math.max(this.keepMs, gcMs || 0)
    if (this.readers > 0) return
    this.stay?.()
    const { identity, id } = this.name
    this.stay = setLongTimer(
      systemClock,
      () => {
        const cache = caches.get(identity)
        if ((cache?.get(id) as unknown) === this) cache?.delete(id)
      },
      this.keepMs,
    )
  }
}

/** A query that failed or was aborted is tried again by whoever mounts next. */
function isToBeRun({ status }: CallState<readonly unknown[], unknown>): boolean {
  return status === 'idle' || status === 'error' || status === 'aborted'
}

const caches: WeakMap<object, Map<string, Query<never, unknown>>> = /* @__PURE__ */ oneInstance(
  'queries',
  () => new WeakMap(),
)

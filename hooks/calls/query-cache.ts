/** The queries of each task: one call for all components with the same query, kept while it has a reader. */
import { setLongTimer, systemClock } from '../../src/lib/clock.ts'
import {
  forgetQuery,
  type KnownQuery,
  knownQuery,
  learnQuery,
  peekPrefetched,
  takePrefetched,
} from '../../src/lib/known-queries.ts'
import type { TaskCall } from '../../src/index.ts'
import type { RunnerConfig } from './call-run.ts'
import { CallRunner } from './call-runner.ts'
import {
  activityOf,
  isSameState,
  type KnownResult,
  learn,
  queryState,
  type TaskQueryState,
  viewOf,
} from './query-state.ts'

/** The identity of a query. */
export interface QueryName {
  /** Identifies the task in its runtime. */
  readonly identity: object
  /** Identifies the method and the arguments. */
  readonly id: string
}

/** What the newest commit of a component passed for its queries. No `config` if it has no query. */
export interface Saying<Args extends readonly unknown[], Result, Data> {
  readonly config: RunnerConfig<Args, Result> | undefined
  readonly gcMs: number
  readonly select: ((result: Result) => Data) | undefined
}

/** What a component reads: a store for `useSyncExternalStore`, and a way to call again. */
export interface QuerySource<Args extends readonly unknown[], Result, Data> {
  readonly subscribe: (listener: () => void) => () => void
  readonly getState: () => TaskQueryState<Args, Result>
  readonly getServerState: () => TaskQueryState<Args, Result>
  readonly refetch: () => Promise<TaskQueryState<Args, Data>>
}

/** One query as a component reads it. */
export function querySource<Args extends readonly unknown[], Result, Data>(
  reader: QueryReader<Args, Result, Data>,
  name: QueryName,
  args: Args,
): QuerySource<Args, Result, Data> {
  const queued = queryState<Args, Result>(args, {}, 'queued')
  let last = queued
  return {
    subscribe: (listener) => reader.read(name, args, listener),
    // Shows a call as started if the effect is about to start it, so that the component does not render again for it.
    getState: () => {
      const state = reader.stateOf(name, args)
      if (!isSameState(last, state)) last = state
      return last
    },
    getServerState: () => queued,
    refetch: () => reader.refetch(name, args),
  }
}

/** A state that does not change: no query can run. */
export function stillSource<Args extends readonly unknown[], Result, Data>(
  reader: QueryReader<Args, Result, Data>,
  state: TaskQueryState<Args, never>,
): QuerySource<Args, Result, Data> {
  const subscribe = () => {
    reader.drop()
    return noop
  }
  const getState = () => state
  return { subscribe, getState, getServerState: getState, refetch: async () => state }
}

/**
 * One component as a reader of queries. It calls at the mount, for a new query name, and in `refetch`. Its options may
 * change in every render without making a call: the next call uses the newest.
 */
export class QueryReader<Args extends readonly unknown[], Result, Data> {
  private said: Saying<Args, Result, Data> = { config: undefined, gcMs: 0, select: undefined }
  /** The last query that was read. Kept because the cache may drop it while an Activity hides the component. */
  private query: Query<Args, Result> | undefined
  private isReading = false

  configure(said: Saying<Args, Result, Data>): void {
    this.said = said
  }

  /**
   * Returns the state for a render. If the component is about to call a query that it does not read yet, the query is shown
   * as called. This includes failed queries that others show: an error boundary that was reset must not get the error again.
   */
  stateOf(name: QueryName, args: Args): TaskQueryState<Args, Result> {
    const query = this.find(name)
    if (!query || query.isUnasked) {
      const early = peekPrefetched(name.identity, name.id)?.result as { readonly data: Result } | undefined
      if (early) return queryState(args, { data: { value: early.data } }, 'none')
    }
    if (!query) return queryState<Args, Result>(args, {}, 'queued')
    const isRead = this.isReading && query === this.query
    return !isRead && !query.isFresh ? queryState(args, query.known, 'queued') : query.stateFor(args)
  }

  /** Reads a query from the mount on. Makes a call unless the query has a result or an open call. Returns the unmount. */
  read(name: QueryName, args: Args, listener: () => void): () => void {
    const { config } = this.said
    if (!config) return noop
    const query = this.acquire(name, config)
    this.query = query
    this.isReading = true
    const leave = query.enter(listener)
    if (!query.isFresh) query.call(config, args).catch(noop)
    return () => {
      this.isReading = false
      leave(this.said.gcMs)
    }
  }

  /** Called when the component no longer has a query. */
  drop(): void {
    this.query = undefined
  }

  /**
   * Calls again with this component's options. If the component is gone, the call is given up like one that ran at the
   * unmount. Resolves to the state when the call is over, whatever its outcome.
   */
  async refetch(name: QueryName, args: Args): Promise<TaskQueryState<Args, Data>> {
    const { config, gcMs } = this.said
    if (!config) return queryState<Args, Data>(args, {}, 'none')
    const query = this.acquire(name, config)
    const call = query.call(config, args)
    query.forgetUnread(gcMs)
    await call.catch(noop)
    return viewOf(query.stateFor(args), { select: this.said.select, placeholder: undefined })
  }

  private find({ identity, id }: QueryName): Query<Args, Result> | undefined {
    const { query } = this
    const known = knownQuery(identity, id, 'query') as Query<Args, Result> | undefined
    return known ?? (query?.isFor(identity, id) ? query : undefined)
  }

  private acquire(name: QueryName, config: RunnerConfig<Args, Result>): Query<Args, Result> {
    const query = this.find(name) ?? new Query<Args, Result>(name, config)
    learnQuery(name.identity, name.id, 'query', query)
    return query
  }
}

/** One query: a runner, what is known about its result, and its number of readers. */
class Query<Args extends readonly unknown[], Result> implements KnownQuery {
  /** What is known apart from the open call. */
  known: KnownResult<Result> = {}
  private readonly runner: CallRunner<Args, Result>
  private readonly name: QueryName
  /** The result existed before its first reader. */
  private isGiven = false
  private state: TaskQueryState<Args, Result> | undefined
  private readers = 0
  /** The longest time for which a former reader wants the result kept. */
  private keepMs = 0
  private stay: (() => void) | undefined

  constructor(name: QueryName, config: RunnerConfig<Args, Result>) {
    this.name = name
    this.runner = new CallRunner(config)
    // This is the first listener, so later ones already find the new state.
    this.runner.subscribe(() => {
      this.known = learn(this.known, this.runner.getState())
      this.state = undefined
    })
  }

  isFor(identity: object, id: string): boolean {
    return this.name.identity === identity && this.name.id === id
  }

  /** No call was made yet. */
  get isUnasked(): boolean {
    return this.runner.getState().status === 'idle' && !this.isGiven
  }

  /** The next mount calls again if the query failed or its call was canceled. */
  get isFresh(): boolean {
    const { status } = this.runner.getState()
    return this.isGiven || (status !== 'idle' && status !== 'error' && status !== 'canceled')
  }

  /** The same object until something changes. */
  stateFor(args: Args): TaskQueryState<Args, Result> {
    const call = this.runner.getState()
    const { progress } = call as { progress?: unknown }
    const activity = activityOf(call)
    this.state ??= queryState(
      call.args ?? args,
      this.known,
      activity,
      activity === 'none' ? undefined : progress,
    )
    return this.state
  }

  /** Makes a call, or uses the prefetched one. */
  async call(config: RunnerConfig<Args, Result>, args: Args): Promise<unknown> {
    const { runner } = this
    const prefetched = takePrefetched(this.name.identity, this.name.id)
    const result = prefetched?.result as { readonly data: Result } | undefined
    this.isGiven = result !== undefined
    if (result) {
      this.known = { data: { value: result.data } }
      this.state = undefined
      return runner.reset()
    }
    const dispatch: typeof config.dispatch = (given, ears) =>
      (prefetched?.listen({ onStart: ears.start, onProgress: ears.progress }) as
        | TaskCall<Result>
        | undefined) ?? config.dispatch(given, ears)
    runner.configure({ ...config, dispatch })
    return runner.runAsync(...args)
  }

  /** Counts a reader. Returns a function with which it leaves. The last one to leave aborts an open call. */
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

  /** Uses a timer even for 0 ms, so that a remount in the same turn, as in StrictMode, finds the query. */
  forgetUnread(gcMs: number): void {
    this.keepMs = Math.max(this.keepMs, gcMs || 0)
    if (this.readers > 0) return
    this.stay?.()
    const { identity, id } = this.name
    this.stay = setLongTimer(systemClock, () => forgetQuery(identity, id, 'query', this), this.keepMs)
  }
}

function noop(): void {}

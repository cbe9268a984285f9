/** The queries of each task: one call for all components that ask the same, kept while anybody reads it. */
import type { RunnerConfig } from './call-run.ts'
import { CallRunner } from './call-runner.ts'
import type { CallState } from './call-state.ts'

/** What a reader brings: it starts the call if it is the first. */
export interface QueryReader<Args extends readonly unknown[], Result> {
  readonly args: Args
  readonly config: RunnerConfig<Args, Result>
  /** Milliseconds that the result stays after its last reader. */
  readonly gcMs: number
}

/** A component's own hold on the query that it has read last: an Activity may hide it, and the cache forget what nobody reads. */
export class QueryHold<Args extends readonly unknown[], Result> {
  private identity: object | undefined
  private key = ''
  private query: Query<Args, Result> | undefined

  keep(identity: object, key: string, query: Query<Args, Result>): void {
    this.identity = identity
    this.key = key
    this.query = query
  }

  /** Nothing is asked any more. */
  drop(): void {
    this.query = undefined
  }

  /** The query, if it is this one. */
  find(identity: object, key: string): Query<Args, Result> | undefined {
    return this.identity === identity && this.key === key ? this.query : undefined
  }
}

/** One query: a runner, and who reads it. */
class Query<Args extends readonly unknown[], Result> {
  readonly runner: CallRunner<Args, Result>
  private readers = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly forget: () => void

  constructor(config: RunnerConfig<Args, Result>, forget: () => void) {
    this.runner = new CallRunner(config)
    this.forget = forget
  }

  /** What a render finds. A failure that nobody reads is about to be tried again by whoever renders it. */
  get state(): CallState<Args, Result> | undefined {
    const state = this.runner.getState()
    return this.readers === 0 && isToBeRun(state) ? undefined : state
  }

  read({ args, config, gcMs }: QueryReader<Args, Result>, listener: () => void): () => void {
    clearTimeout(this.timer)
    const { runner } = this
    const { identity, method } = config.subject
    const release = runner.adopt(identity, method)
    const unsubscribe = runner.subscribe(listener)
    this.readers++
    if (this.readers === 1 && isToBeRun(runner.getState())) {
      runner.configure(config)
      runner.run(...args)
    }
    return () => {
      unsubscribe()
      release()
      if (--this.readers > 0 || gcMs === Number.POSITIVE_INFINITY) return
      // With 0 it is still a timer: who mounts again in the same turn, as in StrictMode, finds the query.
      this.timer = setTimeout(this.forget, gcMs)
    }
  }
}

/** A query that failed or was aborted is tried again by whoever mounts next. */
function isToBeRun(state: CallState<readonly unknown[], unknown>): boolean {
  return state.status === 'idle' || state.status === 'error' || state.status === 'aborted'
}

const caches = new WeakMap<object, Map<string, Query<never, unknown>>>()

function find<Args extends readonly unknown[], Result>(
  identity: object,
  key: string,
): Query<Args, Result> | undefined {
  return caches.get(identity)?.get(key) as Query<Args, Result> | undefined
}

/** The state of a task's query; undefined while there is none. */
export function queryState<Args extends readonly unknown[], Result>(
  identity: object,
  key: string,
  held: QueryHold<Args, Result>,
): CallState<Args, Result> | undefined {
  return (find<Args, Result>(identity, key) ?? held.find(identity, key))?.state
}

/** Calls again what a component reads. */
export function refetchQuery<Args extends readonly unknown[]>(
  identity: object,
  key: string,
  args: Args,
): void {
  find<Args, unknown>(identity, key)?.runner.run(...args)
}

/** Reads a query, and starts it if it is new. Returns how to leave it: the last to leave aborts what still runs. */
export function readQuery<Args extends readonly unknown[], Result>(
  key: string,
  reader: QueryReader<Args, Result>,
  held: QueryHold<Args, Result>,
  listener: () => void,
): () => void {
  const { identity } = reader.config.subject
  const cache = caches.get(identity) ?? new Map<string, Query<never, unknown>>()
  caches.set(identity, cache)
  const known = find<Args, Result>(identity, key)
  const query = known ?? held.find(identity, key) ?? new Query(reader.config, () => cache.delete(key))
  if (!known) cache.set(key, query as unknown as Query<never, unknown>)
  held.keep(identity, key, query)
  return query.read(reader, listener)
}

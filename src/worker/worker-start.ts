/** From the script to READY: runs `setup`, tells the page how far it is, and holds the worker's life lock. */
import { CLOSE, FAILED, LOADED, LOCKED, PROTOCOL, READY, SETTING_UP, UNCAUGHT } from '../wire/protocol.ts'
import type { SetupContext, TaskWorkerLifecycle, WorkerScope } from './harness.ts'
import { postError, ProgressReport } from './progress-report.ts'

export class WorkerStart {
  private readonly scope: WorkerScope
  private readonly lifecycle: TaskWorkerLifecycle
  private readonly stopping = new AbortController()
  private readonly report: ProgressReport
  state: 'running' | 'waiting' | 'over' = 'running'

  constructor(scope: WorkerScope, lifecycle: TaskWorkerLifecycle) {
    this.scope = scope
    this.lifecycle = lifecycle
    this.report = new ProgressReport(
      (value) => scope.postMessage([SETTING_UP, value]),
      (error) => postError(scope, UNCAUGHT, error),
    )
  }

  /** The page asked for the end before `setup` was done. */
  get wasStopped(): boolean {
    return this.stopping.signal.aborted
  }

  /** While `setup` is waited for: whether a message was meant for it. Then the page can only ask for the end. */
  takes(message: unknown): boolean {
    if (!Array.isArray(message) || message[0] !== CLOSE) return false
    this.stopping.abort(new DOMException('The worker is being stopped', 'AbortError'))
    return true
  }

  /**
   * Where `setup` gives nothing to wait for, READY is sent in the same turn. `whole` throws when the script turns out
   * to be wrong after all. Resolves to what is left to do: nothing, or to end a worker that was stopped meanwhile.
   */
  async run(
    methods: readonly string[],
    whole?: () => Promise<void>,
  ): Promise<'ready' | 'failed' | 'stopped'> {
    const { scope, lifecycle } = this
    const began = performance.now()
    let setupMs: number | undefined
    try {
      // Before it runs: one that computes for long, without a promise, must not look like a script that did not load.
      if (lifecycle.setup) scope.postMessage([LOADED])
      const setUp: unknown = lifecycle.setup?.(undefined, this.context())
      if (isThenable(setUp)) {
        this.state = 'waiting'
        await setUp
      }
      if (lifecycle.setup) setupMs = performance.now() - began
      if (whole) await whole()
    } catch (error) {
      this.state = 'over'
      postError(scope, FAILED, error)
      return 'failed'
    }
    this.report.flush(performance.now())
    this.state = 'over'
    if (this.wasStopped) return 'stopped'
    const hasTeardown = lifecycle.teardown !== undefined
    scope.postMessage([READY, PROTOCOL, methods, performance.timeOrigin, hasTeardown, setupMs])
    holdLifeLock(scope)
    return 'ready'
  }

  private context(): SetupContext {
    return {
      signal: this.stopping.signal,
      beat: () => {
        if (this.state !== 'over') this.scope.postMessage([SETTING_UP])
      },
      progress: (value) => {
        if (this.state !== 'over') this.report.report(value)
      },
    }
  }
}

/** Also a promise of another realm, and zone.js's, and a function with a `then`: whatever `await` waits for. */
function isThenable(value: unknown): boolean {
  const mayHaveOne = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return mayHaveOne && typeof (value as { then?: unknown }).then === 'function'
}

/**
 * A lock held for the worker's whole life: when the page is granted it, the worker is dead, though no event was
 * fired. The page asks only after LOCKED, so that it never gets the lock first.
 */
function holdLifeLock(scope: WorkerScope): void {
  const locks = scope.navigator?.locks
  if (!locks) return
  const name = `atelier:${crypto.randomUUID()}`
  locks
    .request(name, () => {
      scope.postMessage([LOCKED, name])
      return new Promise(() => {})
    })
    // An opaque origin has the API and is refused: the heartbeat remains.
    .catch(() => {})
}

/** From the script to READY: runs `setup`, tells the page how far it is, and holds the worker's life lock. */
import {
  CLOSE,
  FAILED,
  LOADED,
  LOCKED,
  PROTOCOL,
  READY,
  SET_UP,
  SETTING_UP,
  UNCAUGHT,
} from '../wire/protocol.ts'
import type { HarnessScope } from './harness.ts'
import type { SetupContext, TaskWorkerLifecycle } from './lifecycle.ts'
import { postError, ProgressReport } from './progress-report.ts'

export class WorkerStart {
  private readonly scope: HarnessScope
  private readonly lifecycle: TaskWorkerLifecycle
  private readonly stopping = new AbortController()
  private readonly report: ProgressReport
  state: 'running' | 'waiting' | 'over' = 'running'
  /** The data of `setup` is there. */
  private arrived: (data: unknown) => void = () => {}

  constructor(scope: HarnessScope, lifecycle: TaskWorkerLifecycle) {
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

  /** While `setup` is waited for: whether a message was meant for it. Then the page gives its data, or asks for the end. */
  takes(message: unknown): boolean {
    if (!Array.isArray(message)) return false
    if (message[0] === SET_UP) this.arrived(message[1])
    else if (message[0] === CLOSE) {
      this.stopping.abort(new DOMException('The worker is being stopped', 'AbortError'))
      // One that waits for its data never begins.
      this.arrived(undefined)
    } else return false
    return true
  }

  /**
   * Where there is no `setup`, READY is sent in the same turn. `whole` throws when the script turns out
   * to be wrong after all. Resolves to what is left to do: nothing, or to end a worker that was stopped meanwhile.
   */
  async run(
    methods: readonly string[],
    whole?: () => Promise<void>,
    codecs?: readonly string[],
  ): Promise<'ready' | 'failed' | 'stopped'> {
    const { scope, lifecycle } = this
    let setupMs: number | undefined
    try {
      if (lifecycle.setup) {
        this.state = 'waiting'
        const data = new Promise<unknown>((resolve) => {
          this.arrived = resolve
        })
        // Before it runs: one that computes for long, without a promise, must not look like a script that did not load. Its data comes
        // in answer to this: what is posted while a script still waits at its top level, nobody would hear.
        scope.postMessage([LOADED])
        const given = await data
        this.stopping.signal.throwIfAborted()
        const began = performance.now()
        await lifecycle.setup(given, this.context())
        setupMs = performance.now() - began
      }
      if (whole) await whole()
    } catch (error) {
      this.state = 'over'
      postError(scope, FAILED, error)
      return 'failed'
    }
    this.report.flush(performance.now())
    this.state = 'over'
    if (this.wasStopped) return 'stopped'
    scope.postMessage([
      READY,
      PROTOCOL,
      methods,
      performance.timeOrigin,
      lifecycle.teardown !== undefined,
      lifecycle.checkpoint !== undefined,
      setupMs,
      codecs,
    ])
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

/**
 * A lock held for the worker's whole life: when the page is granted it, the worker is dead, though no event was
 * fired. The page asks only after LOCKED, so that it never gets the lock first. A page that left, at `over`, needs it no more.
 */
export function holdLifeLock(scope: HarnessScope, over?: AbortSignal): void {
  const locks = scope.navigator?.locks
  if (!locks) return
  const name = `atelier:${crypto.randomUUID()}`
  locks
    .request(name, () => {
      scope.postMessage([LOCKED, name])
      return new Promise<void>((resolve) => over?.addEventListener('abort', () => resolve()))
    })
    // An opaque origin has the API and is refused: the heartbeat remains.
    .catch(() => {})
}

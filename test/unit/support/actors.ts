/** The workers of a random program: handlers that finish when the program says so, and a count of those that run. */
import type { TestClock } from 'atelier-react/testing'
import { taskContext } from '../../../src/worker/task-context.ts'
import type { TaskHandlers } from '../../../src/types/task.ts'
import { ERROR_EVENT, StepWorker } from './step-worker.ts'

interface Gate {
  readonly worker: StepWorker
  readonly settle: (fail: boolean) => void
}

export type NextWorker = 'works' | 'throws' | 'fails' | 'setupThrows'

export class Actors {
  readonly workers: StepWorker[] = []
  /** The calls whose handlers started, in order; each time that they did. */
  readonly starts: string[] = []
  /** The workers on which the handlers of a call started. */
  readonly startedOn = new Map<string, Set<StepWorker>>()
  /** The most handlers that ran at once, over all workers that lived. */
  mostRunning = 0
  /** How the next worker that is made turns out. */
  next: NextWorker = 'works'
  private readonly running = new Map<StepWorker, number>()
  private readonly runningCalls = new Map<string, StepWorker>()
  private readonly gates = new Set<Gate>()
  private readonly clock: TestClock

  constructor(clock: TestClock) {
    this.clock = clock
  }

  readonly makeWorker = (): Worker => {
    const how = this.next
    this.next = 'works'
    if (how === 'throws') throw new Error('no worker today')
    const setup = {
      works: undefined,
      fails: () => new Promise(() => {}),
      setupThrows: () => {
        throw new Error('setup failed')
      },
    }[how]
    const worker = new StepWorker(
      (scope, self) => this.handlersOf(self, () => scope.close()),
      setup && { setup },
    )
    if (how === 'fails') worker.toPage.push(ERROR_EVENT)
    this.workers.push(worker)
    return worker.asWorker
  }

  /** The calls whose handlers run, on workers that live. */
  callsThatRun(): string[] {
    return [...this.runningCalls].filter(([, worker]) => worker.isAlive).map(([callId]) => callId)
  }

  /** One of the workers that `fits`, as long as there is any. */
  pick(which: number, fits: (worker: StepWorker) => boolean): StepWorker | undefined {
    const fitting = this.workers.filter(fits)
    return fitting[which % fitting.length]
  }

  /** Ends a handler that waits; `which` of them, or all. */
  open(which: number | 'all', fail = false): void {
    const open = [...this.gates].filter(({ worker }) => worker.isAlive)
    const chosen = which === 'all' ? open : open.slice(which % (open.length || 1)).slice(0, 1)
    for (const gate of chosen) {
      this.gates.delete(gate)
      gate.settle(fail)
    }
  }

  private handlersOf(worker: StepWorker, close: () => void): TaskHandlers {
    const gate = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.gates.add({
          worker,
          settle: (fail) => (fail ? reject(new Error('refused')) : resolve('opened')),
        })
      })
    const handlers: Record<string, (value: unknown) => unknown> = {
      echo: (value) => value,
      busy: (value) => {
        // The timers that become due meanwhile wait, as on a busy page.
        this.clock.stall(1.5)
        return value
      },
      gate: () => {
        const { signal } = taskContext()
        const aborted = new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
        return Promise.race([gate(), aborted])
      },
      deaf: gate,
      fail: () => {
        throw new Error('failed')
      },
      die: () => {
        close()
        return new Promise(() => {})
      },
      giveFunction: () => () => {},
      takeFunction: () => {},
    }
    for (const [name, handler] of Object.entries(handlers)) {
      handlers[name] = (value) => this.count(worker, () => handler(value))
    }
    return handlers
  }

  /** Runs a handler, unless its worker has ended: a thread that is gone runs nothing. */
  private count(worker: StepWorker, handler: () => unknown): unknown {
    if (!worker.isAlive) return new Promise(() => {})
    const { callId } = taskContext()
    this.starts.push(callId)
    this.startedOn.set(callId, (this.startedOn.get(callId) ?? new Set()).add(worker))
    this.runningCalls.set(callId, worker)
    this.add(worker, 1)
    const end = () => {
      this.runningCalls.delete(callId)
      this.add(worker, -1)
    }
    let result: unknown
    try {
      result = handler()
    } finally {
      if (!(result instanceof Promise)) end()
    }
    if (!(result instanceof Promise)) return result
    return result.finally(end)
  }

  private add(worker: StepWorker, change: number): void {
    this.running.set(worker, (this.running.get(worker) ?? 0) + change)
    let running = 0
    for (const [each, count] of this.running) if (each.isAlive) running += count
    this.mostRunning = Math.max(this.mostRunning, running)
  }
}

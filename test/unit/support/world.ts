/** Runs random programs against a real runtime, on which time and messages stand still between the steps. */
import { crashOptions } from '../../setup/crash-policies.ts'
import type { RuntimeEvent, SpanEvent } from '../../../src/types/telemetry.ts'
import { createTestClock, createTestRuntime } from 'atelier-react/testing'
import type { Task, TaskSession } from '../../../src/types/control.ts'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import type { QueueSnapshot, RuntimeTaskSnapshot } from '../../../src/types/snapshot.ts'
import type { TaskRetry } from '../../../src/types/retry.ts'
import type { TaskCall } from '../../../src/types/task.ts'
import { Actors } from './actors.ts'
import { foresee } from './admission.ts'
import { ensure } from './ensure.ts'
import { Entry, FAULTS, START_FAULTS } from './entry.ts'
import { deliverAll, drain } from './lab.ts'
import type { CallStep, Setup, Step } from './program.ts'

/** A task whose methods are named at run time. */
type AnyTask = Task<Record<string, (value: unknown) => unknown>>

/** What a later state is compared with. */
export interface Mark {
  readonly queue: QueueSnapshot
  readonly workersEnded: number
}

export class World {
  readonly setup: Setup
  readonly clock = createTestClock()
  readonly actors = new Actors(this.clock)
  readonly runtime: TaskRuntime
  readonly task: AnyTask
  readonly entries: Entry[] = []
  /** Those that were open when this was last looked at. */
  readonly open = new Set<Entry>()
  readonly spans: SpanEvent[] = []
  /** When a worker last ended by itself, or did not start. */
  lastFault = Number.NEGATIVE_INFINITY
  /** How often a worker ended or did not start, for whatever reason. */
  workersEnded = 0
  /** Calls may have started in another order than that of their making. */
  isReordered = false
  /** The most handlers that might ever run at once. */
  mostInFlight: number
  /** A call that was to be of a session is not. */
  isSessionMixed = false
  /** What the queue makes of a call is not foretold. */
  isUnforeseen = false
  readonly sessions: TaskSession<Record<string, (value: unknown) => unknown>>[] = []
  private isClosed = false
  private isDisposed = false
  private readonly signals = [new AbortController(), new AbortController()]

  constructor(setup: Setup) {
    this.setup = setup
    this.mostInFlight = setup.maxInFlight
    // A worker with free slots may get no more calls.
    this.isUnforeseen = setup.maxCallsPerWorker !== undefined
    this.runtime = createTestRuntime({ clock: this.clock })
    this.runtime.subscribeEvents(this.onEvent)
    const { crashPolicy, crashMaxRetries, retry, ...options } = setup
    const onCrash = crashOptions(crashPolicy, crashMaxRetries)
    this.task = this.runtime.defineTask({
      ...options,
      ...onCrash,
      retry: { ...(onCrash.retry as TaskRetry), ...retry },
      maxCrashes: crashMaxRetries,
      taskId: 'task',
      worker: this.actors.makeWorker,
    })
  }

  get state(): RuntimeTaskSnapshot {
    return this.task.control.getSnapshot()
  }

  /** Some of the pending calls may wait for their key, or for the time of their retry. */
  get mayHold(): boolean {
    const isOrdered = ({ step }: Entry) => step.key !== undefined && /serial|keep-last/.test(step.keyMode)
    return Boolean(this.setup.retry?.delayMs) || this.entries.some(isOrdered)
  }

  /** The calls so far that are of the same method and key, the entry itself among them. */
  peersOf({ step }: Entry): Entry[] {
    return this.entries.filter((each) => each.step.method === step.method && each.step.key === step.key)
  }

  mark(): Mark {
    return { queue: this.state.queue, workersEnded: this.workersEnded }
  }

  /**
   * Takes a step; what belongs to the page's turn is done when this returns. `isFresh`: every promise reaction has run, so
   * what looks open is open.
   */
  take(step: Step, isFresh: boolean): Promise<void> | void {
    const { actors, task } = this
    switch (step.do) {
      case 'call':
        return this.call(step)
      case 'abort':
        if (this.entries.length === 0) return
        return this.abort(
          [this.entries[step.which % this.entries.length] as Entry],
          isFresh,
          (reason, entry) => entry?.call.abort(reason),
        )
      case 'abortSignal': {
        const controller = this.signals[step.which % 2] as AbortController
        this.signals[step.which % 2] = new AbortController()
        const meant = this.entries.filter(({ signal }) => signal === controller.signal)
        return this.abort(meant, isFresh, (reason) => controller.abort(reason))
      }
      case 'abortKey': {
        const meant = this.entries.filter((entry) => entry.step.key === step.key)
        return this.abort(meant, isFresh, (reason) => this.runtime.abort({ key: step.key }, reason))
      }
      case 'open':
        return actors.open(step.which)
      case 'refuse':
        return actors.open(step.which, true)
      case 'toWorker':
        actors.pick(step.which, ({ isAlive, toWorker }) => isAlive && toWorker.length > 0)?.deliverToWorker()
        return
      case 'toPage':
        actors.pick(step.which, ({ toPage }) => toPage.length > 0)?.deliverToPage()
        return
      case 'messages':
        return deliverAll(actors.workers)
      case 'pass':
        return this.pass(step.ms)
      case 'end': {
        const worker = actors.pick(step.which, ({ isAlive }) => isAlive)
        if (step.how === 'terminate') worker?.terminate()
        else if (step.how === 'close') worker?.scope.close()
        else worker?.fail('an uncaught error')
        return
      }
      case 'nextWorker':
        actors.next = step.how
        return
      case 'stop':
        return this.stop()
      case 'start':
        return task.control.start()
      case 'park':
        return this.park()
      case 'prioritize':
        if (this.entries.length === 0) return
        this.isReordered = true
        this.entries[step.which % this.entries.length]?.call.setPriority(step.priority)
        return
      case 'resize':
        this.mostInFlight = Math.max(this.mostInFlight, step.maxInFlight)
        this.isReordered = true
        this.isUnforeseen = true
        return task.control.resize({ maxInFlight: step.maxInFlight })
      case 'release':
        for (const entry of this.open) if (entry.step.session === step.which) entry.may.add('aborted')
        return this.sessions[step.which]?.control.release()
      case 'clearQueue':
        return this.clearQueue()
      case 'close':
        this.allow('disposed')
        this.isClosed ||= !this.isDisposed
        void task.control.close()
        return
      case 'dispose':
        if (isFresh) for (const entry of this.open) entry.must = { end: 'disposed' }
        this.allow('disposed')
        this.isDisposed = true
        return task.control.dispose()
    }
  }

  /** Lets so much time pass; each timer is a task of its own. */
  async pass(ms: number): Promise<void> {
    const { clock } = this
    const until = clock.now() + ms
    // A handler may have kept the page busy beyond that.
    const rest = () => Math.max(0, until - clock.now())
    while (clock.next(rest())) await drain()
    clock.stall(rest())
  }

  /** Lets everything come to its end: workers start, messages arrive, handlers finish. */
  async finish(): Promise<void> {
    this.actors.next = 'works'
    for (let round = 0; round < 40; round++) {
      await deliverAll(this.actors.workers)
      this.actors.open('all')
      await deliverAll(this.actors.workers)
      await this.pass(12_000)
      if (this.state.status === 'stopped' && this.hasOpen) this.task.control.start()
      else if (!this.hasOpen && this.state.queue.inFlight === 0) break
    }
  }

  private get hasOpen(): boolean {
    return this.entries.some(({ isOpen }) => isOpen)
  }

  private call(step: CallStep): void {
    const before = this.state
    const { key, keyMode, priority, timeouts } = step
    const signal =
      step.signal === undefined ? undefined : (this.signals[step.signal] as AbortController).signal
    const index = this.entries.length
    const task = this.sessionOf(step).with({ key, keyMode, priority, signal, timeoutMs: timeouts })
    const call = task[step.method]?.(step.method === 'takeFunction' ? () => {} : index)
    const entry = new Entry(index, step, call as TaskCall<unknown>, signal, this.clock.now())
    this.entries.push(entry)
    if (step.session !== undefined) entry.may.add('session-lost')
    else if (key !== undefined && keyMode !== 'parallel') this.relate(entry)
    if (this.isClosed) entry.must = { end: 'closed' }
    else if (this.isDisposed) entry.must = { end: 'disposed' }
    else if (before.status === 'failed') for (const end of [...FAULTS, ...START_FAULTS]) entry.may.add(end)
    else {
      this.open.add(entry)
      foresee(this, entry, before, this.state)
    }
  }

  /** A pool may have too many: then the call is nobody's. */
  private sessionOf(step: CallStep): AnyTask {
    if (step.session === undefined) return this.task
    this.isReordered = true
    this.isUnforeseen = true
    try {
      return (this.sessions[step.session] ??= this.task.control.session())
    } catch {
      this.isSessionMixed = true
      return this.task
    }
  }

  /** What calls of one key do to each other. */
  private relate(entry: Entry): void {
    const isShared = entry.step.keyMode === 'dedupe'
    for (const peer of this.peersOf(entry)) {
      if (entry.step.keyMode === 'drop-latest') {
        entry.may.add('dropped-latest')
        continue
      }
      if (entry.step.keyMode !== 'serial' && !isShared) peer.may.add('superseded')
      if (isShared && peer.step.keyMode !== 'serial') for (const end of peer.natural) entry.may.add(end)
    }
  }

  private abort(
    meant: readonly Entry[],
    isFresh: boolean,
    act: (reason: Error, first: Entry | undefined) => void,
  ): void {
    const reason = new Error('a reason')
    for (const entry of meant) {
      if (isFresh && entry.isOpen) entry.must = { end: 'aborted', cause: reason }
      entry.may.add('aborted')
    }
    act(reason, meant[0])
  }

  private clearQueue(): void {
    const { inFlight } = this.state.queue
    this.allow('aborted')
    const count = this.task.control.clearQueue()
    const { queue } = this.state
    ensure(queue.blocked === 0, 'nobody is blocked any more')
    // What its worker has claimed ahead of time runs, though the page has not heard of it.
    ensure(queue.pending === queue.ahead, 'what waits on the page is gone')
    ensure(queue.inFlight <= inFlight && count >= inFlight - queue.inFlight, 'what runs goes on')
  }

  private stop(): void {
    const before = this.state.queue
    // Those of sessions, which end with their worker.
    const bound = [...this.open].filter(({ isOpen, step }) => isOpen && step.session !== undefined).length
    this.allow('aborted')
    this.task.control.stop()
    const { inFlight, pending, blocked } = this.state.queue
    ensure(inFlight === 0, 'nothing is in flight without workers')
    // What was handed ahead may have been claimed by its worker, and have started.
    const waited = before.pending - before.ahead + before.blocked - bound
    ensure(pending + blocked >= waited, 'what waited goes on waiting')
  }

  private async park(): Promise<void> {
    // Other timers that are due come first.
    await this.pass(0)
    for (const entry of this.open) if (entry.isOpen) entry.must = { end: 'aborted' }
    this.runtime.retain({ graceMs: 0 })()
    await this.pass(0)
  }

  /** All that were open may have ended in these ways. */
  allow(...ends: string[]): void {
    for (const entry of this.open) for (const end of ends) entry.may.add(end)
  }

  private readonly onEvent = (event: RuntimeEvent): void => {
    if (event.kind === 'span') this.spans.push(event)
    if (event.kind !== 'worker') return
    if (event.action === 'crash' || event.action === 'terminate') this.workersEnded++
    const isFault = event.action === 'crash' || event.reason === 'abort-grace' || event.reason === 'hang'
    if (!isFault) return
    this.lastFault = this.clock.now()
    this.allow(...FAULTS, ...START_FAULTS)
  }
}

/**
 * Records what happens on a page: calls, workers, traces, long frames and interactions. It can start before React and before
 * any runtime, and it finds runtimes that already exist.
 */
import type { CallEvent, RuntimeEvent, SpanEvent, TaskRuntime } from '../../src/index.ts'
import { overlapping, within } from '../model/ranges.ts'
import type {
  DevtoolsSession,
  FrameRow,
  InteractionRow,
  ProgressRow,
  RootRow,
  SpanRow,
  TimeRange,
} from '../model/types.ts'
import { actionsOn } from './actions.ts'
import { Bounded } from './bounded.ts'
import { CallStore } from './call-store.ts'
import { watchPage } from './page-watch.ts'
import { CallReader } from './read-calls.ts'
import { findRegistry, type KnownRuntime, Runtimes } from './runtimes.ts'
import { TaskStates } from './task-states.ts'
import { WorkerLog } from './worker-log.ts'

/** Options of {@link startRecorder}. */
export interface RecorderOptions {
  /** How many calls are kept. Beyond it, the oldest settled ones are dropped. @default 20_000 */
  readonly calls?: number | undefined
  /** Runtimes that are not in the page's registry, such as those of a production build. @default none */
  readonly runtimes?: readonly TaskRuntime[] | undefined
  /** The clock, in ms. @default performance.now() */
  readonly now?: (() => number) | undefined
}

/** A recording in progress. */
export interface Recorder {
  readonly session: DevtoolsSession
  /** Records a runtime that is not in the registry. */
  add(runtime: TaskRuntime): void
  /** While paused, it records nothing and the runtimes create no events for it. Calls made in that time are missed. */
  pause(): void
  resume(): void
  readonly isPaused: boolean
  /** Clears everything except open calls and live workers. */
  clear(): void
  /** Ends the recording. What it recorded can still be read. */
  stop(): void
}

const DEFAULT_CALLS = 20_000
const MOST_FRAMES = 2_000
const MOST_INTERACTIONS = 500
const MOST_SPANS = 10_000
const MOST_ROOTS = 5_000
const MOST_PROGRESS = 5_000
const KINDS = ['call', 'span', 'trace', 'worker'] as const

/**
 * Starts recording the current page.
 *
 * @throws RangeError if the number of calls is less than 1.
 */
export function startRecorder(options: RecorderOptions = {}): Recorder {
  const { calls = DEFAULT_CALLS } = options
  if (!(calls >= 1 && calls <= 2 ** 24))
    throw new RangeError(
      `startRecorder: calls must be a number from 1 to ${2 ** 24}, received ${String(calls)}`,
    )
  return new PageRecorder(Math.floor(calls), options)
}

class PageRecorder extends CallReader implements Recorder, DevtoolsSession {
  readonly isLive = true
  readonly startTime: number
  readonly timeOrigin: number
  readonly now: () => number
  readonly actions: DevtoolsSession['actions']
  version = 0
  earlierCalls = 0
  isPaused = false
  private readonly known = new Runtimes()
  private readonly states = new TaskStates(this.known)
  private readonly log = new WorkerLog()
  private readonly longFrames = new Bounded<FrameRow>(MOST_FRAMES)
  private readonly slow = new Bounded<InteractionRow>(MOST_INTERACTIONS)
  private readonly workerSpans = new Bounded<SpanRow>(MOST_SPANS)
  private readonly traces = new Bounded<RootRow>(MOST_ROOTS)
  private readonly told = new Bounded<ProgressRow>(MOST_PROGRESS)
  private readonly hiddenTimes: { start: number; end: number }[] = []
  private readonly listeners = new Set<() => void>()
  private stops: (() => void)[] = []
  private isTelling = false

  constructor(capacity: number, { runtimes = [], now = () => performance.now() }: RecorderOptions) {
    super(new CallStore(capacity))
    this.now = now
    this.startTime = now()
    this.timeOrigin = performance.timeOrigin
    this.actions = actionsOn(this.known, (worker, factor) =>
      this.note(() => this.log.slowed(worker, factor, this.now())),
    )
    for (const runtime of runtimes) this.known.add(runtime)
    this.resume()
  }

  get session(): DevtoolsSession {
    return this
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  add(runtime: TaskRuntime): void {
    const known = this.known.add(runtime)
    if (known !== null && !this.isPaused) this.attach(known, runtime)
  }

  pause(): void {
    this.isPaused = true
    for (const stop of this.stops) stop()
    this.stops = []
    this.changed()
  }

  resume(): void {
    this.isPaused = false
    const registry = findRegistry()
    const found = (runtime: TaskRuntime): void => this.add(runtime)
    registry.listeners.add(found)
    this.stops.push(() => registry.listeners.delete(found))
    for (const known of this.known.all()) {
      const runtime = known.ref.deref()
      if (runtime !== undefined) this.attach(known, runtime)
    }
    for (const ref of registry.runtimes) {
      const runtime = ref.deref()
      if (runtime !== undefined) this.add(runtime)
    }
    this.stops.push(
      watchPage({
        frame: (frame) => this.note(() => this.longFrames.add(frame)),
        interaction: (interaction) => this.note(() => this.slow.add(interaction)),
        visibility: (isHidden, time) => this.note(() => this.visibility(isHidden, time)),
      }),
    )
  }

  stop(): void {
    this.pause()
    this.listeners.clear()
  }

  clear(): void {
    this.store.clear()
    this.log.clear()
    for (const list of [this.longFrames, this.slow, this.workerSpans, this.traces, this.told]) list.clear()
    this.changed()
  }

  spans(): readonly SpanRow[] {
    return this.workerSpans.all()
  }

  spansOfTrace(traceId: string): readonly SpanRow[] {
    const rows = new Set(this.callsOfTrace(traceId).map(({ row }) => row))
    return this.workerSpans.all().filter(({ row }) => rows.has(row))
  }

  roots(): readonly RootRow[] {
    return this.traces.all()
  }

  runtimes(): ReturnType<DevtoolsSession['runtimes']> {
    this.tasks()
    return this.known.used().map(({ id, name, ordinal, isDisposed }) => ({ id, name, ordinal, isDisposed }))
  }

  tasks(): ReturnType<DevtoolsSession['tasks']> {
    return this.states.rows()
  }

  workers(): ReturnType<DevtoolsSession['workers']> {
    return this.log.workers()
  }

  events(): ReturnType<DevtoolsSession['events']> {
    return this.log.events()
  }

  frames(range?: TimeRange): readonly FrameRow[] {
    return overlapping(this.longFrames.all(), range)
  }

  interactions(range?: TimeRange): readonly InteractionRow[] {
    return overlapping(this.slow.all(), range)
  }

  progress(range?: TimeRange): readonly ProgressRow[] {
    return within(this.told.all(), range)
  }

  hidden(range?: TimeRange): readonly TimeRange[] {
    const { hiddenTimes } = this
    return range
      ? hiddenTimes.filter(({ start, end }) => start <= range.end && end >= range.start)
      : hiddenTimes
  }

  private attach(known: KnownRuntime, runtime: TaskRuntime): void {
    this.stops.push(
      runtime.subscribeEvents((event) => this.note(() => this.happened(known, event)), { kinds: KINDS }),
      // Defining, stopping or disposing of a task creates no event.
      runtime.subscribeRuntimeSnapshot(
        ({ tasks }) => this.note(() => this.tasksChanged(known, tasks.length)),
        {
          intervalMs: 250,
        },
      ),
    )
    const { calls, workers, tasks, time } = runtime.inspect()
    known.isUsed ||= tasks.length > 0
    for (const { counts } of tasks)
      this.earlierCalls += counts.succeeded + counts.failed + counts.canceled + counts.rejected
    for (const { taskId, index, status } of workers)
      this.log.found(known.id, taskId, index, status !== 'starting', time)
    for (const call of calls) {
      const { traceId, spanId, createdTime = time } = call
      // Calls outside telemetry will not be reported later. A call that was followed before a pause is already here.
      if (traceId === undefined || spanId === undefined) continue
      const slot =
        this.store.find(known.id, call.callId) ??
        this.store.add(known.id, { ...call, traceId, spanId }, createdTime)
      this.store.found(slot, call.phase, call)
    }
    this.store.lose(known.id, new Set(calls.map(({ callId }) => callId)), time)
    if (tasks.length > 0)
      this.log.line({ time, runtimeId: known.id, kind: 'attach', text: `recording of ${known.name} begins` })
    this.changed()
  }

  private happened(known: KnownRuntime, event: RuntimeEvent): void {
    known.isUsed = true
    switch (event.kind) {
      case 'call':
        this.stepped(known.id, event)
        break
      case 'span':
        this.ended(known.id, event)
        break
      case 'trace': {
        const { traceId, spanId, traceName: name, startTime, endTime, status } = event
        this.traces.add({ runtimeId: known.id, traceId, spanId, name, startTime, endTime, status })
        break
      }
      case 'worker':
        this.log.happened(known.id, event)
        break
      case 'counter':
      case 'gauge':
      case 'histogram':
    }
  }

  private tasksChanged(known: KnownRuntime, tasks: number): void {
    const hadTasks = known.isUsed && !known.isDisposed
    known.isUsed ||= tasks > 0
    known.isDisposed = known.isUsed && tasks === 0
    if (known.isDisposed && hadTasks)
      this.log.line({
        time: this.now(),
        runtimeId: known.id,
        kind: 'dispose',
        text: `${known.name} has no task any more`,
      })
  }

  private stepped(runtimeId: number, event: CallEvent): void {
    if (event.phase === 'progressed') {
      const slot = this.store.find(runtimeId, event.callId)
      if (slot !== undefined) this.told.add({ row: this.store.rowNumberAt(slot), time: event.time })
      return
    }
    this.store.step(runtimeId, event)
    const { phase, time, taskId, callId, method, workerIndex, reason } = event
    if (phase === 'requeued' && reason !== undefined)
      this.log.line({
        time,
        runtimeId,
        kind: 'requeue',
        taskId,
        callId,
        workerIndex,
        text: `${method} waits again: its worker ${reason}`,
      })
    if (phase === 'settled' && event.outcome === 'rejected')
      this.log.line({ time, runtimeId, kind: 'reject', taskId, callId, text: `${method} was turned away` })
  }

  private ended(runtimeId: number, span: SpanEvent): void {
    const slot = this.store.find(runtimeId, span.callId)
    if (slot === undefined) return
    const spanId = this.store.spanIdAt(slot)
    if (span.spanId === spanId) this.store.finish(runtimeId, span)
    else {
      const row = this.store.rowNumberAt(slot)
      const { name, parentSpanId = spanId, startTime, endTime, error } = span
      this.workerSpans.add({ row, name, spanId: span.spanId, parentSpanId, startTime, endTime, error })
    }
  }

  private visibility(isHidden: boolean, time: number): void {
    const { hiddenTimes } = this
    const last = hiddenTimes.at(-1)
    if (isHidden) hiddenTimes.push({ start: time, end: Number.POSITIVE_INFINITY })
    else if (last) last.end = time
    this.log.line({
      time,
      kind: isHidden ? 'hidden' : 'visible',
      text: `the page is ${isHidden ? 'hidden' : 'visible again'}`,
    })
  }

  private note(change: () => void): void {
    change()
    this.changed()
  }

  private changed(): void {
    this.version++
    if (this.isTelling || this.listeners.size === 0) return
    this.isTelling = true
    queueMicrotask(() => {
      this.isTelling = false
      for (const listener of [...this.listeners]) if (this.listeners.has(listener)) tell(listener)
    })
  }
}

/** An exception in a listener is reported, and does not stop the others. */
function tell(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

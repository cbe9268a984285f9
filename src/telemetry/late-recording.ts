/**
 * Telemetry whose code arrives after the first call: a worker takes longer to start than this takes to load. Spans start at
 * once; edges are kept, with their times, and told in their order when the recorder is there.
 */
import type { Call } from '../call/call.ts'
import type { CallOutcome, TerminateReason } from '../types/telemetry.ts'
import type { CallRelation, CallStep, TaskGauges, TaskIdentity } from './instrumentation.ts'
import type { RecorderParts } from './record/recorder.ts'
import type { Recorder, Recording } from './recording.ts'
import type { EndedTrace } from './trace/trace.ts'
import { oneInstance } from '../lib/one-instance.ts'

type Make = (parts: RecorderParts) => Recorder
type Edge = (to: Recorder) => void

interface Source {
  readonly read: () => TaskGauges
  stop: () => void
}

/** Edges that are kept, some four a call. Past it new calls are not recorded: a page whose telemetry never comes must not fill. */
const MOST_EDGES = 200_000

const code: { loaded?: Make; loading?: Promise<Make> } = /* @__PURE__ */ oneInstance('recorder', () => ({}))

/** From now on runtimes record without delay. */
export function installRecorder(make: Make): void {
  code.loaded = make
}

/** Makes a recorder at once if its code has loaded; null if it has to be waited for. */
export function makeRecorder(parts: RecorderParts): Recording | null {
  return code.loaded?.(parts) ?? null
}

/** Async also where a tool has put something that throws in the place of `import()`. */
async function load(): Promise<Make> {
  const { createRecorder } = await import('./record/recorder.ts')
  code.loaded = createRecorder
  return createRecorder
}

export class LateRecording implements Recording {
  private readonly parts: RecorderParts
  private readonly arrived: (recording: Recording | null) => void
  private edges: Edge[] = []
  private readonly sources = new Set<Source>()
  private isLoading = false
  private isDisposed = false
  private isFlushKept = true

  /** `arrived` is called once: with the recorder, or with null when its code could not be loaded. */
  constructor(parts: RecorderParts, arrived: (recording: Recording | null) => void) {
    this.parts = parts
    this.arrived = arrived
  }

  callEnqueued(call: Call): void {
    if (this.edges.length >= MOST_EDGES) return this.tooMany()
    // First: what follows may run code that makes calls, or disposes.
    this.keep((to) => to.callStarted(call))
    this.parts.starter.start(call)
  }

  callDispatched(call: Call, at: number, isAhead: boolean): void {
    this.keep((to) => to.callDispatched(call, at, isAhead))
  }

  callStepped(call: Call, step: CallStep): void {
    this.keep((to) => to.callStepped(call, step))
  }

  callRequeued(call: Call, reason: string, at: number): void {
    this.keep((to) => to.callRequeued(call, reason, at))
  }

  callRetried(call: Call, error: unknown, at: number): void {
    this.keep((to) => to.callRetried(call, error, at))
  }

  callSettled(call: Call, outcome: CallOutcome): void {
    this.keep((to) => to.callSettled(call, outcome))
  }

  callLinked(call: Call, other: Call, relation: CallRelation): void {
    this.keep((to) => to.callLinked(call, other, relation))
  }

  workerSpawned(task: TaskIdentity, index: number, at: number): void {
    this.keep((to) => to.workerSpawned(task, index, at))
  }

  workerReady(task: TaskIdentity, index: number, at: number, startMs: number, setupMs?: number): void {
    this.keep((to) => to.workerReady(task, index, at, startMs, setupMs))
  }

  workerCrashed(task: TaskIdentity, index: number, error: unknown, at: number): void {
    this.keep((to) => to.workerCrashed(task, index, error, at))
  }

  workerTerminated(task: TaskIdentity, index: number, reason: TerminateReason, at: number): void {
    this.keep((to) => to.workerTerminated(task, index, reason, at))
  }

  workerError(task: TaskIdentity, index: number, error: unknown, at: number): void {
    this.keep((to) => to.workerError(task, index, error, at))
  }

  /** There may be many, and they are only counted: of those that come before the recorder, so many as there is room for. */
  workerEvent(task: TaskIdentity, event: string, dropped: number, at: number): void {
    if (this.edges.length < MOST_EDGES) this.keep((to) => to.workerEvent(task, event, dropped, at))
  }

  traceEnded(ended: EndedTrace): void {
    this.keep((to) => to.traceEnded(ended))
  }

  /** The end of a turn is an edge, too: what is written by then comes before what follows. */
  flush(): void {
    if (this.isFlushKept) return
    this.keep((to) => to.flush())
    this.isFlushKept = true
  }

  registerTask(read: () => TaskGauges): () => void {
    const source: Source = { read, stop: () => {} }
    this.sources.add(source)
    return () => {
      this.sources.delete(source)
      source.stop()
    }
  }

  /** Nothing was reported yet. */
  forgetListeners(): void {}

  /** What is in the timeline is what the recorder has written: nothing yet, and not what has settled so far. */
  clearMeasures(): void {
    if (this.isLoading) this.keep((to) => to.clearMeasures())
  }

  flushAll(): void {
    if (this.isLoading) this.keep((to) => to.flushAll())
  }

  dispose(then: () => void): void {
    if (this.isLoading) this.keep((to) => to.dispose(then))
    else {
      this.isDisposed = true
      then()
    }
  }

  private keep(edge: Edge): void {
    this.edges.push(edge)
    this.isFlushKept = false
    if (this.isLoading) return
    this.isLoading = true
    code.loading ??= load()
    code.loading.then((make) => this.tellAll(make)).catch((error: unknown) => this.giveUp(error))
  }

  private tellAll(make: Make): void {
    const { edges } = this
    const to = make(this.parts)
    for (const source of this.sources) source.stop = to.registerTask(source.read)
    // Sinks run code of the application's, which may make calls: their edges join the list.
    for (let index = 0; index < edges.length; index++) edges[index]?.(to)
    this.edges = []
    this.arrived(to)
    // Of a trace that ended after its runtime.
    if (this.isDisposed) to.dispose(() => {})
  }

  private giveUp(error: unknown): void {
    this.edges = []
    this.parts.guard.once('recorder', () => [
      'Atelier: its telemetry code could not be loaded. Calls still work, but there are no spans, measures, metrics and events. ' +
        "import 'atelier-react/telemetry' makes it a part of the page's own code.",
      error,
    ])
    this.arrived(null)
  }

  private tooMany(): void {
    this.parts.guard.once('edges', () => [
      'Atelier: its telemetry code has not been loaded yet, and no more calls are recorded until it is.',
    ])
  }
}

/**
 * The seam: what executors tell the world about a call, at the edges of its state machine.
 * Executors know this interface and nothing of spans, measures or events. When nobody listens there is no
 * instrumentation at all: an edge costs one comparison.
 */
import type { Call } from '../call/call.ts'
import type { TaskType } from '../types/task.ts'
import type { CallEventPhase, CallOutcome, TerminateReason } from '../types/telemetry.ts'

/** Why one call's span is linked with another's. */
export type CallRelation = 'joined' | 'superseded'

/** The result of a call, as it was known then. */
export interface CallStep {
  readonly phase: CallEventPhase
  readonly time: number
  readonly attempt: number
  /** -1 without a worker. */
  readonly workerIndex: number
  /** What took it from its worker. */
  readonly reason?: string | undefined
}

/** The task that a worker or a gauge belongs to. */
export interface TaskIdentity {
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly policy: string
  /** Its workers run on the page's own thread; known once one was made. */
  isInProcess?: boolean
  /** There where pages share the task: whose worker it is, once that is known. */
  shared?: { readonly host?: 'self' | 'other' | undefined } | undefined
  /** The methods that its workers have announced; known once one was ready. A metric has no series for other names. */
  methods?: readonly string[]
}

/** What the gauges read, at the moment of collection. */
export interface TaskGauges extends TaskIdentity {
  readonly inFlight: number
  readonly pending: number
  readonly ahead: number
  readonly blocked: number
  readonly activeWorkers: number
  readonly workerLimit: number
}

/**
 * The edges of a call and of a worker. None of them throws, whatever a sink does. Each may run code of the application's
 * (listeners, exporters, getters), which may call anything: an edge must not be reported while a transition is half made.
 * All but {@link callEnqueued} may be reported later, in their order: `at` and the times on the call are those of the edge,
 * in ms on the page's clock.
 */
export interface Instrumentation {
  /**
   * The call exists; its parent is fixed now, synchronously. Sets `call.enqueuedAt` and `call.telemetry`.
   */
  callEnqueued(call: Call): void
  /** Its handler starts, or is presumed to. `isAhead`: it was handed to a busy worker, and only its reply knows when it began. */
  callDispatched(call: Call, at: number, isAhead: boolean): void
  /** A step between a call's creation and its settlement; reported only while a listener follows the steps of calls. */
  callStepped(call: Call, step: CallStep): void
  /** Its worker died and it waits again. */
  callRequeued(call: Call, reason: string, at: number): void
  /** Its handler threw, and it is to run again. */
  callRetried(call: Call, error: unknown, at: number): void
  /**
   * It has settled: `call.outcome`, `error`, `settledAt` and the run interval are set. Written now or at the
   * latest with the next {@link flush}.
   */
  callSettled(call: Call, outcome: CallOutcome): void
  /**
   * Another call explains this one: `joined`, the run that a deduplicated call shares; `superseded`, the newer call
   * of its key. Both are enqueued, and `call` has not settled.
   */
  callLinked(call: Call, to: Call, relation: CallRelation): void
  workerSpawned(task: TaskIdentity, index: number, at: number): void
  /** It takes calls. `startMs`: since it was spawned; `setupMs`: what its `setup` took, where it has one. */
  workerReady(
    task: TaskIdentity,
    index: number,
    at: number,
    startMs: number,
    setupMs: number | undefined,
  ): void
  workerCrashed(task: TaskIdentity, index: number, error: unknown, at: number): void
  workerTerminated(task: TaskIdentity, index: number, reason: TerminateReason, at: number): void
  /** An uncaught error inside a worker that lives on. */
  workerError(task: TaskIdentity, index: number, error: unknown, at: number): void
  /** A worker emitted an event; `dropped` others were lost before it. */
  workerEvent(task: TaskIdentity, event: string, dropped: number, at: number): void
  /** Writes what {@link callSettled} has left for later. */
  flush(): void
}

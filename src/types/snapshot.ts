/** The types of a runtime's state: what `getRuntimeSnapshot` and `control.getSnapshot` return. */
import type { QueuePolicy, TaskType } from './task.ts'

/** The state of a runtime. */
export interface RuntimeSnapshot {
  readonly tasks: readonly RuntimeTaskSnapshot[]
}

/**
 * The state of a task. `idle`: no worker; `active`: workers, or calls; `stopped`: `control.stop()` was called;
 * `failed`: out of service after crashes or failed starts.
 */
export interface RuntimeTaskSnapshot {
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly init: 'lazy' | 'eager'
  readonly status: 'idle' | 'active' | 'stopped' | 'failed'
  readonly queue: QueueSnapshot
  readonly workers: WorkersSnapshot
  readonly counts: CallCounts
  /** The number of open sessions, if there are any; a session without a call has no worker yet. */
  readonly sessions?: number
  readonly lastCrash?: CrashSnapshot | undefined
  /** In a task with `shared`, while this page takes part: its role among the pages. */
  readonly shared?: SharedSnapshot | undefined
}

/** The role of a page among those that share an engine. */
export interface SharedSnapshot {
  /** `host`: this page owns the engine's worker. `guest`: another page does. `electing`: not decided yet. */
  readonly role: 'host' | 'guest' | 'electing'
  /** How calls travel: through a port, or through a BroadcastChannel if no broker has provided a port. */
  readonly transport: 'port' | 'broadcast'
  /** How many pages the engine serves, including this one; 0 while that is not known. */
  readonly pages: number
  /** Grows by one with each engine that takes over. */
  readonly epoch: number
}

/** Depths and limits of a task's queue. */
export interface QueueSnapshot {
  /** Calls that hold a slot of a worker, running or about to; aborted ones until their handler has ended. */
  readonly inFlight: number
  /** Accepted calls that wait, including those handed ahead to a busy worker. */
  readonly pending: number
  /**
   * The pending calls that were handed ahead to a busy worker. Under `queuePolicy: 'block'` they take no room in
   * the queue: `pending - ahead` never exceeds `maxQueueDepth`. Under the other policies, `pending` never does.
   */
  readonly ahead: number
  /** Callers that wait for the queue to accept them. */
  readonly blocked: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
}

/** The workers of a task. */
export interface WorkersSnapshot {
  readonly active: number
  readonly limit: number
  readonly list: readonly WorkerSnapshot[]
}

/** One worker. */
export interface WorkerSnapshot {
  readonly index: number
  readonly status: 'starting' | 'idle' | 'busy'
  readonly inFlight: number
  /** How many workers at this index have died so far. */
  readonly crashes: number
  /** The number of sessions on this worker, if there are any; a worker of a pool then takes no other calls. */
  readonly sessions?: number
  /** While it is `starting`: the value that its `setup` last passed to `progress()`. */
  readonly startProgress?: unknown
}

/** Calls by outcome, since the task was defined. */
export interface CallCounts {
  /** Dispatches: a requeued call counts each time. */
  readonly dispatched: number
  readonly succeeded: number
  readonly failed: number
  readonly canceled: number
  readonly rejected: number
  readonly requeued: number
}

/** The last death of a worker. */
export interface CrashSnapshot {
  readonly workerIndex: number
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

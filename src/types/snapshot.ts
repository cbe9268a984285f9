/** The types of a runtime's state: what `getRuntimeSnapshot` and `control.getSnapshot` give. */
import type { QueuePolicy, TaskType } from './task.ts'

/** The state of a runtime. */
export interface RuntimeSnapshot {
  readonly tasks: readonly RuntimeTaskSnapshot[]
}

/**
 * The state of a task. `idle`: no worker; `active`: workers, or calls; `stopped`: `control.stop()` was called;
 * `failed`: too many crashes, or the policy says so.
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
  /** Open sessions, where there are any; one that has made no call has no worker yet. */
  readonly sessions?: number
  readonly lastCrash?: CrashSnapshot | undefined
  /** Of a task with `shared`, while this page takes part: its place among the pages. */
  readonly shared?: SharedSnapshot | undefined
}

/** The place of a page among those that share an engine. */
export interface SharedSnapshot {
  /** `host`: the engine's worker is this page's. `guest`: it is another's. `electing`: this page waits for either. */
  readonly role: 'host' | 'guest' | 'electing'
  /** How calls travel: through a port, or by BroadcastChannel where no broker has handed one out. */
  readonly transport: 'port' | 'broadcast'
  /** How many pages the engine serves, this one included; 0 while that is not known. */
  readonly pages: number
  /** Grows by one with each engine that takes over. */
  readonly epoch: number
}

/** Depths and bounds of a task's queue. */
export interface QueueSnapshot {
  /** Calls that hold a slot of a worker, running or about to; aborted ones until their handler has ended. */
  readonly inFlight: number
  /** Accepted calls that wait, those handed ahead to a busy worker among them. */
  readonly pending: number
  /**
   * Of those, the calls that a busy worker has been handed ahead of time. Under `queuePolicy: 'block'` they take no room in
   * the queue: `pending - ahead` never exceeds `maxQueueDepth`. Under the other policies `pending` never does.
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
  /** Deaths of workers at this index so far. */
  readonly crashes: number
  /** Sessions whose calls run here, where there are any; a worker of a pool takes no other calls then. */
  readonly sessions?: number
  /** While it is `starting`: what its `setup` last gave to `progress()`. */
  readonly startProgress?: unknown
}

/** Calls by what has happened to them, since the task was defined. */
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

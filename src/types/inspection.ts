/** The types of `runtime.inspect()`: the state of a runtime, call by call. */
import type { RuntimeTaskSnapshot, WorkerSnapshot } from './snapshot.ts'

/** What {@link TaskRuntime.inspect} returns: the state at that moment. It does not change later. */
export interface RuntimeInspection {
  /** In ms on the page's `performance.now()`. */
  readonly time: number
  /** Every call that has not settled. For each task, calls on workers come first, then the waiting calls in their order. */
  readonly calls: readonly InspectedCall[]
  readonly workers: readonly InspectedWorker[]
  readonly tasks: readonly InspectedTask[]
}

/** A call that has not settled. Times are in ms on the page's `performance.now()`. */
export interface InspectedCall {
  readonly callId: string
  readonly taskId: string
  readonly taskName?: string | undefined
  readonly method: string
  readonly key?: string | undefined
  readonly phase: 'blocked' | 'pending' | 'starting' | 'running'
  /** Absent while nothing listens to the runtime: all sinks off, and no listener of events. */
  readonly traceId?: string | undefined
  readonly traceName?: string | undefined
  readonly spanId?: string | undefined
  readonly parentSpanId?: string | undefined
  /** Absent while nothing listens to the runtime; so are the other times. */
  readonly createdTime?: number | undefined
  /** Absent for a call that is blocked. */
  readonly admittedTime?: number | undefined
  /** When its handler last started, or was presumed to; absent for a call that waits. */
  readonly startedTime?: number | undefined
  /** Milliseconds since `createdTime`. */
  readonly ageMs?: number | undefined
  /** The worker that has it; absent for a call that waits on the page. */
  readonly workerIndex?: number | undefined
  /** Starts so far. */
  readonly attempt: number
  /** How many waiting calls are before it in its queue; absent for a call that holds a slot of a worker. */
  readonly place?: number | undefined
  /** What it waits for; absent for a call that runs. */
  readonly waitsFor?: InspectedWait | undefined
}

/**
 * What a call waits for. `room`: room in the queue; `slot`: a slot of a worker; `worker`: its worker is busy or starting; `key`: an earlier
 * call of its key; `run`: the call whose run it shares; `retry`: the delay before it runs again; `task`: the task is stopped; `concurrency`:
 * other tasks use up the runtime's `maxConcurrency`.
 */
export interface InspectedWait {
  readonly reason: 'room' | 'slot' | 'worker' | 'key' | 'run' | 'retry' | 'task' | 'concurrency'
  /** The calls that must end first; for `room` and `slot`, those in flight. */
  readonly callIds: readonly string[]
}

/** A worker of a task. */
export interface InspectedWorker extends WorkerSnapshot {
  readonly taskId: string
  /** Handlers that may run at once. */
  readonly slots: number
  /** Calls that it was handed ahead of time. */
  readonly ahead: number
  /** Its calls, in the order in which they were sent. */
  readonly callIds: readonly string[]
}

/** A task, with its current options. */
export interface InspectedTask extends RuntimeTaskSnapshot {
  /** By the names of `taskOptions`; those that are off are undefined. Without `worker`, `defaults` and `methods`. */
  readonly options: Readonly<Record<string, string | number | boolean | undefined>>
}

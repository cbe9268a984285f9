/** The types of `runtime.inspect()`: a picture of what is under way, call by call. */
import type { RuntimeTaskSnapshot, WorkerSnapshot } from './snapshot.ts'

/** What {@link TaskRuntime.inspect} gives: the moment at which it was asked. Nothing in it changes later. */
export interface RuntimeInspection {
  /** In ms on the page's `performance.now()`. */
  readonly time: number
  /** Every call that has not settled: per task those on workers first, then those that wait, in their order. */
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
  /** How many calls that wait are before it, of those that it stands in line with; absent for a call that has a slot of a worker. */
  readonly place?: number | undefined
  /** What it waits for; absent for a call that runs. */
  readonly waitsFor?: InspectedWait | undefined
}

/**
 * What a call waits for. `room`: in the queue; `slot`: of a worker; `worker`: its worker is busy, or starts; `key`: an earlier call of
 * its key; `run`: the call that it shares a run with; `retry`: the delay before it runs again; `task`: the task is stopped; `concurrency`:
 * other tasks have all that the runtime's `maxConcurrency` allows.
 */
export interface InspectedWait {
  readonly reason: 'room' | 'slot' | 'worker' | 'key' | 'run' | 'retry' | 'task' | 'concurrency'
  /** The calls that are to end first, those in flight for `room` and `slot`. */
  readonly callIds: readonly string[]
}

/** A worker of a task. */
export interface InspectedWorker extends WorkerSnapshot {
  readonly taskId: string
  /** Handlers that may run at once. */
  readonly slots: number
  /** Calls that it was handed ahead of time. */
  readonly ahead: number
  /** The calls that it has, in the order of sending. */
  readonly callIds: readonly string[]
}

/** A task, with the options in force. */
export interface InspectedTask extends RuntimeTaskSnapshot {
  /** By the names of `taskOptions`; those that are off are undefined. Without `worker`, `defaults` and `methods`. */
  readonly options: Readonly<Record<string, string | number | boolean | undefined>>
}

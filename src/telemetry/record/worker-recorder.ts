/** What happens to workers, as metrics and events. */
import { type CounterName, ERROR_TYPE, OTHER, REASON, taskAttributes, WORKER_INDEX } from '../names.ts'
import { errorTypeOf, messageOf } from './outcome-words.ts'
import type { TaskIdentity } from '../instrumentation.ts'
import type { Sinks } from './sinks.ts'
import { workerEvent } from '../events/span-events.ts'
import type { Attributes, TerminateReason, WorkerEvent } from '../../types/telemetry.ts'

const COUNTERS: Readonly<Record<Exclude<WorkerEvent['action'], 'ready'>, CounterName>> = {
  spawn: 'worker.spawn.total',
  crash: 'worker.crash.total',
  terminate: 'worker.terminate.total',
  error: 'worker.error.total',
}

/** Names of uncaught errors that a runtime's metrics tell apart. */
const MOST_ERROR_TYPES = 100

export class WorkerRecorder {
  private readonly sinks: Sinks
  private readonly runtimeName: string
  private readonly errorTypes = new Set<string>()

  constructor(sinks: Sinks, runtimeName: string) {
    this.sinks = sinks
    this.runtimeName = runtimeName
  }

  record(
    action: keyof typeof COUNTERS,
    task: TaskIdentity,
    index: number,
    time: number,
    reason?: TerminateReason,
    error?: unknown,
  ): void {
    const { metrics, events } = this.sinks
    const attributes: Attributes = {
      ...taskAttributes(task, this.runtimeName),
      [WORKER_INDEX]: index,
      ...(reason !== undefined && { [REASON]: reason }),
      ...(action === 'error' && { [ERROR_TYPE]: this.boundedType(error) }),
    }
    const counter = COUNTERS[action]
    metrics?.refresh()
    metrics?.add(counter, attributes)
    if (!events.listening) return
    if (events.wants.worker) {
      const message = error === undefined ? undefined : messageOf(error)
      events.emit(workerEvent(action, task, index, time, reason, message))
    }
    events.emitMetric('counter', counter, 1, time, attributes)
  }

  /** An application that makes up names of errors would make up metrics. */
  private boundedType(error: unknown): string {
    const type = errorTypeOf(error)
    if (this.errorTypes.size < MOST_ERROR_TYPES) this.errorTypes.add(type)
    return this.errorTypes.has(type) ? type : OTHER
  }
}

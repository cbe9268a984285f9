/** Every name that telemetry emits, once: spans, attributes, metrics, their units. */
import type { TaskIdentity } from './instrumentation.ts'
import { TASK_ID, TASK_NAME, TASK_TYPE } from './trace/span-names.ts'

export * from './trace/span-names.ts'

export const REQUEUE_EVENT = 'atelier.requeue'
export const RETRY_EVENT = 'atelier.retry'

export const WORKER_INDEX = 'atelier.worker.index'
/** There, and true, when the handler ran on the page's own thread. */
export const WORKER_IN_PROCESS = 'atelier.worker.in_process'
/** Of a task that pages share: `origin`. */
export const TASK_SHARED = 'atelier.task.shared'
/** Whose worker it was: of the page that called, or of another. */
export const WORKER_HOST = 'atelier.worker.host'
/** From the call to the start of its handler, as its worker says. */
export const WORKER_START_MS = 'atelier.worker.start_ms'
export const WORKER_RUN_MS = 'atelier.worker.run_ms'
/** Spans of the handler that were too many for the reply. */
export const WORKER_SPANS_DROPPED = 'atelier.worker.spans_dropped'
export const QUEUE_POLICY = 'atelier.queue.policy'
/** Of the wait, until the queue accepted the call. */
export const QUEUE_BLOCKED_MS = 'atelier.queue.blocked_ms'
export const QUEUE_WAIT_MS = 'atelier.queue.wait_ms'
export const QUEUE_WAIT_LAST_MS = 'atelier.queue.wait_last_ms'
export const ATTEMPT_COUNT = 'atelier.attempt.count'
export const TRACE_INHERITED = 'atelier.trace.inherited'
export const TRACE_SPAN_COUNT = 'atelier.trace.span_count'
export const CALL_KEY = 'atelier.call.key'
/** Of a call that has an affinity: whether it went to the worker that had served it last. */
export const AFFINITY_HIT = 'atelier.affinity.hit'
export const CANCELED = 'atelier.canceled'
export const CANCEL_REASON = 'atelier.cancel.reason'
export const OUTCOME = 'atelier.outcome'
export const REASON = 'atelier.reason'
export const RUNTIME_NAME = 'atelier.runtime.name'
/** The name of an event that a worker emits. */
export const EVENT_NAME = 'atelier.event.name'
export const LINK_RELATION = 'atelier.link.relation'
/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/ */
export const ERROR_TYPE = 'error.type'
/** What `error.type` and a metric's method say when there is no name of bounded cardinality, as conventions ask. */
export const OTHER = '_OTHER'

/** Counters and their units. */
export const COUNTERS = {
  'task.dispatch.total': '{task}',
  'task.success.total': '{task}',
  'task.failure.total': '{task}',
  'task.canceled.total': '{task}',
  'task.rejected.total': '{task}',
  'task.requeue.total': '{task}',
  'worker.spawn.total': '{worker}',
  'worker.crash.total': '{worker}',
  'worker.terminate.total': '{worker}',
  'worker.error.total': '{error}',
  'worker.event.total': '{event}',
  'worker.event.dropped.total': '{event}',
} as const
export type CounterName = keyof typeof COUNTERS

/** Histograms, all in milliseconds. */
export const HISTOGRAMS = {
  'task.duration_ms': 'ms',
  'queue.wait_ms': 'ms',
  'task.run_ms': 'ms',
} as const
export type HistogramName = keyof typeof HISTOGRAMS

/** Observable gauges and their units. */
export const GAUGES = {
  'queue.in_flight': '{task}',
  'queue.pending': '{task}',
  'queue.ahead': '{task}',
  'queue.blocked': '{task}',
  'workers.active': '{worker}',
  'workers.limit': '{worker}',
} as const
export type GaugeName = keyof typeof GAUGES

/** What the instruments say of themselves. */
export const DESCRIPTIONS: Readonly<Record<CounterName | HistogramName | GaugeName, string>> = {
  'task.dispatch.total': 'Handler starts; a requeued call counts each time.',
  'task.success.total': 'Calls that gave a result.',
  'task.failure.total': 'Calls that failed: thrown, timed out, crashed, not cloneable, not started.',
  'task.canceled.total': 'Calls that were aborted, superseded or disposed of.',
  'task.rejected.total': 'Calls that a full queue turned away or dropped.',
  'task.requeue.total': 'Returns of a call to the queue after its worker died.',
  'worker.spawn.total': 'Workers started.',
  'worker.crash.total': 'Workers that died.',
  'worker.terminate.total': 'Workers stopped by the runtime.',
  'worker.error.total': 'Uncaught errors in workers that live on.',
  'worker.event.total': 'Events that workers emitted and the page read.',
  'worker.event.dropped.total': 'Events that were lost because the page did not keep up.',
  'task.duration_ms': 'From the call until it settled.',
  'queue.wait_ms': 'From the call until its handler first started.',
  'task.run_ms': 'Time on the worker.',
  'queue.in_flight': 'Calls that hold a slot of a worker.',
  'queue.pending': 'Accepted calls that wait.',
  'queue.ahead': 'Of those, calls that were handed to a busy worker.',
  'queue.blocked': 'Callers that wait for the queue to accept them.',
  'workers.active': 'Workers that run.',
  'workers.limit': 'Workers that may run.',
}

/** Bucket boundaries, in ms. */
export const HISTOGRAM_BOUNDARIES: readonly number[] = [
  1, 2, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
]

/** The runtime's name where it is not this one is an attribute of every metric. */
export const DEFAULT_RUNTIME_NAME = 'atelier'

/** What metrics say of a task: its id, name and type; the names are absent rather than empty. */
export function taskAttributes(
  task: Pick<TaskIdentity, 'taskId' | 'taskName' | 'type'>,
  runtimeName: string,
): Record<string, string> {
  const attributes: Record<string, string> = { [TASK_ID]: task.taskId }
  if (task.taskName !== undefined) attributes[TASK_NAME] = task.taskName
  attributes[TASK_TYPE] = task.type
  if (runtimeName !== DEFAULT_RUNTIME_NAME) attributes[RUNTIME_NAME] = runtimeName
  return attributes
}

/** `atelier-react/core`: the runtime, for any code on the page. */
export { AbortTaskController, type AbortKeyOptions } from './abort-task-controller.ts'
export { taskOptions } from './define-task.ts'
export { type ErrorClass, registerErrorClass } from './error-codec.ts'
export {
  AtelierError,
  type AtelierErrorCode,
  type AtelierErrorInfo,
  type CallPhase,
  QueueFullError,
  TaskAbortError,
  TaskCloneError,
  TaskDisposedError,
  TaskMethodError,
  TaskTimeoutError,
  WorkerCrashedError,
  WorkerStartError,
} from './errors.ts'
export { type ChromeTrace, type ChromeTraceEvent, toChromeTrace } from './observability/chrome-trace.ts'
export { parseTraceparent } from './observability/traceparent.ts'
export type {
  SpanMeasureDetail,
  TraceMeasureDetail,
  WorkerSpanMeasureDetail,
} from './observability/measure-detail.ts'
export type { OtelConfig } from './observability/otel.ts'
export type {
  Attributes,
  AttributeValue,
  CallOutcome,
  MetricEvent,
  RuntimeEvent,
  SpanContext,
  SpanEvent,
  Trace,
  TraceEnd,
  TraceEvent,
  TraceOptions,
  UserTimingConfig,
  WorkerEvent,
} from './observability/telemetry-types.ts'
export {
  collectTrace,
  type CollectTraceOptions,
  type TraceCollection,
  type TraceSource,
} from './observability/trace-collector.ts'
export { parallelLimit, type ParallelLimitContext, type ParallelLimitOptions } from './parallel-limit.ts'
export { createTaskRuntime } from './runtime.ts'
export type {
  CallCounts,
  CrashSnapshot,
  QueueSnapshot,
  RetainOptions,
  RuntimeConfig,
  RuntimeSnapshot,
  RuntimeTaskSnapshot,
  SnapshotSubscriptionOptions,
  Task,
  TaskHandle,
  TaskRuntime,
  TraceFunction,
  WorkerSnapshot,
  WorkersSnapshot,
} from './runtime-types.ts'
export type {
  ArgsOf,
  CallOf,
  CrashPolicy,
  KeyMode,
  MapOptions,
  MethodOf,
  QueuePolicy,
  ResultOf,
  StreamingMethodOf,
  TaskCall,
  TaskConfig,
  TaskDispatchOptions,
  TaskHandlers,
  TaskMethods,
  TaskOptions,
  TaskPriority,
  TaskStream,
  TaskTimeouts,
  TaskType,
  TraceContext,
} from './task-types.ts'

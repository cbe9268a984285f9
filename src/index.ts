/** `atelier-react/core`: the runtime, for any code on the page. */
export { AbortTaskController, type AbortKeyOptions } from './lib/abort-task-controller.ts'
export { callback } from './channel/callback-mark.ts'
export { taskOptions } from './runtime/task-proxy.ts'
export { taskQuery } from './runtime/task-query.ts'
export { transfer } from './wire/transfer.ts'
export { registerErrorClass } from './wire/error-classes.ts'
export { codec } from './wire/codec.ts'
export type { Cloned, FunctionsDoNotCross } from './types/cloned.ts'
export type { Codec, CodecClass, CodecConfig, ErrorClass } from './types/codec.ts'
export {
  AtelierError,
  type AnyAtelierError,
  type AtelierErrorOf,
  isAtelierError,
  type AtelierErrorCode,
  type AtelierErrorInfo,
  type CallPhase,
  QueueFullError,
  SessionLostError,
  TaskAbortError,
  TaskCloneError,
  TaskDisposedError,
  TaskMethodError,
  TaskTimeoutError,
  WorkerCrashedError,
  WorkerStartError,
} from './errors/errors.ts'
export { type ChromeTrace, type ChromeTraceEvent, toChromeTrace } from './telemetry/export/chrome-trace.ts'
export { parseTraceparent } from './telemetry/trace/traceparent.ts'
export type {
  SpanMeasureDetail,
  TraceMeasureDetail,
  WorkerSpanMeasureDetail,
} from './telemetry/user-timing/measure-detail.ts'
export type { OtelConfig } from './types/otel.ts'
export type { MissingApi } from './types/handlers.ts'
export type { PrefetchOptions, QueryMethodOf, QueryName, TaskQuery } from './types/query.ts'
export type {
  Attributes,
  AttributeValue,
  CallEvent,
  CallEventPhase,
  CallOutcome,
  EventSubscriptionOptions,
  MetricEvent,
  RuntimeEvent,
  SpanContext,
  SpanEvent,
  TerminateReason,
  Trace,
  TraceEnd,
  TraceEvent,
  TraceOptions,
  UserTimingConfig,
  WorkerEvent,
} from './types/telemetry.ts'
export {
  collectTrace,
  type CollectTraceOptions,
  type TraceCollection,
  type TraceSource,
} from './telemetry/export/trace-collector.ts'
export { type AbortedKeys, parallelLimit, type ParallelLimitOptions } from './lib/parallel-limit.ts'
export type { ItemContext, ManyOptions, SettledItem } from './lib/many-items.ts'
export { createTaskRuntime } from './runtime/runtime.ts'
export type {
  AbortTarget,
  AnyTask,
  DevtoolsRegistry,
  RetainOptions,
  RuntimeConfig,
  RuntimeKeys,
  SnapshotSubscriptionOptions,
  TaskRuntime,
  TraceFunction,
} from './types/runtime.ts'
export type {
  CallCounts,
  CrashSnapshot,
  QueueSnapshot,
  RuntimeSnapshot,
  RuntimeTaskSnapshot,
  SharedSnapshot,
  WorkerSnapshot,
  WorkersSnapshot,
} from './types/snapshot.ts'
export type {
  InspectedCall,
  InspectedTask,
  InspectedWait,
  InspectedWorker,
  RuntimeInspection,
} from './types/inspection.ts'
export type { CallbackFunction, CallbackOptions } from './types/callback.ts'
export type { AsyncBlockScoped, BlockScoped } from './types/block-scoped.ts'
export type {
  Callback,
  EventOf,
  EventPayloadOf,
  ProgressOf,
  TaskApi,
  TaskEventInfo,
  TaskExtra,
} from './types/conversation.ts'
export type {
  MapOptions,
  SessionControl,
  SessionOptions,
  Task,
  TaskControl,
  TaskHandle,
  TaskSession,
  TaskSize,
} from './types/control.ts'
export type {
  ArgsOf,
  CallOf,
  HighWaterMark,
  KeyMode,
  MethodOf,
  MethodOptions,
  QueuePolicy,
  ResultOf,
  StreamingMethodOf,
  TaskCall,
  TaskConfig,
  TaskDefaults,
  TaskDispatchOptions,
  TaskHandlers,
  TaskMethods,
  TaskOptions,
  TaskPriority,
  TaskStream,
  TaskTimeouts,
  TaskType,
  TraceContext,
} from './types/task.ts'
export type { TaskRetry } from './types/retry.ts'
export type { SharedEngine } from './types/shared-engine.ts'

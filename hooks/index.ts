/** `atelier-react`: the React bindings, and all of the core. */

export * from '../src/index.ts'
export {
  AtelierProvider,
  type AtelierProviderProps,
  type BorrowedRuntimeProps,
  type OwnedRuntimeProps,
} from './atelier-provider.tsx'
export { type SkipToken, skipToken } from './args/use-keyed-args.ts'
export type { CallCallbacks, CallMode } from './calls/call-run.ts'
export type {
  CallMethodOf,
  CallName,
  CallState,
  CanceledCall,
  FailedCall,
  IdleCall,
  OpenCall,
  StreamMethodOf,
  StreamName,
  SucceededCall,
  TaskCallState,
} from './calls/call-state.ts'
export type {
  FailedQuery,
  IdleQuery,
  PendingQuery,
  QueryActivity,
  SucceededQuery,
  TaskQueryState,
} from './calls/query-state.ts'
export type { ThrowOnError } from './calls/call-errors.ts'
export type { HookTrace } from './traces/lazy-trace.ts'
export { TraceScope, type TraceScopeProps } from './trace-scope.tsx'
export { useRuntime } from './use-runtime.ts'
export {
  type RuntimeEventKind,
  type RuntimeEventOf,
  useRuntimeEvents,
  type UseRuntimeEventsOptions,
} from './use-runtime-events.ts'
export { useRuntimeSnapshot, type UseRuntimeSnapshotOptions } from './use-runtime-snapshot.ts'
export { useSpans, type UseSpansOptions } from './use-spans.ts'
export {
  useSuspenseTaskQuery,
  type UseSuspenseTaskQueryOptions,
  type UseSuspenseTaskQueryResult,
} from './use-suspense-task-query.ts'
export { useTask } from './use-task.ts'
export {
  type TaskCallActions,
  useTaskCall,
  type UseTaskCallOptions,
  type UseTaskCallResult,
} from './use-task-call.ts'
export {
  keepPrevious,
  useTaskQuery,
  type UseTaskQueryOptions,
  type UseTaskQueryResult,
} from './use-task-query.ts'
export { useTaskSnapshot, type UseTaskSnapshotOptions } from './use-task-snapshot.ts'
export {
  type CanceledStream,
  type EndedStream,
  type FailedStream,
  type IdleStream,
  type OpenStream,
  type StreamItemOf,
  type StreamResultOf,
  type TaskStreamActions,
  type TaskStreamState,
  useTaskStream,
  type UseTaskStreamOptions,
  type UseTaskStreamResult,
} from './use-task-stream.ts'
export { useTaskEvent } from './use-task-event.ts'
export { useTaskEventValue } from './use-task-event-value.ts'
export type { TaskMapContext } from './calls/item-run.ts'
export {
  type TaskMapItem,
  useTaskMap,
  type UseTaskMapOptions,
  type UseTaskMapResult,
} from './use-task-map.ts'
export { useTrace, type UseTraceOptions } from './use-trace.ts'

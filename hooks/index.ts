/** `atelier-react`: the React bindings, and all of the core. */

export * from '../src/index.ts'
export {
  AtelierProvider,
  type AtelierProviderProps,
  type BorrowedRuntimeProps,
  type OwnedRuntimeProps,
} from './atelier-provider.tsx'
export { type SkipToken, skipToken } from './args/args-key.ts'
export type { CallCallbacks, CallMode } from './calls/call-run.ts'
export type {
  AbortedCall,
  CallMethodOf,
  CallState,
  FailedCall,
  IdleCall,
  OpenCall,
  StreamMethodOf,
  SucceededCall,
  TaskCallState,
} from './calls/call-state.ts'
export type { ThrowOnError } from './calls/call-errors.ts'
export { TraceScope, type TraceScopeProps } from './trace-scope.tsx'
export { useRuntime } from './use-runtime.ts'
export {
  type RuntimeEventKind,
  type RuntimeEventOf,
  useRuntimeEvents,
  type UseRuntimeEventsOptions,
} from './use-runtime-events.ts'
export { useRuntimeSnapshot } from './use-runtime-snapshot.ts'
export { useSpans, type UseSpansOptions } from './use-spans.ts'
export {
  useSuspenseTask,
  type UseSuspenseTaskOptions,
  type UseSuspenseTaskResult,
} from './use-suspense-task.ts'
export { useTask } from './use-task.ts'
export {
  type TaskCallActions,
  useTaskCall,
  type UseTaskCallOptions,
  type UseTaskCallResult,
} from './use-task-call.ts'
export { useTaskQuery, type UseTaskQueryOptions, type UseTaskQueryResult } from './use-task-query.ts'
export { useTaskSnapshot } from './use-task-snapshot.ts'
export {
  type AbortedStream,
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
export { useTrace, type UseTraceOptions } from './use-trace.ts'

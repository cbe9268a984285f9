/** `atelier-react`: the React bindings, and all of the core. */
export * from '../src/index.ts'
export {
  AtelierProvider,
  type AtelierProviderProps,
  type BorrowedRuntimeProps,
  type OwnedRuntimeProps,
} from './atelier-provider.tsx'
export type { CallCallbacks, CallMode } from './call-runner.ts'
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
} from './call-state.ts'
export type { ThrowOnError } from './throw-on-error.ts'
export { TraceScope, type TraceScopeProps } from './trace-scope.tsx'
export { useRuntime } from './use-runtime.ts'
export { useRuntimeSnapshot } from './use-runtime-snapshot.ts'
export { useTask } from './use-task.ts'
export {
  type TaskCallActions,
  useTaskCall,
  type UseTaskCallOptions,
  type UseTaskCallResult,
} from './use-task-call.ts'
export { useTaskSnapshot } from './use-task-snapshot.ts'
export { useTrace, type UseTraceOptions } from './use-trace.ts'

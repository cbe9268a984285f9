/**
 * `atelier-react` in a React Server Component: each export says that it belongs in the browser, and what to do.
 * The names are those of `index.ts`; a test compares them.
 */

/** Replaces an export: an error when it is called, constructed or rendered. */
type Unavailable = (...args: unknown[]) => never

export const AbortTaskController: Unavailable = unavailable('AbortTaskController')
export const AtelierError: Unavailable = unavailable('AtelierError')
export const AtelierProvider: Unavailable = unavailable('AtelierProvider')
export const QueueFullError: Unavailable = unavailable('QueueFullError')
export const SessionLostError: Unavailable = unavailable('SessionLostError')
export const TaskAbortError: Unavailable = unavailable('TaskAbortError')
export const TaskCloneError: Unavailable = unavailable('TaskCloneError')
export const TaskDisposedError: Unavailable = unavailable('TaskDisposedError')
export const TaskMethodError: Unavailable = unavailable('TaskMethodError')
export const TaskTimeoutError: Unavailable = unavailable('TaskTimeoutError')
export const TraceScope: Unavailable = unavailable('TraceScope')
export const WorkerCrashedError: Unavailable = unavailable('WorkerCrashedError')
export const WorkerStartError: Unavailable = unavailable('WorkerStartError')
export const callback: Unavailable = unavailable('callback')
export const codec: Unavailable = unavailable('codec')
export const collectTrace: Unavailable = unavailable('collectTrace')
export const createTaskRuntime: Unavailable = unavailable('createTaskRuntime')
export const isAtelierError: Unavailable = unavailable('isAtelierError')
export const keepPrevious: Unavailable = unavailable('keepPrevious')
export const parallelLimit: Unavailable = unavailable('parallelLimit')
export const parseTraceparent: Unavailable = unavailable('parseTraceparent')
export const registerErrorClass: Unavailable = unavailable('registerErrorClass')
export const skipToken: Unavailable = unavailable('skipToken')
export const taskOptions: Unavailable = unavailable('taskOptions')
export const taskQuery: Unavailable = unavailable('taskQuery')
export const toChromeTrace: Unavailable = unavailable('toChromeTrace')
export const transfer: Unavailable = unavailable('transfer')
export const useRuntime: Unavailable = unavailable('useRuntime')
export const useRuntimeEvents: Unavailable = unavailable('useRuntimeEvents')
export const useRuntimeSnapshot: Unavailable = unavailable('useRuntimeSnapshot')
export const useSpans: Unavailable = unavailable('useSpans')
export const useSuspenseTaskQuery: Unavailable = unavailable('useSuspenseTaskQuery')
export const useTask: Unavailable = unavailable('useTask')
export const useTaskCall: Unavailable = unavailable('useTaskCall')
export const useTaskEvent: Unavailable = unavailable('useTaskEvent')
export const useTaskEventValue: Unavailable = unavailable('useTaskEventValue')
export const useTaskMap: Unavailable = unavailable('useTaskMap')
export const useTaskQuery: Unavailable = unavailable('useTaskQuery')
export const useTaskSnapshot: Unavailable = unavailable('useTaskSnapshot')
export const useTaskStream: Unavailable = unavailable('useTaskStream')
export const useTrace: Unavailable = unavailable('useTrace')

function unavailable(name: string): Unavailable {
  // Not an arrow function, so that `error instanceof TaskAbortError` does not throw.
  return function unavailableOnServer() {
    throw new Error(
      `${name} of atelier-react was used in a React Server Component, where there are no Web Workers. Put 'use client' at ` +
        'the top of the module that uses it, and import that module from the server component. Code that needs no React ' +
        "can import 'atelier-react/core'",
    )
  }
}

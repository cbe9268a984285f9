/** `useTaskSnapshot`: the state of one task, at most one render a frame. */
import { useCallback, useContext, useDebugValue, useMemo } from 'react'
import { useSyncExternalStoreWithSelector } from 'use-sync-external-store/with-selector'
import type { RuntimeSnapshot, RuntimeTaskSnapshot, Task, TaskOptions, TaskRuntime } from '../src/index.ts'
import { frameStoreOf, getEmptySnapshot } from './state/frame-store.ts'
import { outsideProvider, RuntimeContext } from './tree/contexts.ts'
import { refuseUnknown, type Fixed, type OptionNames, useSelectorCheck } from './state/development.ts'
import { findTask, isServerSnapshot, serverTask } from './state/task-selection.ts'
import { homeOf } from './tree/define-cold.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useTaskSnapshot}. */
export interface UseTaskSnapshotOptions<T> {
  /** Compares two selections. @default Object.is */
  readonly isEqual?: ((a: T, b: T) => boolean) | undefined
  /** The runtime that defines the options; a task knows its runtime. @default the nearest provider's runtime */
  readonly runtime?: TaskRuntime | undefined
}

const KNOWN: OptionNames<UseTaskSnapshotOptions<never>> = ['isEqual', 'runtime']

/**
 * Returns the state of one task: its queue, workers and counts, or the part that `select` returns.
 * It renders like {@link useRuntimeSnapshot}, but not when other tasks change.
 *
 * On a server, and while hydrating, the task is idle and all its numbers are 0.
 *
 * @param select returns a part of the task's state. @default the whole state
 * @param task options from `taskOptions()`, which mean the provider's task, or a task of any runtime.
 * @throws Error outside a provider, given options and no runtime.
 *
 * @example
 * const waiting = useTaskSnapshot(resize, (task) => task.queue.pending + task.queue.blocked)
 */
export function useTaskSnapshot<Api, T = RuntimeTaskSnapshot>(
  task: TaskOptions<Api> | Task<Api>,
  select: (task: RuntimeTaskSnapshot) => T = all as (task: RuntimeTaskSnapshot) => T,
  options: UseTaskSnapshotOptions<Fixed<T>> = {},
): T {
  refuseUnknown('useTaskSnapshot()', options, KNOWN)
  const { isEqual = Object.is, runtime } = options
  const handle = useTaskHandle(task, 'useTaskSnapshot()', runtime)
  const provided = useContext(RuntimeContext)
  // A task may come from another runtime than the provider's, which may have a task with the same id.
  const home = homeOf(handle) ?? runtime ?? provided?.runtime
  if (!home) throw outsideProvider('useTaskSnapshot()')
  const { subscribeTask, getSnapshot } = frameStoreOf(home)
  const { taskId } = handle
  const subscribe = useCallback(
    (listener: () => void) => subscribeTask(taskId, listener),
    [subscribeTask, taskId],
  )
  const selectTask = useMemo(() => {
    // A task that this render has just defined is not published yet.
    const find = (snapshot: RuntimeSnapshot) =>
      isServerSnapshot(snapshot)
        ? serverTask(handle.control.getSnapshot())
        : (findTask(snapshot, taskId) ?? handle.control.getSnapshot())
    return (snapshot: RuntimeSnapshot) => select(find(snapshot))
  }, [handle, taskId, select])
  const selection = useSyncExternalStoreWithSelector(
    subscribe,
    getSnapshot,
    getEmptySnapshot,
    selectTask,
    isEqual,
  )
  useSelectorCheck('useTaskSnapshot', getSnapshot, selectTask, isEqual)
  useDebugValue(selection)
  return selection
}

function all(task: RuntimeTaskSnapshot): RuntimeTaskSnapshot {
  return task
}

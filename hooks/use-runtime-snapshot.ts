/** `useRuntimeSnapshot`: the runtime's state, at most one render a frame. */
import { useDebugValue } from 'react'
import { useSyncExternalStoreWithSelector } from 'use-sync-external-store/with-selector'
import type { RuntimeSnapshot, TaskRuntime } from '../src/index.ts'
import { frameStoreOf, getEmptySnapshot } from './state/frame-store.ts'
import { refuseUnknown, type Fixed, type OptionNames, useSelectorCheck } from './state/development.ts'
import { useKnownRuntime } from './tree/contexts.ts'

/** Options of {@link useRuntimeSnapshot}. */
export interface UseRuntimeSnapshotOptions<T> {
  /** Compares two selections. @default Object.is */
  readonly isEqual?: ((a: T, b: T) => boolean) | undefined
  /** The runtime to read. @default the nearest provider's runtime */
  readonly runtime?: TaskRuntime | undefined
}

const KNOWN: OptionNames<UseRuntimeSnapshotOptions<never>> = ['isEqual', 'runtime']

/**
 * Returns the state of a runtime, or the part of it that `select` returns. The component renders only when the
 * selection has changed according to `isEqual`, and at most once a frame (every 250 ms while the page is hidden).
 * The snapshot is immutable; a task that has not changed keeps its object.
 *
 * On a server, and while hydrating, there are no tasks. `runtime.getRuntimeSnapshot()` is always current.
 *
 * @param select returns a part of the snapshot; a selector that creates a new value each time needs `isEqual`. @default the whole snapshot
 * @throws Error outside a provider, without a runtime.
 *
 * @example
 * const pending = useRuntimeSnapshot((s) => s.tasks.reduce((sum, task) => sum + task.queue.pending, 0))
 */
export function useRuntimeSnapshot<T = RuntimeSnapshot>(
  select: (snapshot: RuntimeSnapshot) => T = all as (snapshot: RuntimeSnapshot) => T,
  options: UseRuntimeSnapshotOptions<Fixed<T>> = {},
): T {
  refuseUnknown('useRuntimeSnapshot()', options, KNOWN)
  const { isEqual = Object.is } = options
  const runtime = useKnownRuntime('useRuntimeSnapshot()', options.runtime)
  const { subscribe, getSnapshot } = frameStoreOf(runtime)
  const selection = useSyncExternalStoreWithSelector(
    subscribe,
    getSnapshot,
    getEmptySnapshot,
    select,
    isEqual,
  )
  useSelectorCheck('useRuntimeSnapshot', getSnapshot, select, isEqual)
  useDebugValue(selection)
  return selection
}

function all(snapshot: RuntimeSnapshot): RuntimeSnapshot {
  return snapshot
}

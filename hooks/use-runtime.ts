/** `useRuntime`: the runtime of the nearest provider. */
import { useDebugValue } from 'react'
import type { TaskRuntime } from '../src/index.ts'
import { useKnownRuntime } from './tree/contexts.ts'

/**
 * The runtime of the nearest {@link AtelierProvider}: for traces, events and abort by key. Stable as long as the
 * provider keeps its runtime; starts nothing and never re-renders by itself.
 *
 * @throws Error outside a provider, saying what to wrap.
 */
export function useRuntime(): TaskRuntime {
  const runtime = useKnownRuntime('useRuntime()')
  useDebugValue(runtime.name)
  return runtime
}

/** `useRuntime`: the runtime of the nearest provider. */
import { useDebugValue } from 'react'
import type { TaskRuntime } from '../src/index.ts'
import { useKnownRuntime } from './tree/contexts.ts'

/**
 * Returns the runtime of the nearest {@link AtelierProvider}, for traces, events and abort by key. Stable as long as the
 * provider keeps its runtime. It starts nothing and never re-renders.
 *
 * @throws Error outside a provider; it says what to wrap.
 */
export function useRuntime(): TaskRuntime {
  const runtime = useKnownRuntime('useRuntime()')
  useDebugValue(runtime.name)
  return runtime
}

/** `useSpans`: the calls that have settled recently, as data to render. */
import { useDebugValue, useMemo, useSyncExternalStore } from 'react'
import type { SpanEvent, TaskRuntime } from '../src/index.ts'
import { refuseUnknown, type OptionNames } from './state/development.ts'
import { useKnownRuntime } from './tree/contexts.ts'
import { getNoSpans, SpanStore } from './state/span-store.ts'

/** Options of {@link useSpans}. */
export interface UseSpansOptions {
  /** Only the spans of this trace. @default all; also while it is undefined */
  readonly traceId?: string | undefined
  /** How many of the newest spans it keeps. @default 100 */
  readonly limit?: number | undefined
  /** The runtime to listen to. @default the nearest provider's runtime */
  readonly runtime?: TaskRuntime | undefined
}

const KNOWN: OptionNames<UseSpansOptions> = ['traceId', 'limit', 'runtime']

/**
 * Returns the spans of a runtime that have ended since the mount, oldest first: one for each settled call,
 * and those that handlers made with `taskContext().span()`. Renders at most once a frame. It starts again with another `traceId` or
 * `limit`, and when an Activity is shown again, because it misses spans while it is hidden.
 *
 * @throws Error outside a provider, without a runtime.
 *
 * @example
 * const trace = useTrace('import', { key: file.name })
 * const spans = useSpans({ traceId: trace.traceId })
 */
export function useSpans(options: UseSpansOptions = {}): readonly SpanEvent[] {
  refuseUnknown('useSpans()', options, KNOWN)
  const runtime = useKnownRuntime('useSpans()', options.runtime)
  const { traceId, limit = 100 } = options
  const store = useMemo(() => new SpanStore(runtime, traceId, limit), [runtime, traceId, limit])
  const spans = useSyncExternalStore(store.subscribe, store.getSpans, getNoSpans)
  useDebugValue(spans.length)
  return spans
}

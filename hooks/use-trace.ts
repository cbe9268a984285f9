/** `useTrace`: a trace that is open while its components are mounted. */
import {
  useContext,
  useDebugValue,
  useEffect,
  useInsertionEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Attributes, TaskRuntime } from '../src/index.ts'
import { type HookTrace, LazyTrace, type LazyTraceOptions } from './traces/lazy-trace.ts'
import { refuseUnknown, type OptionNames } from './state/development.ts'
import { TraceScopeContext, useKnownRuntime } from './tree/contexts.ts'

/** Options of {@link useTrace}. */
export interface UseTraceOptions {
  /** Components of one runtime with the same name and key share one trace. @default each component has its own */
  readonly key?: string | undefined
  /** Attributes of the root span, as they are when the trace starts. */
  readonly attributes?: Attributes | undefined
  /** The name of the root span, by which backends list operations. @default the part of `name` before the first `:` */
  readonly spanName?: string | undefined
  /** Ends the trace when its last component unmounts. With `false`, you call `trace.end()`. @default true */
  readonly endOnUnmount?: boolean | undefined
  /** The runtime of the trace. @default the nearest provider's runtime */
  readonly runtime?: TaskRuntime | undefined
}

const KNOWN: OptionNames<UseTraceOptions> = ['key', 'attributes', 'spanName', 'endOnUnmount', 'runtime']

/**
 * Returns one trace per name and key, which is open while a component with it is mounted. Pass it to calls with
 * `task.with({ trace })`, or to the tree below with {@link TraceScope}.
 *
 * The object is stable. The trace itself starts with the first call that is made with it, or when the component has
 * mounted; reading it starts nothing, and until then `traceId`, `spanContext` and `traceparent` are undefined. It
 * re-renders its component once, when it has started. Under a `TraceScope` it is a part of the scope's trace.
 *
 * It ends at the unmount, with `trace.end({ status })`, or when the key changes, which starts another one. It also ends when an
 * Activity hides the component; when it is shown again, a new trace starts, linked to the first. StrictMode starts one trace.
 *
 * @throws Error outside a provider, without a runtime.
 */
export function useTrace(name: string, options: UseTraceOptions = {}): HookTrace {
  refuseUnknown('useTrace()', options, KNOWN)
  const runtime = useKnownRuntime('useTrace()', options.runtime)
  const { key, attributes, spanName, endOnUnmount = true } = options
  const parent = useContext(TraceScopeContext)
  return useHeldTrace(runtime, name, key, { attributes, spanName, endOnUnmount, parent })
}

/** {@link useTrace} on a given runtime and parent; without a name there is no trace. */
export function useHeldTrace(
  runtime: TaskRuntime,
  name: string,
  key: string | undefined,
  options: LazyTraceOptions,
): HookTrace
export function useHeldTrace(
  runtime: TaskRuntime | undefined,
  name: string | undefined,
  key: string | undefined,
  options: LazyTraceOptions,
): HookTrace | null
export function useHeldTrace(
  runtime: TaskRuntime | undefined,
  name: string | undefined,
  key: string | undefined,
  options: LazyTraceOptions,
): HookTrace | null {
  const make = () =>
    runtime === undefined || name === undefined ? null : new LazyTrace(runtime, name, key, options)
  const [kept, setKept] = useState(make)
  let trace = kept
  const isCurrent =
    runtime === undefined || name === undefined ? kept === null : kept?.isFor(runtime, name, key) === true
  if (!isCurrent) {
    trace = make()
    setKept(trace)
  }

  // Update before any effect that could dispatch with it.
  useInsertionEffect(() => trace?.configure(options))
  useEffect(() => trace?.hold(), [trace])
  const started = useSyncExternalStore(trace?.subscribe ?? noSubscription, trace?.current ?? nothing, nothing)
  useDebugValue(started?.traceId)
  return trace
}

function noSubscription(): () => void {
  return () => {}
}

function nothing(): undefined {}

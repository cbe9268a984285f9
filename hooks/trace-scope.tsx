/** `TraceScope`: passes a trace down the tree, which is the only context that survives an `await` in a browser. */
import { type ReactNode, useContext } from 'react'
import type { Attributes, TraceContext } from '../src/index.ts'
import { outsideProvider, RuntimeContext, TraceScopeContext } from './tree/contexts.ts'
import { useHeldTrace } from './use-trace.ts'

/** Props of {@link TraceScope}. */
export interface TraceScopeProps {
  /** A trace from `useTrace` or `runtime.createTrace`; the scope does not end it. */
  readonly trace?: TraceContext | undefined
  /** Creates a trace of this name for the scope, as {@link useTrace} does; ignored if `trace` is passed. */
  readonly name?: string | undefined
  /** Scopes with the same name and key share one trace. */
  readonly traceKey?: string | undefined
  /** Attributes of the scope's own trace. */
  readonly attributes?: Attributes | undefined
  readonly children?: ReactNode
}

/**
 * Attaches a trace to every call of the hooks below it, such as `useTask` and `useTaskCall`. With `name` it creates the
 * trace, which starts with the first call or the mount, and ends at the unmount. A scope inside a scope is a part of the
 * outer one's trace. With neither `trace` nor `name`, the outer scope applies.
 *
 * @throws Error with `name` outside a provider.
 */
export function TraceScope({ trace, name, traceKey, attributes, children }: TraceScopeProps): ReactNode {
  const outer = useContext(TraceScopeContext)
  const provided = useContext(RuntimeContext)
  const ownName = trace ? undefined : name
  if (ownName !== undefined && !provided) throw outsideProvider('<TraceScope name>')
  const own = useHeldTrace(provided?.runtime, ownName, traceKey, {
    attributes,
    endOnUnmount: true,
    parent: outer,
  })
  return <TraceScopeContext.Provider value={trace ?? own ?? outer}>{children}</TraceScopeContext.Provider>
}

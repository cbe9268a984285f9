/** What the tree hands down: its runtime, and its trace. */
import { type Context, createContext, useContext } from 'react'
import type { TaskRuntime, TraceContext } from '../../src/index.ts'

/** What `AtelierProvider` hands down. */
export interface ProvidedRuntime {
  readonly runtime: TaskRuntime
  /** The provider made it, and therefore keeps and parks its workers. */
  readonly owned: boolean
  /** Keeps the workers of an owned runtime, as the provider does; one that is lent is nobody's to keep. */
  readonly retain: () => () => void
}

/** Nothing to let go of. */
export function retainNothing(): () => void {
  return noop
}

function noop(): void {}

export const RuntimeContext: Context<ProvidedRuntime | null> = createContext<ProvidedRuntime | null>(null)

const committed = new WeakSet<TaskRuntime>()

/** The provider of a runtime has mounted. */
export function markCommitted(runtime: TaskRuntime): void {
  committed.add(runtime)
}

/** Whether a provider has ever mounted with this runtime. */
export function isCommitted(runtime: TaskRuntime): boolean {
  return committed.has(runtime)
}

/** The runtime that a hook was given, or else the nearest provider's; `caller` is the hook that the error speaks of. */
export function useKnownRuntime(caller: string, given?: TaskRuntime | undefined): TaskRuntime {
  const provided = useContext(RuntimeContext)
  const runtime = given ?? provided?.runtime
  if (!runtime) throw outsideProvider(caller)
  return runtime
}

export function outsideProvider(caller: string): Error {
  return new Error(
    `${caller} was called outside an <AtelierProvider>. Wrap the tree that uses it: ` +
      '<AtelierProvider>…</AtelierProvider>, or <AtelierProvider runtime={runtime}>…</AtelierProvider> with a runtime of your own',
  )
}

export const TraceScopeContext: Context<TraceContext | null> = createContext<TraceContext | null>(null)

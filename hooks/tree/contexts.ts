/** The contexts of the tree: its runtime and its trace. */
import { type Context, createContext, useContext } from 'react'
import type { TaskRuntime, TraceContext } from '../../src/index.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

/** What `AtelierProvider` passes down. */
export interface ProvidedRuntime {
  readonly runtime: TaskRuntime
  /** The provider created the runtime, so it keeps and parks the workers. */
  readonly owned: boolean
  /** Keeps the workers of an owned runtime, as the provider does; a runtime that was passed in is not kept. */
  readonly retain: () => () => void
}

/** Releases nothing. */
export function retainNothing(): () => void {
  return noop
}

function noop(): void {}

interface Contexts {
  readonly runtime: Context<ProvidedRuntime | null>
  readonly trace: Context<TraceContext | null>
}

/** By copy of React, because a server may use two in one process. */
const contexts: WeakMap<typeof createContext, Contexts> = /* @__PURE__ */ oneInstance(
  'contexts',
  () => new WeakMap(),
)

function contextsOfReact(): Contexts {
  let ours = contexts.get(createContext)
  if (ours === undefined) {
    ours = {
      runtime: createContext<ProvidedRuntime | null>(null),
      trace: createContext<TraceContext | null>(null),
    }
    contexts.set(createContext, ours)
  }
  return ours
}

export const RuntimeContext: Context<ProvidedRuntime | null> = /* @__PURE__ */ contextsOfReact().runtime

const committed: WeakSet<TaskRuntime> = /* @__PURE__ */ oneInstance('provided', () => new WeakSet())

/** Notes that the provider of a runtime has mounted. */
export function markCommitted(runtime: TaskRuntime): void {
  committed.add(runtime)
}

/** Whether a provider has ever mounted with this runtime. */
export function isCommitted(runtime: TaskRuntime): boolean {
  return committed.has(runtime)
}

/** The runtime that was passed to a hook, or else the nearest provider's. `caller` is the hook that the error names. */
export function useKnownRuntime(caller: string, given?: TaskRuntime | undefined): TaskRuntime {
  const provided = useContext(RuntimeContext)
  const runtime = given ?? provided?.runtime
  if (!runtime) throw outsideProvider(caller)
  return runtime
}

export function outsideProvider(caller: string): Error {
  return new Error(
    `${caller} was called outside an <AtelierProvider>. Wrap the tree that uses it: ` +
      '<AtelierProvider>…</AtelierProvider>, or <AtelierProvider runtime={runtime}>…</AtelierProvider> with your runtime',
  )
}

export const TraceScopeContext: Context<TraceContext | null> = /* @__PURE__ */ contextsOfReact().trace

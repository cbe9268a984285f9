/** `AtelierProvider`: passes a runtime down the tree, and keeps the workers of a runtime that it created. */
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { createTaskRuntime, type TaskRuntime } from '../src/index.ts'
import { toText } from '../src/lib/words.ts'
import { markCommitted, type ProvidedRuntime, retainNothing, RuntimeContext } from './tree/contexts.ts'

/** A provider's runtime is either yours (`runtime`) or its own (`createRuntime`). */
export type AtelierProviderProps = { readonly children?: ReactNode } & (
  | BorrowedRuntimeProps
  | OwnedRuntimeProps
)

/** A runtime that you created. */
export interface BorrowedRuntimeProps {
  /** You create it and dispose of it; the provider neither keeps nor stops its workers. */
  readonly runtime: TaskRuntime
  readonly createRuntime?: undefined
  readonly graceMs?: undefined
}

/** A runtime that belongs to the provider. */
export interface OwnedRuntimeProps {
  readonly runtime?: undefined
  /** Creates the runtime. StrictMode calls it twice; a runtime without calls costs nothing. @default createTaskRuntime */
  readonly createRuntime?: (() => TaskRuntime) | undefined
  /** Milliseconds that workers stay after the unmount, for the next mount. @default 1_000 */
  readonly graceMs?: number | undefined
}

/**
 * Provides a runtime to the hooks below it.
 *
 * With `runtime` it uses a runtime that you created; create it at module scope, and dispose of it yourself. Without it, the provider calls
 * `createRuntime` and keeps the workers while it is mounted and visible. `graceMs` after the last unmount they stop, and open
 * calls abort with code `aborted`; when it is mounted again, the next call starts them. Nothing runs before the
 * first call. Providers can be nested; hooks use the nearest.
 *
 * @example
 * <AtelierProvider createRuntime={() => createTaskRuntime({ name: 'editor' })}>
 *   <Editor />
 * </AtelierProvider>
 */
export function AtelierProvider(props: AtelierProviderProps): ReactNode {
  const { runtime: borrowed, createRuntime = createTaskRuntime, graceMs, children } = props
  if (borrowed && (props.createRuntime ?? graceMs) !== undefined)
    throw new TypeError(
      'AtelierProvider takes either "runtime", which you stop yourself, or "createRuntime" and "graceMs", for a runtime that it creates',
    )
  if (borrowed) refuseOthers('"runtime"', borrowed)
  const make = () => refuseOthers('what createRuntime() returns', createRuntime())
  const [made, setMade] = useState<TaskRuntime | null>(() => (borrowed ? null : make()))
  // The runtime was passed in until now. From here on, the provider needs one that it creates.
  if (!borrowed && !made) setMade(make())

  const runtime = borrowed ?? made
  const owned = borrowed ? null : made
  const provided = useMemo<ProvidedRuntime | null>(() => {
    const retain = owned ? () => owned.retain(graceMs === undefined ? {} : { graceMs }) : retainNothing
    return runtime && { runtime, owned: owned !== null, retain }
  }, [runtime, owned, graceMs])
  useEffect(() => {
    if (!provided?.owned) return undefined
    markCommitted(provided.runtime)
    return provided.retain()
  }, [provided])
  return <RuntimeContext.Provider value={provided}>{children}</RuntimeContext.Provider>
}

/** Checked here, where the option's name is known. Otherwise it fails inside a hook, or makes React render forever. */
function refuseOthers(name: string, given: TaskRuntime): TaskRuntime {
  if (typeof (given as Partial<TaskRuntime> | null | undefined)?.retain === 'function') return given
  throw new TypeError(`AtelierProvider: ${name} must come from createTaskRuntime(), but is ${toText(given)}`)
}

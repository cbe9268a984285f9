/** `useRuntimeEvents`: raw telemetry events, for a component that does not render them. */
import { useEffect, useInsertionEffect, useRef } from 'react'
import type { RuntimeEvent, TaskRuntime } from '../src/index.ts'
import { refuseUnknown, type OptionNames } from './state/development.ts'
import { useKnownRuntime } from './tree/contexts.ts'

/** The kinds of a {@link RuntimeEvent}. */
export type RuntimeEventKind = RuntimeEvent['kind']

/** The events of some kinds. */
export type RuntimeEventOf<Kind extends RuntimeEventKind> = OneOf<RuntimeEvent, Kind>

type OneOf<Event, Kind> = Event extends { readonly kind: infer Own }
  ? [Own] extends [Kind]
    ? Event
    : [Own & Kind] extends [never]
      ? never
      : // A metric event has three kinds.
        Event & { readonly kind: Own & Kind }
  : never

/** Options of {@link useRuntimeEvents}. */
export interface UseRuntimeEventsOptions<Kind extends RuntimeEventKind> {
  /** Which events the listener is called with. @default all but `call` */
  readonly kinds?: readonly Kind[] | undefined
  /** The runtime to listen to. @default the nearest provider's runtime */
  readonly runtime?: TaskRuntime | undefined
}

const KNOWN: OptionNames<UseRuntimeEventsOptions<never>> = ['kinds', 'runtime']

/**
 * Calls `listener` with each event of a runtime, synchronously, from the mount to the unmount.
 * It never re-renders. It calls the newest listener; neither the listener nor `kinds` need be stable. In a hidden
 * Activity it receives nothing.
 *
 * @throws Error outside a provider, without a runtime.
 *
 * @example
 * useRuntimeEvents((event) => report(event.error), { kinds: ['worker'] })
 */
export function useRuntimeEvents<Kind extends RuntimeEventKind = RuntimeEventKind>(
  listener: (event: RuntimeEventOf<Kind>) => void,
  options: UseRuntimeEventsOptions<Kind> = {},
): void {
  refuseUnknown('useRuntimeEvents()', options, KNOWN)
  const runtime = useKnownRuntime('useRuntimeEvents()', options.runtime)
  const newest = useRef(listener)
  useInsertionEffect(() => {
    newest.current = listener
  })
  // A list that each render makes again is the same list.
  const kinds = options.kinds?.join()
  useEffect(() => {
    const wanted = kinds?.split(',').filter(Boolean) as RuntimeEventKind[] | undefined
    return runtime.subscribeEvents((event) => newest.current(event as RuntimeEventOf<Kind>), {
      kinds: wanted,
    })
  }, [runtime, kinds])
}

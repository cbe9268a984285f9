/** `useTaskEventValue`: the last payload of an event, at most one render a frame. */
import { useDebugValue, useMemo, useSyncExternalStore } from 'react'
import type { EventOf, EventPayloadOf, Task, TaskOptions } from '../src/index.ts'
import { onNextFrame } from './state/frame-store.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

type On = (event: never, listener: (payload: never) => void) => () => void

/**
 * Returns the payload of the last event of that name that a worker of the task has emitted since the mount; before the first event,
 * `initial`. It renders at most once a frame and starts no worker. For another task or event it starts over.
 *
 * @param task options from `taskOptions()`, which mean the provider's task, or a task of any runtime.
 * @param initial what it returns before the first event, on a server, and while hydrating. @default undefined
 * @throws Error outside a provider, given options.
 *
 * @example
 * const { rows } = useTaskEventValue(engine, 'changed', { rows: 0 })
 */
export function useTaskEventValue<Api, Event extends EventOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  event: Event,
): EventPayloadOf<Api, Event> | undefined
export function useTaskEventValue<Api, Event extends EventOf<Api>, Initial = EventPayloadOf<Api, Event>>(
  task: TaskOptions<Api> | Task<Api>,
  event: Event,
  initial: Initial,
): EventPayloadOf<Api, Event> | Initial
export function useTaskEventValue<Api, Event extends EventOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  event: Event,
  initial?: unknown,
): unknown {
  const handle = useTaskHandle(task, 'useTaskEventValue()')
  const { on } = handle.control
  const store = useMemo(() => createEventStore(on, event), [on, event])
  const last = useSyncExternalStore(store.subscribe, store.get, getNothing)
  const value = last === undefined ? initial : last.payload
  useDebugValue(value)
  return value
}

interface Last {
  readonly payload: unknown
}

function createEventStore(on: On, event: string) {
  let shown: Last | undefined
  const subscribe = (changed: () => void): (() => void) => {
    let newest = shown
    let cancelFrame: (() => void) | undefined
    const publish = () => {
      cancelFrame = undefined
      shown = newest
      changed()
    }
    const unsubscribe = on(event as never, (payload: unknown) => {
      newest = { payload }
      cancelFrame ??= onNextFrame(publish)
    })
    return () => {
      unsubscribe()
      cancelFrame?.()
    }
  }
  return { subscribe, get: () => shown }
}

function getNothing(): undefined {}

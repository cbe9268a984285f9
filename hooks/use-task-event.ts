/** `useTaskEvent`: what the workers of a task emit, for a component that does not render it. */
import { useEffect, useInsertionEffect, useRef } from 'react'
import type { EventOf, EventPayloadOf, Task, TaskEventInfo, TaskOptions } from '../src/index.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

/**
 * Calls `listener` with each event of that name that a worker of the task emits, from the mount to the unmount. It never
 * re-renders and starts no worker. It calls the newest listener, which need not be stable. In a hidden Activity it receives
 * nothing.
 *
 * @param task options from `taskOptions()`, which mean the provider's task, or a task of any runtime.
 * @throws Error outside a provider, given options.
 *
 * @example
 * useTaskEvent(engine, 'changed', ({ rows }) => toast(`${rows} rows`))
 */
export function useTaskEvent<Api, Event extends EventOf<Api>>(
  task: TaskOptions<Api> | Task<Api>,
  event: Event,
  listener: (payload: EventPayloadOf<Api, Event>, info: TaskEventInfo) => void,
): void {
  const handle = useTaskHandle(task, 'useTaskEvent()')
  const { on } = handle.control
  const newest = useRef(listener)
  useInsertionEffect(() => {
    newest.current = listener
  })
  useEffect(() => on(event, (payload, info) => newest.current(payload, info)), [on, event])
}

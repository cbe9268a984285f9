/** Components that read a runtime's state, and a page that is full of them. */
import {
  AtelierProvider,
  type Task,
  type TaskRuntime,
  useRuntimeSnapshot,
  useTaskSnapshot,
} from 'atelier-react'
import { type ComponentType, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import type { AtelierApi } from '../workers/atelier.worker.ts'

export type BenchTask = Task<AtelierApi>

export interface ReaderProps {
  readonly task: BenchTask
  readonly index: number
  readonly onRender: () => void
}

/** One task, by `useTaskSnapshot`. */
export function TaskReader({ task, onRender }: ReaderProps) {
  onRender()
  return <i>{useTaskSnapshot(task, ({ counts }) => counts.succeeded + counts.canceled)}</i>
}

/** One task, by a selector of `useRuntimeSnapshot`. */
export function SelectorReader({ index, onRender }: ReaderProps) {
  onRender()
  return <i>{useRuntimeSnapshot(({ tasks }) => tasks[index]?.counts.canceled ?? 0)}</i>
}

interface BareStore {
  value: number
  listener: () => void
  readonly subscribe: (listener: () => void) => () => void
  readonly get: () => number
}

/** One for each component below. */
export const bareStores: BareStore[] = []

function bareStoreOf(index: number): BareStore {
  const store: BareStore = {
    value: 0,
    listener: () => {},
    subscribe: (listener) => {
      store.listener = listener
      return () => {}
    },
    get: () => store.value,
  }
  return (bareStores[index] ??= store)
}

/** No runtime: a store for each, to see what React alone takes to change one component of so many. */
export function BareReader({ index, onRender }: ReaderProps) {
  onRender()
  const { subscribe, get } = bareStoreOf(index)
  return <i>{useSyncExternalStore(subscribe, get)}</i>
}

/** Everything. */
export function WholeReader({ index, onRender }: ReaderProps) {
  onRender()
  return <i>{useRuntimeSnapshot().tasks[index]?.counts.canceled ?? 0}</i>
}

export interface Page {
  /** Renders since it was asked last. */
  readonly renders: () => number
  readonly close: () => void
}

/** Mounts `count` readers, spread over the tasks; resolves when they are on the page. */
export async function mount(
  Reader: ComponentType<ReaderProps>,
  runtime: TaskRuntime,
  tasks: readonly BenchTask[],
  count: number,
): Promise<Page> {
  let renders = 0
  const onRender = () => {
    renders++
  }
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  root.render(
    <AtelierProvider runtime={runtime}>
      {Array.from({ length: count }, (_, position) => {
        const index = position % tasks.length
        return <Reader key={position} task={tasks[index] as BenchTask} index={index} onRender={onRender} />
      })}
    </AtelierProvider>,
  )
  while (element.querySelectorAll('i').length < count) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return {
    renders: () => {
      const since = renders
      renders = 0
      return since
    },
    close: () => {
      root.unmount()
      element.remove()
    },
  }
}

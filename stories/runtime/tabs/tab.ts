/** A page of the origin: it runs in a frame, with a runtime, a realm and workers that end with it. */
import { createTaskRuntime, taskOptions } from 'atelier-react/core'
import type { CounterApi } from './counter.worker.ts'

/** What the page says of itself. */
export interface TabState {
  readonly role: 'host' | 'guest' | 'electing'
  readonly pages: number
  /** Nothing before the engine has answered. */
  readonly total: number | undefined
}

export interface OpenTab {
  add(): void
}

declare global {
  interface Window {
    openTab?: (changed: (state: TabState) => void) => OpenTab
  }
}

const counter = taskOptions<CounterApi>({
  taskName: 'counter',
  type: 'singleton',
  shared: { by: 'origin', name: 'story-counter' },
  worker: ({ name }) => new Worker(new URL('./counter.worker.ts', import.meta.url), { type: 'module', name }),
})

window.openTab = (changed) => {
  const runtime = createTaskRuntime({ name: 'tab' })
  const task = runtime.defineTask<CounterApi>(counter)
  let total: number | undefined
  const tell = (): void => {
    const { role = 'electing', pages = 0 } = task.control.getSnapshot().shared ?? {}
    changed({ role, pages, total })
  }
  const know = (sum: number): void => {
    total = sum
    tell()
  }
  runtime.subscribeRuntimeSnapshot(tell)
  task.control.on('changed', know)
  void task.total().then(know)
  return { add: () => void task.add(1).then(know) }
}

/** One page of several: it lives in a frame, and the test reaches in. */
import { callback, createTaskRuntime, taskOptions, type TaskConfig } from 'atelier-react/core'
import { Money, money } from '../fixtures/codecs.ts'
import type { EngineApi } from './engine.worker.ts'

const workers: Worker[] = []

/** A broker of this page's realm. */
export const makeBroker = (name = '') =>
  new SharedWorker(new URL('./broker.ts', import.meta.url), { type: 'module', name })

const options = (over: Partial<TaskConfig<EngineApi>>, name: string, hasBroker: boolean) =>
  taskOptions<EngineApi>({
    taskName: 'engine',
    type: 'singleton',
    maxQueueDepth: 1_000,
    codecs: [money],
    worker: () => {
      const made = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' })
      workers.push(made)
      return made
    },
    shared: {
      by: 'origin',
      name,
      ...(hasBroker && { broker: () => makeBroker() }),
    },
    ...over,
  })

/** What a test does in the page. */
export function openPage(name: string, hasBroker = false, over: Partial<TaskConfig<EngineApi>> = {}) {
  const runtime = createTaskRuntime()
  return {
    runtime,
    workers,
    callback,
    Money,
    task: runtime.defineTask<EngineApi>(options(over, name, hasBroker)),
  }
}

/** A task whose factory returns a SharedWorker. */
export function openSharedWorker(name: string) {
  return openPage(name, false, {
    shared: undefined,
    worker: () => new SharedWorker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name }),
  })
}

export type Page = ReturnType<typeof openPage>
Object.assign(globalThis, { openPage, openSharedWorker, makeBroker })

/** The three tasks of the demo: two pools and a singleton, defined once at module scope. */
import { taskOptions } from 'atelier-react'
import { nameShelf } from './shelf.ts'
import type { AnalyzeApi } from './workers/analyze.worker.ts'
import type { IndexApi } from './workers/index.worker.ts'
import type { ParseApi } from './workers/parse.worker.ts'

/** Two pools share the machine: half of its cores each, at least two so that there is something to balance, at most four. */
const poolSize = Math.min(4, Math.max(2, Math.floor((globalThis.navigator?.hardwareConcurrency ?? 2) / 2)))

export const parseTask = taskOptions<ParseApi>({
  taskName: 'parse',
  type: 'parallel',
  maxWorkers: poolSize,
  worker: ({ name }) =>
    new Worker(new URL('./workers/parse.worker.ts', import.meta.url), { type: 'module', name }),
})

export const analyzeTask = taskOptions<AnalyzeApi>({
  taskName: 'analyze',
  type: 'parallel',
  maxWorkers: poolSize,
  retry: { crash: 3 },
  worker: ({ name }) =>
    new Worker(new URL('./workers/analyze.worker.ts', import.meta.url), { type: 'module', name }),
})

/** Documents under way at once: what fills both pools, and as many again behind them. */
export const documentsAtOnce = poolSize * 4

/** One for each run of the page: its documents are kept on a shelf that no other run reads. */
export function createIndexTask() {
  const shelf = nameShelf()
  return taskOptions<IndexApi>({
    taskName: 'index',
    type: 'singleton',
    // Adding a document twice is adding it once, and the others only read or remove.
    retry: { crash: 3 },
    // Named after the shelf: the worker finds it by its name.
    worker: () =>
      new Worker(new URL('./workers/index.worker.ts', import.meta.url), { type: 'module', name: shelf }),
  })
}

/** The three tasks of the demo: two pools and a singleton, defined once at module scope. */
import { taskOptions } from 'atelier-react'
import type { AnalyzeApi } from './workers/analyze.worker.ts'
import type { IndexApi } from './workers/index.worker.ts'
import type { ParseApi } from './workers/parse.worker.ts'

/** Two pools share the machine: half of its cores each, at least two so that there is something to balance, at most four. */
const poolSize = Math.min(4, Math.max(2, Math.floor((globalThis.navigator?.hardwareConcurrency ?? 2) / 2)))

export const parseTask = taskOptions<ParseApi>({
  taskName: 'parse',
  type: 'parallel',
  poolSize,
  worker: ({ name }) =>
    new Worker(new URL('./workers/parse.worker.ts', import.meta.url), { type: 'module', name }),
})

export const analyzeTask = taskOptions<AnalyzeApi>({
  taskName: 'analyze',
  type: 'parallel',
  poolSize,
  // Analysis has no side effects: a document whose worker died is simply analyzed again by another one.
  crashPolicy: 'restart-requeue-in-flight',
  worker: ({ name }) =>
    new Worker(new URL('./workers/analyze.worker.ts', import.meta.url), { type: 'module', name }),
})

export const indexTask = taskOptions<IndexApi>({
  taskName: 'index',
  type: 'singleton',
  worker: ({ name }) =>
    new Worker(new URL('./workers/index.worker.ts', import.meta.url), { type: 'module', name }),
})

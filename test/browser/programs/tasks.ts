/** The tasks of the programs, defined once at module scope. */
import { taskOptions, taskQuery } from 'atelier-react/core'
import type { DatabaseApi } from './database.worker.ts'
import type { CatalogApi } from './catalog.worker.ts'

export const catalog = taskOptions<CatalogApi>({
  taskName: 'catalog',
  type: 'parallel',
  maxWorkers: 2,
  maxQueueDepth: 100,
  worker: () => new Worker(new URL('./catalog.worker.ts', import.meta.url), { type: 'module' }),
  methods: {
    parse: {
      keyOf: (id) => id,
      attributes: (id, text) => ({ 'document.id': id, 'document.length': text.length }),
    },
    invert: { transfer: 'auto' },
  },
})

/** The same workers, for work that can wait. */
export const background: typeof catalog = { ...catalog, defaults: { priority: 'low' } }

export const database = taskOptions<DatabaseApi>({
  taskName: 'database',
  type: 'singleton',
  onCrash: 'fail-task',
  worker: () => new Worker(new URL('./database.worker.ts', import.meta.url), { type: 'module' }),
})

export const hitsOf = (text: string) => taskQuery(catalog, 'find', text)

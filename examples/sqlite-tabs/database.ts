/** The task: one database for all tabs. */
import { taskOptions } from 'atelier-react/core'
import type { DatabaseApi } from './database.worker.ts'

export const database = taskOptions<DatabaseApi>({
  taskId: 'database',
  taskName: 'database',
  type: 'singleton',
  worker: () => new Worker(new URL('./database.worker.ts', import.meta.url), { type: 'module' }),
  shared: {
    by: 'origin',
    broker: () => new SharedWorker(new URL('./broker.ts', import.meta.url), { type: 'module' }),
  },
})

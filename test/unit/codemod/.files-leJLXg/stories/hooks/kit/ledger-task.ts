/** The task of the stories about events. */
import { taskOptions } from 'atelier-react'
import type { LedgerApi } from './ledger.worker.ts'

export const ledgerTask = taskOptions<LedgerApi>({
  taskName: 'ledger',
  type: 'singleton',
  worker: ({ name }) => new Worker(new URL('./ledger.worker.ts', import.meta.url), { type: 'module', name }),
})

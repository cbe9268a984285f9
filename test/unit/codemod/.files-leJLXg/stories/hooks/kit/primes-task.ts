/** The task of the hook stories. */
import { taskOptions } from 'atelier-react'
import type { PrimesApi } from './primes.worker.ts'

export const primesTask = taskOptions<PrimesApi>({
  taskName: 'primes',
  type: 'parallel',
  poolSize: 2,
  maxQueueDepth: Number.POSITIVE_INFINITY,
  worker: ({ name }) => new Worker(new URL('./primes.worker.ts', import.meta.url), { type: 'module', name }),
})

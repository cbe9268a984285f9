/** The code of the first page, and where to go from there. */

export const INSTALL = 'npm install atelier-react @opentelemetry/api'

export const FIRST_TASK = [
  {
    file: 'primes.worker.ts',
    code: `import { createTaskWorker } from 'atelier-react/worker'

function isPrime(n: number) {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

const handlers = {
  count(limit: number): number {
    let found = 0
    for (let n = 2; n < limit; n++) if (isPrime(n)) found++
    return found
  },
}

createTaskWorker(handlers)
export type PrimesApi = typeof handlers`,
  },
  {
    file: 'primes.tsx',
    code: `import { taskOptions, useTaskCall } from 'atelier-react'
import type { PrimesApi } from './primes.worker'

const primes = taskOptions<PrimesApi>({
  taskName: 'primes',
  type: 'parallel',
  worker: () => new Worker(new URL('./primes.worker.ts', import.meta.url), { type: 'module' }),
})

export function Primes() {
  const { run, data } = useTaskCall(primes, 'count')
  return <button onClick={() => run(1_000_000)}>{data ?? 'Count'}</button>
}`,
  },
] as const

/** The ids of stories. */
export const NEXT = [
  { path: 'hooks-usetaskcall--default', name: 'Hooks', about: 'each with its states, live' },
  { path: 'runtime--block', name: 'Runtime', about: 'queues, keys, crashes, streams, as pictures' },
  { path: 'lifecycle-lab--strict-mode', name: 'Lifecycle', about: 'StrictMode, Activity, park and revive' },
  {
    path: 'workflows-documents--state-of-the-union',
    name: 'Documents',
    about: 'a search index over 233 speeches, every call traced',
  },
  {
    path: 'observability--live-metrics',
    name: 'Observability',
    about: 'live metrics, and one trace in three sinks',
  },
  { path: 'stress--ten-thousand-calls', name: 'Stress', about: '10,000 calls beside a jank meter' },
  { path: 'devtools-panel--timeline-light', name: 'Devtools', about: 'the panel that says why it was slow' },
] as const

/** poolifier-web-worker as it comes: a fixed pool, no task queue. */
import { FixedThreadPool } from 'poolifier-web-worker'
import type { Contestant } from '../workload.ts'
import workerUrl from '../workers/poolifier.worker.ts?worker&url'
import { sessionOf } from './raw.ts'

export const poolifier: Contestant = {
  id: 'poolifier',
  label: 'poolifier-web-worker, default',
  open: ({ workers }) => {
    const pool = new FixedThreadPool(workers, new URL(workerUrl, location.href), {
      workerOptions: { type: 'module' },
    })
    return {
      ...sessionOf(
        <T>(name: string, argument: unknown, list?: Transferable[]) =>
          pool.execute(argument, name, undefined, list) as Promise<T>,
      ),
      abortable: (signal) => (value) => pool.execute(value, 'echo', signal) as Promise<number>,
      close: () => pool.destroy(),
    }
  },
}

/** poolifier-web-worker: a fixed pool as it comes, and with its queue, the only place where a task can be aborted. */
import { FixedThreadPool } from 'poolifier-web-worker'
import type { Contestant } from '../workload.ts'
// oxlint-disable-next-line import/default -- Vite answers with the address
import workerUrl from '../workers/poolifier.worker.ts?worker&url'
import { sessionOf } from './raw.ts'

export const poolifier: Contestant = contestant('poolifier', 'poolifier-web-worker, default', false)
export const poolifierQueue: Contestant = contestant(
  'poolifier-queue',
  'poolifier-web-worker, tasks queue',
  true,
)

function contestant(id: string, label: string, enableTasksQueue: boolean): Contestant {
  return {
    id,
    label,
    open: ({ workers }) => {
      const pool = new FixedThreadPool(workers, new URL(workerUrl, location.href), {
        workerOptions: { type: 'module' },
        enableTasksQueue,
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
}

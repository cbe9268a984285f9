/** workerpool, with its worker file and no bound on its queue. */
import { pool } from 'workerpool'
import type { Contestant } from '../workload.ts'
// oxlint-disable-next-line import/default -- Vite answers with the address
import workerUrl from '../workers/workerpool.worker.ts?worker&url'
import { sessionOf } from './raw.ts'

/** As far as it is used: the package's own types say `any`. */
interface Execution<T> extends PromiseLike<T> {
  cancel(): void
}
interface PoolOfWorkers {
  exec(name: string, parameters: unknown[], options?: { transfer: Transferable[] }): Execution<unknown>
  terminate(force: boolean): void
}

export const workerpool: Contestant = {
  id: 'workerpool',
  label: 'workerpool',
  open: ({ workers }) => {
    const workersOfPool: PoolOfWorkers = pool(workerUrl, {
      workerType: 'web',
      maxWorkers: workers,
      workerOpts: { type: 'module' },
    })
    return {
      ...sessionOf(
        <T>(name: string, argument: unknown, list?: Transferable[]) =>
          workersOfPool.exec(name, [argument], list && { transfer: list }) as Execution<T>,
      ),
      abortable: (signal) => {
        const open: Execution<unknown>[] = []
        signal.addEventListener('abort', () => {
          for (const each of open) each.cancel()
        })
        return (value) => {
          const execution = workersOfPool.exec('echo', [value]) as Execution<number>
          open.push(execution)
          return execution
        }
      },
      close: () => workersOfPool.terminate(true),
    }
  },
}

/** threads.js with its pool. */
import { Pool, spawn, type ThreadOf, Transfer } from 'threads'
import type { Contestant } from '../workload.ts'
import type { HandlerName } from '../workers/handlers.ts'
import { sessionOf } from './raw.ts'

type Thread = ThreadOf<Record<HandlerName, (argument: unknown) => unknown>>

export const threads: Contestant = {
  id: 'threads',
  label: 'threads, pool',
  open: ({ workers }) => {
    const pool = Pool(
      () =>
        spawn<Thread>(
          new Worker(new URL('../workers/threads.worker.ts', import.meta.url), { type: 'module' }),
        ),
      { size: workers },
    )
    return {
      ...sessionOf(
        <T>(name: HandlerName, argument: unknown, list?: Transferable[]) =>
          pool.queue((thread) =>
            thread[name](list ? Transfer(argument as ArrayBuffer) : argument),
          ) as PromiseLike<T>,
      ),
      close: () => pool.terminate(true),
    }
  },
}

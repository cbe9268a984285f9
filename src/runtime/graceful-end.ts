/** Waits for open calls to end: `whenIdle`, and `close`, which accepts no new calls in that time. */
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { SnapshotStore } from './snapshot-store.ts'

type Store = Pick<SnapshotStore, 'watch'>

/** Older browsers lack it. `await using` uses whichever symbol exists. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')

/** Fulfilled when none of the pools has a call that is open, or a handler that still runs. */
export function whenIdle(store: Store, pools: () => readonly WorkerPool[]): Promise<void> {
  return until(store, () => pools().every(({ isIdle }) => isIdle))
}

/** Accepts no more calls, waits for the open ones, then ends the pools; fulfilled when their workers are gone. */
export async function closeAll(
  store: Store,
  pools: () => readonly WorkerPool[],
  end: () => void,
): Promise<void> {
  for (const pool of pools()) pool.close()
  // Without workers, no waiting call would ever end.
  await until(store, () => pools().every(({ isIdle, status }) => isIdle || status === 'stopped'))
  const channels = pools().flatMap(({ parts: { fleet } }) => [...fleet.channels, ...fleet.ending])
  const ended = Promise.all(channels.flatMap(({ link }) => (link === null ? [] : [link.ended])))
  end()
  await ended
}

function until(store: Store, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!isSo()) return
      stop()
      resolve()
    }
    const stop = store.watch(look)
    look()
  })
}

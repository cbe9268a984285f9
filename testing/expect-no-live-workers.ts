/** The leak assertion: which workers a test has left running. */
import { type LiveWorker, watchLiveWorkers } from '../src/channel/live-workers.ts'

// Recorded from the import of this entry on: earlier workers are unknown.
const live = watchLiveWorkers()

/**
 * Throws when a worker is alive, and says how many of which task: fake and in-process workers, and in a browser the
 * real ones that a task of any runtime of this page has made since this entry was imported.
 *
 * A worker with a `teardown` may live on for up to a second after it was told to stop: wait for it, with
 * `await vi.waitFor(() => expectNoLiveWorkers())`.
 *
 * @throws Error that names the workers by task and index.
 *
 * @example
 * afterEach(() => {
 *   runtime.dispose()
 *   expectNoLiveWorkers()
 * })
 */
export function expectNoLiveWorkers(): void {
  if (live.size === 0) return
  const names = [...live.values()].map(nameOf).sort()
  const count = live.size === 1 ? '1 worker is' : `${live.size} workers are`
  throw new Error(
    `${count} still alive: ${names.join(', ')}. End them: runtime.dispose(), task.control.dispose(), or task.control.stop()`,
  )
}

function nameOf({ task, index, isEnding }: LiveWorker): string {
  const name = task === undefined ? 'a worker without a task' : `${task} #${index}`
  return isEnding ? `${name} (in its teardown)` : name
}

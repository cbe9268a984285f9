/** Notices the death of a worker that fires no event, by the lock that each worker holds for life. */

/** Calls `onDeath` when the lock is free, which is when its holder is gone; `signal` gives up waiting. */
export function watchLifeLock(name: unknown, signal: AbortSignal, onDeath: () => void): void {
  const locks = globalThis.navigator?.locks
  if (!locks || signal.aborted || typeof name !== 'string') return
  locks
    .request(name, { signal }, () => {
      if (!signal.aborted) onDeath()
    })
    // Aborted with the channel, or refused to an opaque origin.
    .catch(() => {})
}

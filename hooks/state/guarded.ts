/** Calls user code: an exception belongs to that code, and stops nothing else. */

/** Calls `callback`; what it throws is reported as the browser does for a listener. */
export function guarded(callback: () => unknown): void {
  try {
    callback()
  } catch (error) {
    report(error)
  }
}

/** Tells all who listen at this moment, and still do when their turn comes. */
export function tellAll(listeners: ReadonlySet<() => void>): void {
  for (const listener of [...listeners]) if (listeners.has(listener)) guarded(listener)
}

function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error)
  else {
    setTimeout(() => {
      throw error
    })
  }
}

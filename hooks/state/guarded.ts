/** Calls user code, so that an exception in it stops nothing else. */

/** Calls `callback`. An exception is reported, as the browser does for a listener. */
export function guarded(callback: () => unknown): void {
  try {
    callback()
  } catch (error) {
    report(error)
  }
}

/** Calls the current listeners, except those that are removed before their turn. */
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

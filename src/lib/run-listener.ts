/** Runs what users gave us to call: its failure is its own. */

/** Calls `listener`; what it throws is reported as uncaught, and stops nobody else. */
export function runListener<Args extends readonly unknown[]>(
  listener: (...args: Args) => void,
  ...args: Args
): void {
  try {
    listener(...args)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

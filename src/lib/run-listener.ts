/** Runs user callbacks, and isolates their failures. */

/** Calls `listener`. What it throws is reported as uncaught, and does not stop the others. */
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

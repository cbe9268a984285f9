/** Errors that come in masses, as from one abort of very many calls: what each of them costs is bounded. */

/** Errors of one burst that are made for one call each, and keep their stacks. */
const WITH_STACK = 32

let left = WITH_STACK
let shared: Error | null = null

/** V8's limit of frames; elsewhere there is none, and on a frozen Error it stays. @foreign */
interface StackTraceLimit {
  stackTraceLimit?: number
}

const isLimitOurs = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

/**
 * Makes an error, `isOneOfMany` and without a stack when many were made before the page's next microtask: a stack costs several times
 * as much as the rest of a settlement, and would say the same each time.
 */
export function inBurst<E extends Error>(make: (isOneOfMany: boolean) => E): E {
  if (left === WITH_STACK) queueMicrotask(refill)
  if (left > 0) {
    left--
    return make(false)
  }
  if (!isLimitOurs) return make(true)
  const limited = Error as StackTraceLimit
  const limit = limited.stackTraceLimit
  limited.stackTraceLimit = 0
  try {
    return make(true)
  } finally {
    if (limit !== undefined) limited.stackTraceLimit = limit
  }
}

/**
 * As {@link inBurst}, but one error serves the later calls of a burst that `isSame` allows, as the platform shares `signal.reason`: an
 * error for each is most of what an abort of a hundred thousand calls costs.
 */
export function sharedInBurst<E extends Error>(
  isSame: (error: E) => boolean,
  make: (isOneOfMany: boolean) => E,
): E {
  if (left === 0 && shared !== null && isSame(shared as E)) return shared as E
  return inBurst((isOneOfMany) => {
    const error = make(isOneOfMany)
    if (isOneOfMany) shared = error
    return error
  })
}

function refill(): void {
  left = WITH_STACK
  shared = null
}

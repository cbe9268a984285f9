/**
 * Errors that are made in masses, by one abort of many calls: after the first few of a burst they are made without a
 * stack, which costs several times as much as the rest of a settlement and would say the same each time.
 */

/** Errors of one burst that keep their stacks. */
const WITH_STACK = 32

let left = WITH_STACK

/** V8's limit of frames; elsewhere there is none, and on a frozen Error it stays. */
interface StackTraceLimit {
  stackTraceLimit?: number
}

const isLimitOurs = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true

/** Makes an error; without a stack when many were made before the page's next microtask. */
export function inBurst<E extends Error>(make: () => E): E {
  if (left === WITH_STACK) queueMicrotask(refill)
  if (left > 0 || !isLimitOurs) {
    left--
    return make()
  }
  const limited = Error as StackTraceLimit
  const limit = limited.stackTraceLimit
  limited.stackTraceLimit = 0
  try {
    return make()
  } finally {
    if (limit !== undefined) limited.stackTraceLimit = limit
  }
}

function refill(): void {
  left = WITH_STACK
}

/** Worker of the hook stories: honest arithmetic that takes its time, stops when it is told to, and can fail. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const handlers = {
  /** How many primes there are below `limit`. */
  async count(limit: number): Promise<number> {
    const { progress, throwIfAborted, yield: breathe } = taskContext()
    let found = 0
    for (let n = 0; n < limit; n++) {
      if (isPrime(n)) found++
      if (n % 10_000 !== 0) continue
      progress(n / limit)
      await breathe()
      throwIfAborted()
    }
    return found
  },

  /** The prime factors of a whole number, smallest first. */
  factors(n: number): number[] {
    if (!Number.isSafeInteger(n) || n < 2) throw new RangeError(`${n} has no prime factors`)
    const found: number[] = []
    let rest = n
    for (let factor = 2; factor * factor <= rest; factor += factor === 2 ? 1 : 2) {
      for (; rest % factor === 0; rest /= factor) found.push(factor)
    }
    return rest > 1 ? [...found, rest] : found
  },

  /** The primes above `start`, without end. */
  *above(start: number): Generator<number, never> {
    for (let n = start + 1; ; n++) if (isPrime(n)) yield n
  },
}

function isPrime(n: number): boolean {
  if (n < 4) return n > 1
  if (n % 2 === 0) return false
  for (let factor = 3; factor * factor <= n; factor += 2) if (n % factor === 0) return false
  return true
}

createTaskWorker(handlers)
export type PrimesApi = typeof handlers

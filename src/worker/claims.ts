/**
 * Calls that were handed to a busy worker ahead of time: before it starts one, the worker claims it, and so does the page
 * before it gives it to another worker. Whoever is first has it. The claim is a word in shared memory where the page is
 * isolated, a Web Lock elsewhere, which also a worker that is stuck in a synchronous handler cannot delay.
 */
import { CLAIM_WORDS, claimLock } from '../wire/protocol.ts'

/** So long a lock is held after its last call has started, in ms, at least: the page hears of that before it could be granted the lock. */
const HELD_MS = 100

export class Claims {
  private words: Int32Array | null = null
  private base: string | null = null
  private readonly locks: LockManager | undefined
  /** The newest claim that was granted, and refused; calls of one claim come one behind the other. */
  private granted = 0
  private refused = 0

  /** Whether calls of a claim wait here. */
  private readonly isAwaited: (claim: number) => boolean

  constructor(locks: LockManager | undefined, isAwaited: (claim: number) => boolean) {
    this.locks = locks
    this.isAwaited = isAwaited
  }

  /** How claims are made in this worker's life. */
  open(words: unknown, base: unknown): void {
    if (words instanceof Int32Array) this.words = words
    if (typeof base === 'string') this.base = base
  }

  /** Whether the call may run; a promise where that is still to be found out. It never rejects. */
  claim(claim: number): boolean | Promise<boolean> {
    if (this.words !== null)
      return Atomics.compareExchange(this.words, claim % CLAIM_WORDS, claim, -claim) === claim
    if (claim === this.granted) return true
    if (claim === this.refused) return false
    return this.base === null || this.locks === undefined ? true : this.request(this.locks, this.base, claim)
  }

  private request(locks: LockManager, base: string, claim: number): Promise<boolean> {
    return new Promise((resolve) => {
      locks
        .request(claimLock(base, claim), { ifAvailable: true }, (lock) => {
          if (lock === null) this.refused = claim
          else this.granted = claim
          resolve(lock !== null)
          return lock === null ? undefined : this.hold(claim)
        })
        .catch(() => {
          // There are no locks after all: then the page has none either, and has not taken it.
          this.granted = claim
          resolve(true)
        })
    })
  }

  /** Let go earlier, the page would be granted it, and run elsewhere what this worker is going to run. */
  private hold(claim: number): Promise<void> {
    return new Promise((release) => {
      const look = () => void setTimeout(this.isAwaited(claim) ? look : release, HELD_MS)
      look()
    })
  }
}

/**
 * Calls that were handed to a busy worker ahead of time. Before the worker starts one, it claims it, and so does the page
 * before it gives it to another worker. The first one wins. The claim is a word in shared memory if the page is
 * isolated, otherwise a Web Lock. A worker that is stuck in a synchronous handler cannot delay either.
 */
import { CLAIM_WORDS, claimLock } from '../wire/protocol.ts'

/** How long a lock is held after its last call, in ms: the page receives that news before it could get the lock. */
const HELD_MS = 100

export class Claims {
  private words: Int32Array | null = null
  private base: string | null = null
  private readonly locks: LockManager | undefined
  /** Releases the locks that were granted, by claim. */
  private readonly held = new Map<number, () => void>()
  /** How many calls of each claim are here, waiting or running. */
  private readonly calls = new Map<number, number>()
  /** The newest claim that was refused. Calls of one claim arrive one behind the other. */
  private refused = 0

  constructor(locks: LockManager | undefined) {
    this.locks = locks
  }

  /** How claims are made in this worker's life. */
  open(words: unknown, base: unknown): void {
    if (words instanceof Int32Array) this.words = words
    if (typeof base === 'string') this.base = base
  }

  /** Whether the call may run; a promise if that is not known yet. It never rejects. */
  claim(claim: number): boolean | Promise<boolean> {
    if (this.words !== null)
      return Atomics.compareExchange(this.words, claim % CLAIM_WORDS, claim, -claim) === claim
    if (this.held.has(claim)) return true
    if (claim === this.refused) return false
    return this.base === null || this.locks === undefined ? true : this.request(this.locks, this.base, claim)
  }

  /** A call of the claim has arrived. */
  arrived(claim: number): void {
    if (this.words === null) this.calls.set(claim, (this.calls.get(claim) ?? 0) + 1)
  }

  /** A call of the claim is over. The page must not get the lock before the last one is, or it would run the others twice. */
  left(claim: number): void {
    const count = this.calls.get(claim)
    if (count === undefined) return
    if (count > 1) {
      this.calls.set(claim, count - 1)
      return
    }
    this.calls.delete(claim)
    if (this.held.has(claim)) this.letGoSoon(claim)
  }

  /** Whether all calls of the claim left before it was made. The page may hold its lock, and waits for that news. */
  wasLeft(claim: number): boolean {
    return claim > 0 && this.words === null && !this.calls.has(claim) && !this.held.has(claim)
  }

  private letGoSoon(claim: number): void {
    setTimeout(() => {
      // More of them arrived behind it.
      if (this.calls.has(claim)) return
      this.held.get(claim)?.()
      this.held.delete(claim)
    }, HELD_MS)
  }

  private request(locks: LockManager, base: string, claim: number): Promise<boolean> {
    return new Promise((resolve) => {
      locks
        .request(claimLock(base, claim), { ifAvailable: true }, (lock) => {
          if (lock === null) this.refused = claim
          const over =
            lock === null ? undefined : new Promise<void>((release) => this.held.set(claim, release))
          // The last of its calls may have left by now.
          if (lock !== null && !this.calls.has(claim)) this.letGoSoon(claim)
          resolve(lock !== null)
          return over
        })
        .catch(() => {
          // There are no locks after all. Then the page has none either, and has not taken it.
          this.held.set(claim, () => {})
          resolve(true)
        })
    })
  }
}

/**
 * Calls that were handed to a busy worker ahead of time: before it starts one, the worker claims it, and so does the page
 * before it gives it to another worker. The first has it. The claim is a word in shared memory where the page is
 * isolated, a Web Lock elsewhere, which also a worker that is stuck in a synchronous handler cannot delay.
 */
import { CLAIM_WORDS, claimLock } from '../wire/protocol.ts'

/** So long a lock is held when its last call is over, in ms: the page hears of that before it could be granted the lock. */
const HELD_MS = 100

export class Claims {
  private words: Int32Array | null = null
  private base: string | null = null
  private readonly locks: LockManager | undefined
  /** What ends the hold of the locks that were granted, by claim. */
  private readonly held = new Map<number, () => void>()
  /** How many calls of each claim are here, waiting or under way. */
  private readonly calls = new Map<number, number>()
  /** The newest claim that was refused; calls of one claim come one behind the other. */
  private refused = 0

  constructor(locks: LockManager | undefined) {
    this.locks = locks
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
    if (this.held.has(claim)) return true
    if (claim === this.refused) return false
    return this.base === null || this.locks === undefined ? true : this.request(this.locks, this.base, claim)
  }

  /** A call of the claim has come. */
  arrived(claim: number): void {
    if (this.words === null) this.calls.set(claim, (this.calls.get(claim) ?? 0) + 1)
  }

  /** A call of the claim is over. Before the last one is, the page must not have the lock: it would run the others twice. */
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

  /** Whether all calls of the claim have left before it was made: the page, which may hold its lock, waits to hear of it. */
  wasLeft(claim: number): boolean {
    return claim > 0 && this.words === null && !this.calls.has(claim) && !this.held.has(claim)
  }

  private letGoSoon(claim: number): void {
    setTimeout(() => {
      // More of them came behind it.
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
          // The last of its calls may have left meanwhile.
          if (lock !== null && !this.calls.has(claim)) this.letGoSoon(claim)
          resolve(lock !== null)
          return over
        })
        .catch(() => {
          // There are no locks after all: then the page has none either, and has not taken it.
          this.held.set(claim, () => {})
          resolve(true)
        })
    })
  }
}

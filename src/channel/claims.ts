/**
 * The page's side of claims. A call that was handed to a busy worker ahead of time can be taken back, although the worker is
 * stuck in a synchronous handler and reads no message. The first to claim it wins: by a word in shared memory if the
 * page is isolated, otherwise by a Web Lock. Without either, the worker is asked by message.
 */
import { CLAIM_WORDS, claimLock } from '../wire/protocol.ts'

/** How many claims are tried before it counts as none being free. */
const TRIES = 8
/** Small enough for V8 to keep it, and everything counted up to it, as a small integer. */
const MOST = 2 ** 29

export class Claims {
  /** Shared with the worker. */
  readonly words: Int32Array | null
  /** The prefix of the names of all locks of this worker's claims. */
  readonly base: string
  /** The worker holds a lock, so locks work, and both see the same ones. */
  hasLocks = false
  private last = 0
  /** Releases locks that were taken, by claim. */
  private readonly taken = new Map<number, () => void>()

  /** A page shares no memory with the worker of another page. */
  constructor(base: string, sharesMemory = true) {
    this.words = sharesMemory ? sharedWords() : null
    this.base = base
  }

  /** Whether calls that were handed ahead can be taken back from a stuck worker. */
  get areSafe(): boolean {
    return this.words !== null || this.hasLocks
  }

  /** A new claim; 0 if calls have none, or none is free. */
  open(): number {
    const { words } = this
    if (words === null) return this.hasLocks ? this.next() : 0
    for (let tries = 0; tries < TRIES; tries++) {
      const claim = this.next()
      if (Atomics.compareExchange(words, claim % CLAIM_WORDS, 0, claim) === 0) return claim
    }
    return 0
  }

  /** Takes a call back: true when the worker will not run it. Only where memory is shared. */
  take(claim: number): boolean {
    if (this.words === null || claim === 0) return false
    return Atomics.compareExchange(this.words, claim % CLAIM_WORDS, claim, 0) === claim
  }

  /** Whether the worker has claimed it, and runs it. */
  isRunning(claim: number): boolean {
    return claim > 0 && this.words !== null && Atomics.load(this.words, claim % CLAIM_WORDS) === -claim
  }

  /** The call left its worker. */
  close(claim: number): void {
    if (this.words === null || claim === 0) return
    const word = claim % CLAIM_WORDS
    Atomics.compareExchange(this.words, word, -claim, 0)
    Atomics.compareExchange(this.words, word, claim, 0)
  }

  /** Requests the lock of a claim. Calls back later, when the page or the worker has it. The lock is held until {@link letGo}. */
  takeLock(claim: number, onTaken: () => void, onRefused: () => void): void {
    if (this.taken.has(claim)) return
    this.taken.set(claim, () => {})
    navigator.locks
      .request(claimLock(this.base, claim), { ifAvailable: true }, (lock) => {
        if (lock === null || !this.taken.has(claim)) {
          if (this.taken.delete(claim)) onRefused()
          return undefined
        }
        const held = new Promise<void>((release) => this.taken.set(claim, release))
        onTaken()
        return held
      })
      .catch(() => this.taken.delete(claim) && onRefused())
  }

  /** Whether the page holds or has requested the lock of a claim. */
  has(claim: number): boolean {
    return this.taken.has(claim)
  }

  /** The worker knows that it does not own the calls of this claim. */
  letGo(claim: number): void {
    this.taken.get(claim)?.()
    this.taken.delete(claim)
  }

  /** The worker is gone. */
  end(): void {
    for (const release of this.taken.values()) release()
    this.taken.clear()
  }

  private next(): number {
    this.last = (this.last % MOST) + 1
    return this.last
  }
}

function sharedWords(): Int32Array | null {
  if (globalThis.crossOriginIsolated !== true || typeof SharedArrayBuffer === 'undefined') return null
  return new Int32Array(new SharedArrayBuffer(CLAIM_WORDS * Int32Array.BYTES_PER_ELEMENT))
}

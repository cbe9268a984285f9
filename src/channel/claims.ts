/**
 * The page's side of claims: a call that was handed to a busy worker ahead of time can be taken back, though the worker is
 * stuck in a synchronous handler and reads no message. The first to claim it has it: by a word in shared memory where the
 * page is isolated, by a Web Lock elsewhere. Without either, the worker is asked by message.
 */
import { CLAIM_WORDS, claimLock } from '../wire/protocol.ts'

/** Claims that are tried before none is found to be free. */
const TRIES = 8
/** Small enough for V8 to keep it, and what is counted up to it, as a small integer. */
const MOST = 2 ** 29

export class Claims {
  /** Shared with the worker. */
  readonly words: Int32Array | null
  /** The name that all locks of this worker's claims begin with. */
  readonly base: string
  /** The worker holds a lock: locks work, and it sees those of this page. */
  hasLocks = false
  private last = 0
  /** Ends the hold of locks that were taken, by claim. */
  private readonly taken = new Map<number, () => void>()

  /** No memory is shared with the worker of another page. */
  constructor(base: string, sharesMemory = true) {
    this.words = sharesMemory ? sharedWords() : null
    this.base = base
  }

  /** Whether what is handed ahead can be taken back from a worker that is stuck. */
  get areSafe(): boolean {
    return this.words !== null || this.hasLocks
  }

  /** A new claim; 0 where calls go without, or none is free. */
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

  /** The call has left its worker. */
  close(claim: number): void {
    if (this.words === null || claim === 0) return
    const word = claim % CLAIM_WORDS
    Atomics.compareExchange(this.words, word, -claim, 0)
    Atomics.compareExchange(this.words, word, claim, 0)
  }

  /** Asks for the lock of a claim; calls back, later, when the page has it, or the worker. It is held until {@link letGo}. */
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

  /** Whether the lock of a claim is the page's, or asked for. */
  has(claim: number): boolean {
    return this.taken.has(claim)
  }

  /** The worker knows that it has not got the calls of this claim. */
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

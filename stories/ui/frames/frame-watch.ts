/** How long the page takes from one frame to the next, while somebody watches. */

/** A stretch in which the page painted nothing. */
export interface LongGap {
  readonly start: number
  readonly end: number
}

export interface FrameReport {
  /** The latest gaps between frames, in ms, oldest first. */
  readonly gaps: readonly number[]
  /** Those that a reader notices. */
  readonly long: readonly LongGap[]
  readonly longestMs: number
}

/** From here on, in ms, a gap is felt. */
export const LONG_MS = 50
const KEPT = 160

export class FrameWatch {
  #gaps: number[] = []
  #long: LongGap[] = []
  #longest = 0
  #last: number | undefined
  #frame = 0
  readonly #told: (report: FrameReport) => void

  /** `told` is called at every frame. */
  constructor(told: (report: FrameReport) => void) {
    this.#told = told
  }

  start(): void {
    cancelAnimationFrame(this.#frame)
    this.#gaps = []
    this.#long = []
    this.#longest = 0
    this.#last = undefined
    this.#frame = requestAnimationFrame(this.#tick)
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
  }

  get report(): FrameReport {
    return { gaps: [...this.#gaps], long: [...this.#long], longestMs: this.#longest }
  }

  readonly #tick = (): void => {
    // The time that the frame is told was taken before what delayed it.
    const now = performance.now()
    if (this.#last !== undefined) {
      const gap = now - this.#last
      this.#gaps.push(gap)
      if (this.#gaps.length > KEPT) this.#gaps.shift()
      if (gap > LONG_MS) this.#long.push({ start: this.#last, end: now })
      this.#longest = Math.max(this.#longest, gap)
    }
    this.#last = now
    this.#told(this.report)
    this.#frame = requestAnimationFrame(this.#tick)
  }
}

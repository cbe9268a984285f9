/** Starts documents as the workers have room for them, those that a person waits for first, and never for long in one turn. */
import { inLaterTurn } from './turns.ts'

export interface FeedOptions {
  /** Documents that are under way at once. */
  readonly width: number
  readonly start: (id: string) => void
  /** Milliseconds of one turn that starting may take; one document is started in any case. @default 4 */
  readonly sliceMs?: number | undefined
  readonly now?: (() => number) | undefined
  /** Runs a function in a later turn. */
  readonly defer?: ((run: () => void) => void) | undefined
}

export class Feed {
  readonly #options: {
    readonly [Name in keyof FeedOptions]-?: NonNullable<FeedOptions[Name]>
  }
  #waiting: string[] = []
  #urgent: string[] = []
  #underWay = 0
  #isDeferred = false

  constructor({
    width,
    start,
    sliceMs = 4,
    now = () => performance.now(),
    defer = inLaterTurn,
  }: FeedOptions) {
    this.#options = { width, start, sliceMs, now, defer }
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#urgent.length === 0
  }

  add(ids: readonly string[], isUrgent = false): void {
    if (isUrgent) this.#urgent.push(...ids)
    else this.#waiting.push(...ids)
    if (!this.#isDeferred) this.#startSlice()
  }

  /** Takes back a document that has not started; false if it is not here any more. */
  remove(id: string): boolean {
    const before = this.#waiting.length + this.#urgent.length
    this.#waiting = this.#waiting.filter((other) => other !== id)
    this.#urgent = this.#urgent.filter((other) => other !== id)
    return this.#waiting.length + this.#urgent.length < before
  }

  /** Says that one that was started has ended. Several results may arrive in one turn: what follows them starts in the next. */
  ended(): void {
    this.#underWay -= 1
    this.#startLater()
  }

  #startLater(): void {
    if (this.#isDeferred || this.isEmpty) return
    this.#isDeferred = true
    this.#options.defer(() => {
      this.#isDeferred = false
      this.#startSlice()
    })
  }

  #startSlice(): void {
    const { width, start, sliceMs, now } = this.#options
    const until = now() + sliceMs
    while (this.#underWay < width) {
      const id = this.#urgent.shift() ?? this.#waiting.shift()
      if (id === undefined) return
      this.#underWay += 1
      start(id)
      if (now() >= until) {
        this.#startLater()
        return
      }
    }
  }
}

/** Strings by number, each kept once and as long as somebody uses it: the columns of a recording hold numbers. */

/** The number of no string. */
export const NONE = 0

export class StringTable {
  private readonly numbers = new Map<string, number>()
  private readonly strings: (string | undefined)[] = [undefined]
  private readonly uses: number[] = [0]
  private readonly free: number[] = []

  get size(): number {
    return this.numbers.size
  }

  /** One more use of a string; undefined is {@link NONE}. */
  take(text: string | undefined): number {
    if (text === undefined) return NONE
    let number = this.numbers.get(text)
    if (number === undefined) {
      number = this.free.pop() ?? this.strings.length
      this.numbers.set(text, number)
      this.strings[number] = text
      this.uses[number] = 0
    }
    this.uses[number] = (this.uses[number] ?? 0) + 1
    return number
  }

  /** One use less; the string goes with the last. */
  release(number: number): void {
    if (number === NONE) return
    const left = (this.uses[number] ?? 0) - 1
    this.uses[number] = left
    if (left > 0) return
    this.numbers.delete(this.strings[number] as string)
    this.strings[number] = undefined
    this.free.push(number)
  }

  /** {@link NONE} for a string that nobody uses. */
  numberOf(text: string): number {
    return this.numbers.get(text) ?? NONE
  }

  textOf(number: number): string | undefined {
    return this.strings[number]
  }
}

/** Strings by number, each stored once and while it is in use, because the columns of a recording hold numbers. */

/** The number that stands for no string. */
export const NONE = 0

export class StringTable {
  private readonly numbers = new Map<string, number>()
  private readonly strings: (string | undefined)[] = [undefined]
  private readonly uses: number[] = [0]
  private readonly free: number[] = []

  get size(): number {
    return this.numbers.size
  }

  /** Adds one use of a string. Undefined is {@link NONE}. */
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

  /** Removes one use. The last one removes the string. */
  release(number: number): void {
    if (number === NONE) return
    const left = (this.uses[number] ?? 0) - 1
    this.uses[number] = left
    if (left > 0) return
    this.numbers.delete(this.strings[number] as string)
    this.strings[number] = undefined
    this.free.push(number)
  }

  /** {@link NONE} for a string that is not in use. */
  numberOf(text: string): number {
    return this.numbers.get(text) ?? NONE
  }

  textOf(number: number): string | undefined {
    return this.strings[number]
  }
}

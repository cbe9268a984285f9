/** Suggests the name that was probably meant. */

/** The name nearest to the one that was written; undefined if more than a third of the letters differ for all names. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(written.length / 3)) + 1
  for (const name of names.slice(0, MOST_NAMES)) {
    const far = distance(written.slice(0, LONGEST).toLowerCase(), name.slice(0, LONGEST).toLowerCase())
    // In a name of two letters, two edits would change all of it.
    if (far >= least || far >= Math.max(written.length, name.length)) continue
    best = name
    least = far
  }
  return best
}

/** For the text of an error: a suggestion, or nothing if no name is near. */
export function didYouMean(written: string, names: readonly string[]): string {
  const meant = nearest(written, names)
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`
}

const MOST_NAMES = 200
const LONGEST = 60

/** How many letters have to be inserted, removed, changed, or swapped with the next one. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= a.length; row++) {
    const next = [row]
    rows.push(next)
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      next[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
  }
  return at(a.length, b.length)
}

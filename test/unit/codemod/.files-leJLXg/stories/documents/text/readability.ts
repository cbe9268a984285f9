/** How hard a text is to read: Flesch reading ease. */

export interface TextMeasure {
  readonly sentences: number
  readonly words: number
  readonly syllables: number
}

/**
 * 206.835 − 1.015 (words / sentences) − 84.6 (syllables / words), after R. Flesch, "A new readability yardstick" (1948).
 * About 0 to 100, higher is easier; 0 for a text without words.
 */
export function fleschReadingEase({ sentences, words, syllables }: TextMeasure): number {
  if (words === 0) return 0
  return 206.835 - 1.015 * (words / Math.max(1, sentences)) - 84.6 * (syllables / words)
}

/** The bands of Flesch's own table, in words. */
export function describeReadingEase(score: number): string {
  if (score >= 70) return 'Easy'
  if (score >= 60) return 'Fairly easy'
  if (score >= 50) return 'Fairly hard'
  if (score >= 30) return 'Hard'
  return 'Very hard'
}

const vowelGroups = /[aeiouy]+/g

/** An estimate by English spelling: groups of vowels, without the silent endings. At least one. */
export function countSyllables(term: string): number {
  const word = term.toLowerCase()
  if (word.length <= 3) return 1
  const groups = word.match(vowelGroups)?.length ?? 0
  const silentE = /[^aeiouyl]e$/.test(word) || /[^aeiouydt]ed$/.test(word) || /[^aeiouycgsxz]es$/.test(word)
  return Math.max(1, groups - (silentE ? 1 : 0))
}

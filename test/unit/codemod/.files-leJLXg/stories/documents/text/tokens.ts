/** Cuts text into words, and words into the terms that documents are compared by. */

export interface Token {
  readonly term: string
  /** Offsets into the text that was cut. */
  readonly start: number
  readonly end: number
}

// "1,000,000" and "98.6" are one word, and so are "20th" and "don't"; a hyphen separates.
const wordPattern = /\p{N}+(?:[.,]\p{N}+)+|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’ʼ]\p{L}[\p{L}\p{M}]*)*/gu

const plainWord = /^[a-zA-Z0-9]+$/
const asciiOnly = /^[\x00-\x7f]*$/

export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(wordPattern)) tokens.push(toToken(match))
  return tokens
}

/** The first tokens for which `wanted` holds; the rest of the text is not cut. */
export function findTokens(text: string, wanted: (term: string) => boolean, limit: number): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(wordPattern)) {
    const token = toToken(match)
    if (wanted(token.term) && tokens.push(token) === limit) break
  }
  return tokens
}

function toToken(match: RegExpExecArray): Token {
  return { term: normalizeTerm(match[0]), start: match.index, end: match.index + match[0].length }
}

/** Lower case, no accents, straight apostrophes, no possessive: "Président’s" and "president" are one term. */
export function normalizeTerm(word: string): string {
  if (plainWord.test(word)) return word.toLowerCase()
  const lower = word.toLowerCase()
  const plain = asciiOnly.test(lower)
    ? lower
    : lower
        .normalize('NFD')
        .replace(/\p{M}+/gu, '')
        .replace(/[’ʼ]/g, "'")
  return plain.endsWith("'s") && plain.length > 2 ? plain.slice(0, -2) : plain
}

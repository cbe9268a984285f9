/** Splits text into sentences by punctuation, knowing the abbreviations that a full stop does not end. */

const abbreviations = new Set(
  `mr mrs ms messrs dr prof sr jr st rev hon gen col capt lt maj sgt adm gov sen rep pres no nos art sec vol fig
  vs etc inc ltd co corp dept jan feb mar apr jun jul aug sept sep oct nov dec al cf`.split(/\s+/),
)

// The end mark, whatever quotes or brackets close behind it, and the white space that separates; or an empty line.
const boundary = /[.!?…]+["'”’)\]]*(\s+)|\n{2,}/gu

/** Every character of the text but the white space between sentences is in exactly one sentence, in order. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = []
  let start = 0
  for (const match of text.matchAll(boundary)) {
    const after = match.index + match[0].length
    if (match[1] !== undefined && !endsSentence(text, match.index, after)) continue
    push(sentences, text.slice(start, after))
    start = after
  }
  push(sentences, text.slice(start))
  return sentences
}

function push(sentences: string[], candidate: string): void {
  const sentence = candidate.trim()
  if (sentence !== '') sentences.push(sentence)
}

function endsSentence(text: string, mark: number, next: number): boolean {
  if (/^\p{Ll}/u.test(text.slice(next, next + 2))) return false
  if (text[mark] !== '.' || text[mark + 1] === '.') return true
  const before = /[\p{L}\p{M}.]+$/u.exec(text.slice(Math.max(0, mark - 24), mark))?.[0] ?? ''
  // "Harry S. Truman" and "the U.S. Army" go on; "I." as a whole sentence is rarer than an initial.
  if (/(?:^|\.)\p{Lu}$/u.test(before)) return false
  return !abbreviations.has(before.toLowerCase())
}

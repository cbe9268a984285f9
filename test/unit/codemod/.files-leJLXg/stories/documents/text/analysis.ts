/** Everything that one document tells about itself, computed in steps so that the caller may pause between them. */
import type { TermFrequencies } from './frequencies.ts'
import { termFrequencies } from './frequencies.ts'
import type { PhraseCount } from './phrases.ts'
import { phraseCandidates } from './phrases.ts'
import { countSyllables, fleschReadingEase } from './readability.ts'
import { splitSentences } from './sentences.ts'
import type { Token } from './tokens.ts'
import { tokenize } from './tokens.ts'

export interface DocumentStats {
  readonly words: number
  readonly sentences: number
  readonly distinctTerms: number
  readonly readingEase: number
}

export interface DocumentAnalysis {
  readonly stats: DocumentStats
  readonly frequencies: TermFrequencies
  readonly candidates: readonly PhraseCount[]
}

/** Large enough that an address is one piece, small enough that a piece takes some 20 ms. */
const pieceLength = 250_000

/** A generator: yields the share done so far, returns the analysis. Who runs it decides whether to pause or stop. */
export function* analyzeText(text: string, length = pieceLength): Generator<number, DocumentAnalysis, void> {
  const tokens: Token[] = []
  let sentences = 0
  let syllables = 0
  let at = 0
  while (at < text.length) {
    const end = pieceEnd(text, at + length)
    const piece = text.slice(at, end)
    sentences += splitSentences(piece).length
    for (const token of tokenize(piece)) {
      tokens.push({ term: token.term, start: token.start + at, end: token.end + at })
      syllables += countSyllables(token.term)
    }
    at = end
    yield (at / text.length) * 0.8
  }
  const frequencies = termFrequencies(tokens)
  yield 0.85
  const candidates = phraseCandidates(text, tokens)
  const words = tokens.length
  return {
    stats: {
      words,
      sentences,
      distinctTerms: frequencies.terms.length,
      readingEase: fleschReadingEase({ sentences, words, syllables }),
    },
    frequencies,
    candidates,
  }
}

/** Pieces end where a sentence does, so that no sentence or word is counted twice. */
function pieceEnd(text: string, near: number): number {
  if (near >= text.length) return text.length
  const stop = /[.!?]["'”’)]*\s|\n/g
  stop.lastIndex = near
  const match = stop.exec(text)
  return match ? match.index + match[0].length : text.length
}

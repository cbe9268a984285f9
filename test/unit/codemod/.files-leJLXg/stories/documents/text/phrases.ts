/**
 * Key phrases by TF-IDF, in the two halves that a pipeline can do honestly: one document alone knows which phrases
 * recur in it (`phraseCandidates`, in the analyze pool); only the corpus knows how common they are elsewhere
 * (`scorePhrases`, in the index, which therefore can also score again when more documents have come).
 */
import { isStopWord } from './stop-words.ts'
import type { Token } from './tokens.ts'

export interface PhraseCount {
  readonly phrase: string
  readonly count: number
}

export interface KeyPhrase extends PhraseCount {
  readonly score: number
}

const longestPhrase = 3
const minOccurrences = 2
const shortestWord = 4

/**
 * Phrases of one to three words that occur at least twice, the most frequent first. They never reach over punctuation or a
 * stop word, and a phrase that occurs only inside a longer candidate is left out in favour of the longer one.
 */
export function phraseCandidates(text: string, tokens: readonly Token[], limit = 300): PhraseCount[] {
  const counts = new Map<string, number>()
  let run: string[] = []
  let previousEnd = 0
  for (const token of tokens) {
    const joined = /^[ \n-]?$/.test(text.slice(previousEnd, token.start))
    const content = !isStopWord(token.term) && !/^\p{N}/u.test(token.term)
    if (!joined || !content) run = []
    if (content) {
      run.push(token.term)
      countEndings(run, counts)
    }
    previousEnd = token.end
  }
  return withoutContained(counts)
    .sort((a, b) => b.count - a.count || compare(a.phrase, b.phrase))
    .slice(0, limit)
}

/** TF × IDF with IDF = ln((1 + N) / df): what is in every document scores next to nothing. */
export function scorePhrases(
  candidates: Iterable<PhraseCount>,
  documents: number,
  documentFrequency: (phrase: string) => number,
  limit: number,
): KeyPhrase[] {
  const scored: KeyPhrase[] = []
  for (const { phrase, count } of candidates) {
    const idf = Math.log((1 + documents) / Math.max(1, documentFrequency(phrase)))
    scored.push({ phrase, count, score: count * Math.max(0, idf) })
  }
  scored.sort((a, b) => b.score - a.score || b.count - a.count || compare(a.phrase, b.phrase))
  return distinct(scored, limit)
}

/** Counts the phrases that end with the last word of the run. */
function countEndings(run: readonly string[], counts: Map<string, number>): void {
  const last = run.length - 1
  let phrase = ''
  for (let words = 1; words <= longestPhrase && words <= run.length; words += 1) {
    const word = run[last - words + 1] ?? ''
    phrase = words === 1 ? word : `${word} ${phrase}`
    if (words === 1 && word.length < shortestWord) continue
    counts.set(phrase, (counts.get(phrase) ?? 0) + 1)
  }
}

function withoutContained(counts: ReadonlyMap<string, number>): PhraseCount[] {
  const covered = new Set<string>()
  const cover = (part: string, count: number) => {
    if (counts.get(part) === count) covered.add(part)
  }
  for (const [phrase, count] of counts) {
    const words = phrase.split(' ')
    if (count < minOccurrences || words.length < 2) continue
    cover(words.slice(1).join(' '), count)
    cover(words.slice(0, -1).join(' '), count)
    for (const word of words) cover(word, count)
  }
  const kept: PhraseCount[] = []
  for (const [phrase, count] of counts) {
    if (count >= minOccurrences && !covered.has(phrase)) kept.push({ phrase, count })
  }
  return kept
}

/** Of "gold", "gold standard" and "standard" a reader needs one: the best scored stands for those that share its words. */
function distinct(scored: readonly KeyPhrase[], limit: number): KeyPhrase[] {
  const chosen: KeyPhrase[] = []
  const seen = new Set<string>()
  for (const candidate of scored) {
    if (chosen.length === limit) break
    const words = candidate.phrase.split(' ')
    if (words.some((word) => seen.has(word))) continue
    for (const word of words) seen.add(word)
    chosen.push(candidate)
  }
  return chosen
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

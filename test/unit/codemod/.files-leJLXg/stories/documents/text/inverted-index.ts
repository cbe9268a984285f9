/** An inverted index in memory: which documents hold a term, and which of them hold it most tellingly (BM25). */
import type { TermFrequencies } from './frequencies.ts'
import type { KeyPhrase, PhraseCount } from './phrases.ts'
import { scorePhrases } from './phrases.ts'
import { makeSnippet, queryTerms } from './snippet.ts'
import type { SnippetPart } from './snippet.ts'
import { isStopWord } from './stop-words.ts'

export interface IndexedDocument extends TermFrequencies {
  readonly id: string
  readonly title: string
  readonly text: string
  /** Phrases that recur in the document. */
  readonly candidates: readonly PhraseCount[]
}

export interface SearchHit {
  readonly id: string
  readonly title: string
  readonly score: number
  readonly snippet: readonly SnippetPart[]
}

export interface SearchResult {
  readonly query: string
  /** What was searched for; a document must hold every one of them. */
  readonly terms: readonly string[]
  /** Words of the query that are too common to be searched for. */
  readonly ignored: readonly string[]
  /** Documents found, of which `hits` holds the best. */
  readonly total: number
  readonly hits: readonly SearchHit[]
  /** Documents in the index when it was asked. */
  readonly documents: number
}

interface Entry extends IndexedDocument {
  /** Terms in the document, each as often as it occurs. */
  readonly length: number
}

// The usual constants: k1 is how soon more occurrences stop to matter, b how much a long document is held against it.
const k1 = 1.2
const b = 0.75

export class InvertedIndex {
  readonly #entries = new Map<string, Entry>()
  readonly #postings = new Map<string, Map<string, number>>()
  readonly #phraseDocuments = new Map<string, number>()
  #totalLength = 0

  get size(): number {
    return this.#entries.size
  }

  /** A document that is there under the same id is replaced. */
  add(document: IndexedDocument): void {
    this.remove(document.id)
    const length = document.counts.reduce((sum, count) => sum + count, 0)
    this.#entries.set(document.id, { ...document, length })
    this.#totalLength += length
    document.terms.forEach((term, i) => {
      const postings = this.#postings.get(term) ?? new Map<string, number>()
      postings.set(document.id, document.counts[i] ?? 0)
      this.#postings.set(term, postings)
    })
    for (const phrase of severalWords(document.candidates)) {
      this.#phraseDocuments.set(phrase, (this.#phraseDocuments.get(phrase) ?? 0) + 1)
    }
  }

  remove(id: string): boolean {
    const entry = this.#entries.get(id)
    if (!entry) return false
    this.#entries.delete(id)
    this.#totalLength -= entry.length
    for (const term of entry.terms) {
      const postings = this.#postings.get(term)
      postings?.delete(id)
      if (postings?.size === 0) this.#postings.delete(term)
    }
    for (const phrase of severalWords(entry.candidates)) {
      const documents = (this.#phraseDocuments.get(phrase) ?? 0) - 1
      if (documents > 0) this.#phraseDocuments.set(phrase, documents)
      else this.#phraseDocuments.delete(phrase)
    }
    return true
  }

  clear(): void {
    this.#entries.clear()
    this.#postings.clear()
    this.#phraseDocuments.clear()
    this.#totalLength = 0
  }

  /** The documents that hold every term of the query, best first; equal scores in order of their ids. */
  search(query: string, limit = 20): SearchResult {
    const asked = queryTerms(query)
    const terms = asked.filter((term) => !isStopWord(term))
    const ranked = this.#rank(terms)
    const wanted = new Set(terms)
    const hits = ranked.slice(0, limit).map(({ entry, score }) => ({
      id: entry.id,
      title: entry.title,
      score,
      snippet: makeSnippet(entry.text, wanted),
    }))
    return {
      query,
      terms,
      ignored: asked.filter((term) => isStopWord(term)),
      total: ranked.length,
      hits,
      documents: this.size,
    }
  }

  /** A document's key phrases against all that is in the index now. */
  keyPhrases(id: string, limit = 5): KeyPhrase[] {
    const candidates = this.#entries.get(id)?.candidates ?? []
    return scorePhrases(candidates, this.size, (phrase) => this.#documentFrequency(phrase), limit)
  }

  /** A word: the documents that hold it. A longer phrase: those in which it recurs, for positions are not kept. */
  #documentFrequency(phrase: string): number {
    return this.#postings.get(phrase)?.size ?? this.#phraseDocuments.get(phrase) ?? 0
  }

  #rank(terms: readonly string[]): { entry: Entry; score: number }[] {
    const lists = terms.map((term) => this.#postings.get(term))
    const present = lists.filter((list) => list !== undefined).sort((x, y) => x.size - y.size)
    const [rarest] = present
    if (!rarest || present.length < terms.length) return []
    const averageLength = this.#totalLength / this.size
    const found: { entry: Entry; score: number }[] = []
    for (const id of rarest.keys()) {
      const entry = this.#entries.get(id)
      if (!entry || !present.every((list) => list.has(id))) continue
      let score = 0
      for (const list of present) {
        const count = list.get(id) ?? 0
        const idf = Math.log(1 + (this.size - list.size + 0.5) / (list.size + 0.5))
        score += (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * entry.length) / averageLength))
      }
      found.push({ entry, score })
    }
    return found.sort((x, y) => y.score - x.score || (x.entry.id < y.entry.id ? -1 : 1))
  }
}

function severalWords(candidates: readonly PhraseCount[]): string[] {
  return candidates.map(({ phrase }) => phrase).filter((phrase) => phrase.includes(' '))
}

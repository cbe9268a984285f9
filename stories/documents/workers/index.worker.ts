/** The singleton that owns the inverted index: documents go in, searches are answered. */
import { createTaskWorker } from 'atelier-react/worker'
import type { IndexedDocument, SearchResult } from '../text/inverted-index.ts'
import { InvertedIndex } from '../text/inverted-index.ts'
import type { KeyPhrase } from '../text/phrases.ts'

const index = new InvertedIndex()

const handlers = {
  /** Answers with the document's key phrases against what is in the index so far. */
  add(document: IndexedDocument): readonly KeyPhrase[] {
    index.add(document)
    return index.keyPhrases(document.id)
  },
  remove(id: string): boolean {
    return index.remove(id)
  },
  clear(): void {
    index.clear()
  },
  size(): number {
    return index.size
  },
  search(query: string, limit = 20): SearchResult {
    return index.search(query, limit)
  },
  /** Key phrases of several documents, scored against all that is there now. */
  keyPhrases(ids: readonly string[]): (readonly [id: string, phrases: readonly KeyPhrase[]])[] {
    return ids.map((id) => [id, index.keyPhrases(id)])
  },
}

createTaskWorker(handlers)
export type IndexApi = typeof handlers

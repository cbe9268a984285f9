/** The singleton that owns the inverted index: documents go in, searches are answered. What went in outlives the worker. */
import { createTaskWorker } from 'atelier-react/worker'
import { clearLeftShelves, Shelf } from '../shelf.ts'
import type { IndexedDocument, SearchResult } from '../text/inverted-index.ts'
import { InvertedIndex } from '../text/inverted-index.ts'
import type { KeyPhrase } from '../text/phrases.ts'

const index = new InvertedIndex()
/** Undefined where a browser keeps nothing: then the index is as lasting as its worker. */
let shelf: Shelf | undefined

const handlers = {
  /** Answers with the document's key phrases against what is in the index so far. */
  async add(document: IndexedDocument): Promise<readonly KeyPhrase[]> {
    await shelf?.put(document)
    index.add(document)
    return index.keyPhrases(document.id)
  },
  async remove(id: string): Promise<boolean> {
    await shelf?.delete(id)
    return index.remove(id)
  },
  async clear(): Promise<void> {
    await shelf?.clear()
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

createTaskWorker(handlers, {
  // After a crash as well: the worker before this one left its documents on the shelf that has its name.
  async setup(_data, { beat }) {
    shelf = await Shelf.open(self.name).catch(() => undefined)
    await shelf?.each((document) => {
      index.add(document)
      beat()
    })
    void clearLeftShelves().catch(() => undefined)
  },
})
export type IndexApi = typeof handlers

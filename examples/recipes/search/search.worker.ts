import { createTaskWorker } from 'atelier-react/worker'
import MiniSearch from 'minisearch'

export interface Note {
  readonly id: string
  readonly title: string
  readonly text: string
}

const OPTIONS = { fields: ['title', 'text'], storeFields: ['title'] }

let index = new MiniSearch<Note>(OPTIONS)
let isSaved = true
let path = ''

const handlers = {
  add(notes: readonly Note[]): number {
    for (const note of notes) {
      if (index.has(note.id)) index.replace(note)
      else index.add(note)
    }
    isSaved = false
    return index.documentCount
  },
  remove(id: string): void {
    index.discard(id)
    isSaved = false
  },
  search: (text: string, limit = 10) =>
    index
      .search(text, { prefix: true, fuzzy: 0.2 })
      .slice(0, limit)
      .map(({ id, title, score }) => ({ id: String(id), title: String(title), score })),
  count: () => index.documentCount,
}

const folder = () => navigator.storage.getDirectory()

createTaskWorker(handlers, {
  async setup(data: { readonly path: string }, { progress }) {
    path = data.path
    const handle = await (await folder()).getFileHandle(path, { create: true })
    const json = await (await handle.getFile()).text()
    progress('read')
    if (json) index = MiniSearch.loadJSON<Note>(json, OPTIONS)
  },
  async checkpoint() {
    if (isSaved) return
    const json = JSON.stringify(index)
    isSaved = true
    // The old file stays until close(): one that is half written is never read.
    const file = await (await (await folder()).getFileHandle(path, { create: true })).createWritable()
    await file.write(json)
    await file.close()
  },
})
export type SearchApi = typeof handlers

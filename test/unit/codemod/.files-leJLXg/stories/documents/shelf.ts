/** What the index was given, kept in IndexedDB: the next worker rebuilds it from here when this one dies. */
import type { IndexedDocument } from './text/inverted-index.ts'

const prefix = 'atelier-documents:'
const store = 'documents'

/** Held by the page as long as it lives, so that others can tell a shelf in use from one that was left behind. */
const pageLock = `${prefix}${crypto.randomUUID()}`
let shelves = 0

/** A name that no other run of this page or of another uses. */
export function nameShelf(): string {
  if (shelves === 0) void navigator.locks.request(pageLock, () => new Promise<never>(() => undefined))
  shelves += 1
  return `${pageLock}:${shelves}`
}

export class Shelf {
  readonly #database: IDBDatabase

  private constructor(database: IDBDatabase) {
    this.#database = database
  }

  static async open(name: string): Promise<Shelf> {
    const request = indexedDB.open(name)
    request.addEventListener('upgradeneeded', () =>
      request.result.createObjectStore(store, { keyPath: 'id' }),
    )
    return new Shelf(await done(request))
  }

  /** Resolves once it is written: an answer that was given must outlive the worker. */
  put(document: IndexedDocument): Promise<void> {
    return this.#write((documents) => documents.put(document))
  }

  delete(id: string): Promise<void> {
    return this.#write((documents) => documents.delete(id))
  }

  clear(): Promise<void> {
    return this.#write((documents) => documents.clear())
  }

  /** One after another: all of them at once would be in memory twice. */
  async each(visit: (document: IndexedDocument) => void): Promise<void> {
    const ids = await done(this.#database.transaction(store).objectStore(store).getAllKeys())
    for (const id of ids) {
      const document: unknown = await done(this.#database.transaction(store).objectStore(store).get(id))
      if (document) visit(document as IndexedDocument)
    }
  }

  #write(change: (documents: IDBObjectStore) => IDBRequest): Promise<void> {
    // Written to the system, not to the disk: a worker may die, the machine need not be thought of.
    const transaction = this.#database.transaction(store, 'readwrite', { durability: 'relaxed' })
    change(transaction.objectStore(store))
    return new Promise((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('abort', () =>
        reject(transaction.error ?? new Error('IndexedDB did not write the document.')),
      )
    })
  }
}

/** Deletes what pages left behind that are gone. */
export async function clearLeftShelves(): Promise<void> {
  const [databases, { held = [] }] = await Promise.all([indexedDB.databases(), navigator.locks.query()])
  const pages = held.map((lock) => lock.name ?? '').filter((name) => name.startsWith(prefix))
  for (const { name = '' } of databases) {
    if (name.startsWith(prefix) && !pages.some((page) => name.startsWith(page)))
      indexedDB.deleteDatabase(name)
  }
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () =>
      reject(request.error ?? new Error('IndexedDB refused without a reason.')),
    )
  })
}

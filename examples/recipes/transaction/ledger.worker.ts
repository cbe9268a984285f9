import { createTaskWorker } from 'atelier-react/worker'
import initSqlJs, { type Database } from 'sql.js'
import wasmUrl from 'sql.js/dist/sql-wasm.wasm?url'

let db: Database
let file: FileSystemFileHandle

const handlers = {
  begin: () => void db.run('BEGIN'),
  /** Takes an amount from one account and gives it to another: two statements, of which one alone would be wrong. */
  take: (account: string, amount: number) =>
    void db.run('UPDATE accounts SET amount = amount - ? WHERE name = ?', [amount, account]),
  give: (account: string, amount: number) =>
    void db.run('UPDATE accounts SET amount = amount + ? WHERE name = ?', [amount, account]),
  /** Done when it is on the disk, and not before. */
  async commit() {
    db.run('COMMIT')
    const writable = await file.createWritable()
    await writable.write(db.export() as Uint8Array<ArrayBuffer>)
    // Until now the old file stands: one that is half written is never read.
    await writable.close()
  },
  rollback: () => void db.run('ROLLBACK'),
  amounts: (): Record<string, number> =>
    Object.fromEntries(
      (db.exec('SELECT name, amount FROM accounts')[0]?.values ?? []) as unknown as [string, number][],
    ),
}

createTaskWorker(handlers, {
  async setup({ path }: { readonly path: string }) {
    const folder = await navigator.storage.getDirectory()
    file = await folder.getFileHandle(path, { create: true })
    const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer())
    const { Database } = await initSqlJs({ locateFile: () => wasmUrl })
    db = bytes.length > 0 ? new Database(bytes) : new Database()
    db.run('CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, amount INTEGER)')
    db.run("INSERT OR IGNORE INTO accounts VALUES ('anna', 100), ('ben', 100)")
  },
  teardown: () => db.close(),
})
export type LedgerApi = typeof handlers

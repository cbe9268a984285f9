/** The database: its file is open in one worker of the origin, the one of the tab that hosts. */
import sqlite3InitModule, { type OpfsSAHPoolDatabase, type SAHPoolUtil } from '@sqlite.org/sqlite-wasm'
import { createTaskWorker } from 'atelier-react/worker'

/** How long the worker of a tab that has gone may take to let go of the files, in ms. */
const LONGEST_MS = 10_000

let db: OpfsSAHPoolDatabase

const handlers = {
  /** Writes rows of one tab; those that are there already stay as they are, so that it may run twice. */
  write(tab: string, from: number, count: number) {
    db.transaction(() => {
      for (let row = from; row < from + count; row++)
        db.exec({ sql: 'insert or ignore into rows (tab, row) values (?, ?)', bind: [tab, row] })
    })
  },
  query: (sql: string, bind: (string | number)[] = []) =>
    db.exec({ sql, bind, rowMode: 'object', returnValue: 'resultRows' }) as Record<string, unknown>[],
}

createTaskWorker(handlers, {
  async setup(_data: unknown, { signal, beat }) {
    const sqlite3 = await sqlite3InitModule()
    let pool: SAHPoolUtil | undefined
    for (const end = performance.now() + LONGEST_MS; pool === undefined; ) {
      signal.throwIfAborted()
      beat()
      try {
        pool = await sqlite3.installOpfsSAHPoolVfs({ forceReinitIfPreviouslyFailed: true })
      } catch (error) {
        // The worker before this one is still about to end.
        if (performance.now() > end) throw error
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    db = new pool.OpfsSAHPoolDb('/app.sqlite3')
    db.exec('create table if not exists rows (tab text, row integer, primary key (tab, row))')
  },
  teardown: () => db?.close(),
})
export type DatabaseApi = typeof handlers

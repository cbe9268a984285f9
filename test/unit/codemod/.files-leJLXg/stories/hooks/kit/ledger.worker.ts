/** Worker of the stories about events: a ledger that says when it has changed. */
import { createTaskWorker, emit, type TaskApi } from 'atelier-react/worker'

type Extra = { events: { changed: { entries: number; total: number } } }

const amounts: number[] = []

const handlers = {
  add(amount: number): void {
    amounts.push(amount)
    const total = amounts.reduce((sum, each) => sum + each, 0)
    emit<Extra>('changed', { entries: amounts.length, total })
  },
}

createTaskWorker(handlers)
export type LedgerApi = TaskApi<typeof handlers, Extra>

import type { Task } from 'atelier-react/core'
import type { LedgerApi } from './ledger.worker.ts'

/** All of it, or nothing: a session is one life of one worker. `between` is called when the money is taken, and not yet given. */
export async function move(
  ledger: Task<LedgerApi>,
  from: string,
  to: string,
  amount: number,
  between: () => unknown = () => {},
): Promise<void> {
  const session = ledger.control.session()
  try {
    await session.begin()
    await session.take(from, amount)
    await between()
    await session.give(to, amount)
    await session.commit()
  } catch (error) {
    // Where the worker is gone, the transaction went with it.
    await session.rollback().catch(() => {})
    throw error
  } finally {
    session.control.release()
  }
}

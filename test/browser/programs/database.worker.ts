/** A store that one worker owns. Its handlers have names that a task once needed for itself. */
import { createTaskWorker } from 'atelier-react/worker'

const rows = new Map<string, string>()

const handlers = {
  async write(id: string, text: string): Promise<number> {
    await Promise.resolve()
    rows.set(id, text)
    return rows.size
  },
  read: (id: string): string | undefined => rows.get(id),
  map: (): [string, string][] => [...rows],
  dispose(): void {
    rows.clear()
  },
}

createTaskWorker(handlers)
export type DatabaseApi = typeof handlers

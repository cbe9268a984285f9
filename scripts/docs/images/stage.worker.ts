/** The worker of the stage: work that takes a given time, and ways to fail. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

async function work(ms: number): Promise<number> {
  const end = performance.now() + ms
  taskContext().span('read', () => spin(performance.now() + ms / 3))
  spin(end)
  return ms
}

function spin(end: number): void {
  while (performance.now() < end);
}

const handlers = {
  work,
  refuse(name: string): never {
    throw new RangeError(`"${name}" is no document: its first bytes are those of a picture`)
  },
  hang: (_name: string): Promise<never> => new Promise(() => {}),
  /** Ends its worker, as running out of memory would. */
  die: (): Promise<never> => {
    close()
    return new Promise(() => {})
  },
}

export type StageApi = typeof handlers

createTaskWorker(handlers)

/** A worker with the shortest handlers there are. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const handlers = {
  echo: (value: number): number => value,
  fail(value: number): never {
    throw new RangeError(`no ${value}`)
  },
  /** Runs until it is aborted. */
  untilAborted(): Promise<never> {
    const { signal } = taskContext()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  },
}

createTaskWorker(handlers)

export type LeakApi = typeof handlers

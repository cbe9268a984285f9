/** Worker of the pictures of the runtime: work of a known length, a loop without an end, a stream, a large buffer. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const handlers = {
  /** Works for so many milliseconds, and ends early when it is aborted. */
  async work(ms: number): Promise<number> {
    const { pause, throwIfAborted } = taskContext()
    const until = performance.now() + ms
    while (performance.now() < until) {
      burn(Math.min(8, until - performance.now()))
      await pause()
      throwIfAborted()
    }
    return ms
  },

  /** Does not end, and listens to nothing. */
  spin(): never {
    for (;;);
  },

  /** One number after another, each worth some work. */
  *count(to: number): Generator<number> {
    for (let n = 1; n <= to; n++) {
      burn(6)
      yield n
    }
  },

  /** How many bytes have arrived. */
  size(bytes: Uint8Array): number {
    return bytes.byteLength
  },

  echo(n: number): number {
    return n
  },
}

function burn(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

createTaskWorker(handlers)
export type LabApi = typeof handlers

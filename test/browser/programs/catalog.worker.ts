/** A search index over the texts of documents: the worker of most programs. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'

const handlers = {
  /** The words of a text, longest first. A text that says so is refused. */
  async parse(id: string, text: string) {
    const { progress, pause } = taskContext()
    for (let percent = 0; percent < 100; percent += 50) {
      progress({ id, percent })
      await pause()
    }
    if (text.includes('unreadable')) throw new RangeError(`${id} cannot be read`)
    return { id, words: text.split(/\s+/).toSorted((a, b) => b.length - a.length) }
  },
  /** The entries that begin with the text. */
  find(text: string): string[] {
    return ['atelier', 'atlas', 'react', 'reactor', 'worker'].filter((word) => word.startsWith(text))
  },
  /** Inverts the pixels of an image that is moved in and out. */
  invert(pixels: Uint8Array): Uint8Array {
    return pixels.map((value) => 255 - value)
  },
  /** Lines, as fast as they are read. */
  *lines(count: number): Generator<string, string> {
    for (let n = 1; n <= count; n++) yield `line ${n}`
    return 'end'
  },
  /** Runs until it is aborted. */
  async watch(): Promise<never> {
    const { pause, progress } = taskContext()
    for (let looks = 1; ; looks++) {
      progress(looks)
      await pause()
    }
  },
}

createTaskWorker(handlers)
export type CatalogApi = typeof handlers

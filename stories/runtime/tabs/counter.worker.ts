/** The engine of the tabs: it counts in a file that only one worker at a time can have open. */
import { createTaskWorker, emit, type TaskApi } from 'atelier-react/worker'

type Extra = { events: { changed: number } }

/** Of the types of workers, which these sources are not checked with. */
interface OpenFile {
  read(into: Uint8Array, options: { at: number }): number
  write(from: DataView, options: { at: number }): number
  flush(): void
  close(): void
}
type FileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<OpenFile> }

let file: OpenFile | undefined

function total(): number {
  const bytes = new Uint8Array(8)
  return file && file.read(bytes, { at: 0 }) === 8 ? new DataView(bytes.buffer).getFloat64(0) : 0
}

const handlers = {
  total,
  add(amount: number): number {
    const sum = total() + amount
    const bytes = new DataView(new ArrayBuffer(8))
    bytes.setFloat64(0, sum)
    file?.write(bytes, { at: 0 })
    file?.flush()
    emit<Extra>('changed', sum)
    return sum
  },
}

createTaskWorker(handlers, {
  async setup(_: unknown, { beat }) {
    const folder = await navigator.storage.getDirectory()
    const handle = (await folder.getFileHandle('atelier-story-tabs', { create: true })) as FileHandle
    // The browser may need a moment to take the file from the worker of a tab that was closed.
    for (let tries = 0; file === undefined; tries++) {
      try {
        file = await handle.createSyncAccessHandle()
      } catch (error) {
        if (tries === 50) throw error
        beat()
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  },
  teardown: () => file?.close(),
})
export type CounterApi = TaskApi<typeof handlers, Extra>

import { createTaskWorker, type TaskContext, taskContext } from 'atelier-react/worker'
import { Zip, ZipDeflate } from 'fflate'
import { createSHA256 } from 'hash-wasm'

/** The bytes of a file, part by part: memory stays small, and an abort takes effect between two parts. */
async function* partsOf(file: Blob, { pause, progress, throwIfAborted }: TaskContext) {
  const reader = file.stream().getReader()
  let read = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      yield part.value
      progress((read += part.value.length) / file.size)
      await pause()
      throwIfAborted()
    }
  } finally {
    await reader.cancel()
  }
}

const handlers = {
  /** The SHA-256 of a file. */
  async hash(file: Blob): Promise<string> {
    const parts = partsOf(file, taskContext())
    const sha = await createSHA256()
    for await (const part of parts) sha.update(part)
    return sha.digest('hex')
  },

  /** An archive with one file. */
  async zip(file: Blob, name: string): Promise<Blob> {
    const parts = partsOf(file, taskContext())
    const made: Uint8Array<ArrayBuffer>[] = []
    const zip = new Zip((error, bytes) => {
      if (error) throw error
      made.push(bytes as Uint8Array<ArrayBuffer>)
    })
    const entry = new ZipDeflate(name, { level: 6 })
    zip.add(entry)
    for await (const part of parts) entry.push(part)
    entry.push(new Uint8Array(0), true)
    zip.end()
    return new Blob(made, { type: 'application/zip' })
  },
}

createTaskWorker(handlers)
export type FilesApi = typeof handlers

/** Worker of the `parse` pool: a file's bytes to clean text, or the reason why it has none. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'
import { cleanText } from '../text/clean.ts'
import { assertReadableSize, decodeText } from '../text/decode.ts'

export interface ParsedDocument {
  readonly text: string
  readonly bytes: number
}

const handlers = {
  /** A File or Blob is read here, off the page's thread; its size is checked before a byte of it is. */
  async parse(source: Blob | ArrayBuffer | string): Promise<ParsedDocument> {
    const context = taskContext()
    if (source instanceof Blob) assertReadableSize(source.size)
    const bytes = await readBytes(source)
    context.throwIfAborted()
    return { text: cleanText(decodeText(bytes)), bytes: bytes.byteLength }
  },
}

async function readBytes(source: Blob | ArrayBuffer | string): Promise<Uint8Array> {
  if (typeof source === 'string') return new TextEncoder().encode(source)
  return new Uint8Array(source instanceof Blob ? await source.arrayBuffer().catch(unreadable) : source)
}

createTaskWorker(handlers)
export type ParseApi = typeof handlers

/** Firefox says AbortError of a file that is gone, which would look as if somebody had canceled. */
function unreadable(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError')
    throw new DOMException(error.message, 'NotReadableError')
  throw error
}

import { createTaskRuntime } from 'atelier-react/core'
import { unzipSync } from 'fflate'
import { check, errorOf, recipe } from '../page.ts'
import type { FilesApi } from './files.worker.ts'

/** Bytes that can be made smaller, and not by much. */
function bytesOf(megabytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(megabytes * 2 ** 20)
  for (let at = 0, seed = 1; at < bytes.length; at++) {
    seed = (seed * 16_807) % 2_147_483_647
    bytes[at] = at % 3 === 0 ? seed & 255 : at & 15
  }
  return bytes
}

const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

void recipe(async () => {
  const runtime = createTaskRuntime()
  const files = runtime.defineTask<FilesApi>({
    taskName: 'files',
    type: 'parallel',
    maxWorkers: 2,
    worker: () => new Worker(new URL('./files.worker.ts', import.meta.url), { type: 'module' }),
  })
  const bytes = bytesOf(8)
  const file = new Blob([bytes])
  const [hash, zipped] = await Promise.all([files.hash(file), files.zip(file, 'data.bin')])
  check(hash === hex(await crypto.subtle.digest('SHA-256', bytes)), 'the hash is that of the browser')
  const unzipped = unzipSync(new Uint8Array(await zipped.arrayBuffer()))['data.bin']
  check(
    unzipped?.length === bytes.length && unzipped.every((byte, at) => byte === bytes[at]),
    'the archive has the file',
  )
  check(zipped.size < file.size, 'it is smaller')

  // 400 MB would take long: given up at the first progress, it ends there, and its worker does the next file.
  const huge = new Blob(Array<Blob>(50).fill(file))
  const stop = new AbortController()
  const workers = files.control.getSnapshot().workers.active
  const all = files
    .with({ signal: stop.signal, onProgress: () => stop.abort('changed my mind') })
    .zip(huge, 'huge.bin')
  const error = await errorOf(all)
  check(error.code === 'aborted' && error.cause === 'changed my mind', 'a huge file is given up')
  await files.control.whenIdle()
  check(
    files.control.getSnapshot().workers.list.every(({ crashes }) => crashes === 0),
    'no worker had to be ended',
  )
  check(files.control.getSnapshot().workers.active === workers, 'and the workers go on')
  check((await files.hash(file)) === hash, 'the next file is hashed')
  await runtime.close()
  return `${Math.round((100 * zipped.size) / file.size)} % of ${file.size / 2 ** 20} MB`
})

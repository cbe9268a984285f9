/** The recipes that need no library do what they say, in a real browser with real workers. Those with a library are in examples/. */
import { commands } from 'vitest/browser'
import { afterEach, expect, it, vi } from 'vitest'
import assetUrls from '../../../docs/recipes/asset-urls.md?raw'
import hotReload from '../../../docs/recipes/hot-reload.md?raw'
import interleaving from '../../../docs/recipes/interleaving.md?raw'
import saving from '../../../docs/recipes/saving.md?raw'
import wasm from '../../../docs/recipes/wasm.md?raw'
import { createTaskRuntime, type TaskOptions } from '../../../src/index.ts'
import { lacks } from '../fixtures/lacks.ts'
import { writeExamples } from './example-files.ts'

interface Counter {
  increment(): number
}

interface Tiles {
  rebuild(count: number): Promise<number>
  get(name: string): number | undefined
}

interface Store {
  save(id: string, text: string): Promise<void>
  saveWhenHidden(current: () => { id: string; text: string }): void
}

const runtimes: { dispose(): void }[] = []
afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
  vi.restoreAllMocks()
})

function newRuntime() {
  const runtime = createTaskRuntime()
  runtimes.push(runtime)
  return runtime
}

async function textOf(name: string): Promise<string> {
  const folder = await navigator.storage.getDirectory()
  return (await (await folder.getFileHandle(name, { create: true })).getFile()).text()
}

it('a worker reads an asset beside its file', async () => {
  await writeExamples('asset-urls', assetUrls)
  const folder = 'node_modules/.doc-examples/asset-urls'
  await commands.writeFile(`${folder}/words.txt`, 'lathe\nchisel')
  const words = newRuntime().defineTask<{ isWord(word: string): boolean }>({
    type: 'parallel',
    worker: () => new Worker(`/${folder}/words.worker.ts`, { type: 'module' }),
  })
  expect([await words.isWord('Chisel'), await words.isWord('anvil')]).toEqual([true, false])
})

it.skipIf(await lacks('writableFiles'))('the state of a worker survives its replacement', async () => {
  const { load } = await writeExamples('hot-reload', hotReload)
  const options = (await load('counter.ts'))['counter'] as TaskOptions<Counter>
  const before = newRuntime()
  const first = before.defineTask(options)
  const count = await first.increment()
  expect(await first.increment()).toBe(count + 1)
  await first.control.checkpoint()
  before.dispose()
  expect(await newRuntime().defineTask(options).increment()).toBe(count + 2)
})

it('a short call answers while a long one pauses', async () => {
  const { load } = await writeExamples('interleaving', interleaving)
  const task = newRuntime().defineTask((await load('tiles.ts'))['tiles'] as TaskOptions<Tiles>)
  const order: string[] = []
  const rebuilt = task.rebuild(200_000).then(() => order.push('rebuild'))
  expect(await task.get('tile 0')).toBe(0)
  order.push('get')
  await rebuilt
  expect(order).toEqual(['get', 'rebuild'])
})

it.skipIf(await lacks('writableFiles'))(
  'the newest text is saved, also when the page is hidden',
  async () => {
    const { load } = await writeExamples('saving', saving)
    const { save, saveWhenHidden } = (await load('store.ts')) as unknown as Store
    await Promise.all(['a', 'b', 'c'].map((text) => save('note', text)))
    expect(await textOf('note')).toBe('c')
    saveWhenHidden(() => ({ id: 'note', text: 'd' }))
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(() => textOf('note')).toBe('d')
  },
)

it('a module of wasm is compiled once for two workers', async () => {
  const { load } = await writeExamples('wasm', wasm)
  const fetched = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(() =>
      Promise.resolve(new Response(IDENTITY, { headers: { 'content-type': 'application/wasm' } })),
    )
  const options = (await load('codec.ts'))['codec'] as TaskOptions<{ encode(input: Uint8Array): Uint8Array }>
  const task = newRuntime().defineTask({ ...options, maxWorkers: 2, init: 'eager' })
  const results = await Promise.all([1, 2, 3].map((byte) => task.encode(new Uint8Array([byte, 255]))))
  expect(results.map((bytes) => [...bytes])).toEqual([1, 2, 3].map((byte) => [byte, 255]))
  expect(fetched.mock.calls).toEqual([['/codec.wasm']])
})

/** A module with `memory`, `alloc`, which returns 0, and `encode`, which changes nothing. */
const IDENTITY = Uint8Array.from(
  (
    '00 61 73 6d 01 00 00 00 01 0c 02 60 01 7f 01 7f 60 02 7f 7f 01 7f 03 03 02 00 01 05 03 01 00 01 07 1b 03 ' +
    '06 6d 65 6d 6f 72 79 02 00 05 61 6c 6c 6f 63 00 00 06 65 6e 63 6f 64 65 00 01 0a 0b 02 04 00 41 00 0b 04 00 20 01 0b'
  )
    .split(' ')
    .map((byte) => Number.parseInt(byte, 16)),
)

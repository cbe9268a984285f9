/** The packed package on a page whose telemetry is a file of its own: in time, late, very late, and refused; and in one file. */
import { cpSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions } from '../../scripts/lib/chromium.mjs'
import { root } from '../../scripts/lib/entries.mjs'
import type { Told } from './late/page.ts'
import { createPackedApp, type PackedApp } from './packed-app.ts'

let app: PackedApp
let browser: Browser
beforeAll(async () => {
  app = await createPackedApp()
  cpSync(new URL('./late', import.meta.url), join(app.dir, 'late'), { recursive: true })
  browser = await chromium.launch(launchOptions())
})
afterAll(async () => {
  await browser?.close()
  app?.remove()
})

/** Built as esbuild does it with `--splitting`, or into one script that knows no modules. */
async function bundle(format: 'esm' | 'iife', first = ''): Promise<Map<string, string>> {
  const source = join(app.dir, 'late')
  const common: BuildOptions & { write: false } = {
    bundle: true,
    write: false,
    minify: true,
    outdir: '/out',
    // The SDK, which the app does not have.
    nodePaths: [join(root, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  }
  const page = await build({
    ...common,
    stdin: { contents: `${first}import './page.ts'`, resolveDir: source, sourcefile: 'page.js' },
    format,
    splitting: format === 'esm',
    entryNames: 'page',
    chunkNames: '[name]-[hash]',
  })
  const worker = await build({ ...common, entryPoints: [join(source, 'late.worker.ts')], format: 'esm' })
  const files = [...page.outputFiles, ...worker.outputFiles]
  return new Map(files.map(({ path, text }) => [path.slice('/out'.length), text]))
}

interface Serving {
  /** ms by which the file is late; null: refused. */
  readonly delay?: number | null
  /** Which file that is. */
  readonly chunk?: 'recorder' | 'worker-side'
}

/** Opens the page, and gives what it tells. */
async function open(
  files: Map<string, string>,
  { delay = 0, chunk = 'recorder' }: Serving = {},
): Promise<Told & { asked: number }> {
  let asked = 0
  const isModule = [...files.keys()].length > 2
  const server: Server = createServer(({ url = '' }, response) => {
    const send = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body)
    const path = url.split('?', 1)[0] ?? ''
    const file = files.get(path)
    if (path === '/')
      send('text/html', `<script ${isModule ? 'type=module' : 'defer'} src=/page.js></script>`)
    else if (path.includes(chunk)) {
      asked++
      if (delay === null || file === undefined) response.writeHead(404).end()
      else setTimeout(() => send('text/javascript', file), delay)
    } else if (file !== undefined) send('text/javascript', file)
    else response.writeHead(path === '/settled' ? 204 : 404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const page = await browser.newPage()
  try {
    const { port } = server.address() as AddressInfo
    await page.goto(`http://127.0.0.1:${port}/${delay === null ? '?refused' : ''}`)
    const told = await page.evaluate(() => (globalThis as unknown as { told: Promise<Told> }).told)
    return { ...told, asked }
  } finally {
    await page.close()
    await new Promise((resolve) => server.close(resolve))
  }
}

const results = ['two', 'RangeError: too far', 'parsed']

describe('telemetry, and what speaks with workers, in files of their own', () => {
  let split: Map<string, string>
  let reference: Told & { asked: number }
  beforeAll(async () => {
    split = await bundle('esm')
    const whole = await bundle('esm', "import 'atelier-react/telemetry';")
    reference = await open(whole)
  })

  it('tells of these calls, where it is loaded with the page', () => {
    expect(reference.results).toEqual(results)
    expect(reference.spans).toHaveLength(6)
    expect(reference.measures).toHaveLength(6)
    expect(reference.isPrompt).toBe(true)
    expect(reference.problems).toEqual([])
  })

  it.each([0, 50, 2_000])('that is %s ms late writes the same spans, measures and events', async (delay) => {
    const { asked, isPrompt, ...told } = await open(split, { delay })
    const { isPrompt: _, asked: _asked, ...expected } = reference
    expect(told).toEqual(expected)
    expect(told.knewItsSpan).toBe(true)
    expect(asked).toBe(1)
    if (delay === 2_000) expect(isPrompt).toBe(false)
  })

  it.each([0, 50, 2_000])('workers that are %s ms late do the same', async (delay) => {
    const { asked, isPrompt: _late, ...told } = await open(split, { delay, chunk: 'worker-side' })
    const { isPrompt: _, asked: _asked, ...expected } = reference
    expect(told).toEqual(expected)
    expect(asked).toBe(1)
  })

  it('workers that are refused fail the calls that need them, and say so', async () => {
    const { results: told, problems } = await open(split, { delay: null, chunk: 'worker-side' })
    expect(told).toHaveLength(3)
    for (const each of told) expect(each).toContain("Atelier's own code that speaks with workers")
    expect(problems).toEqual([])
  })

  it('that is refused costs no call', async () => {
    const { asked, ...told } = await open(split, { delay: null })
    expect(told).toEqual({
      results,
      spans: [],
      measures: [],
      events: [],
      isPrompt: false,
      knewItsSpan: false,
      problems: [],
    })
    expect(asked).toBe(1)
  })

  it('is there at once in a bundle of one script', async () => {
    const single = await bundle('iife')
    expect([...single.keys()].sort()).toEqual(['/late.worker.js', '/page.js'])
    const { asked, isPrompt: _late, ...told } = await open(single)
    const { isPrompt: _, asked: _asked, ...expected } = reference
    expect(told).toEqual(expected)
    expect(asked).toBe(0)
  })
})

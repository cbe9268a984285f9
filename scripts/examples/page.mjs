/** Serves what an app has built and opens its pages in Chromium: one that does one call, several that each tell how they went, or as the app's own driver wants it. */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from 'playwright'
import { until } from '../engines/child.mjs'
import { openEngine } from '../engines/open.mjs'
import { launchOptions } from '../lib/chromium.mjs'

const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.mjs', 'text/javascript'],
  ['.css', 'text/css'],
  ['.wasm', 'application/wasm'],
])

/** What a page shows when its call is over and measured, or when all that it does is done. */
const SHOWN = /^(?:42, measured|done: .*)$/
const ENDED = /^(?:42, measured|done: |failed: )/

const LONGEST_MS = 60_000

/** @typedef {(tabs: { open: (path: string) => Promise<import('playwright').Page> }) => Promise<string>} Drive */

/** @param {readonly string[]} paths @returns {Drive} */
function showAll(paths) {
  return async ({ open }) => {
    const problems = []
    for (const path of paths) {
      const page = await open(path)
      const output = page.getByText(ENDED)
      await output.waitFor({ timeout: LONGEST_MS })
      const shown = await output.innerText()
      if (!SHOWN.test(shown)) problems.push(`${path}: ${shown}`)
      await page.close()
    }
    return problems.join('\n')
  }
}

/** @param {string} folder @param {Drive} [drive] @returns {Promise<string>} what is wrong, or nothing */
export async function openPages(folder, drive = showAll(pagesIn(folder))) {
  const server = await serve(folder)
  const browser = await chromium.launch(launchOptions())
  /** @type {string[]} */
  const problems = []
  try {
    const context = await browser.newContext()
    const open = async (/** @type {string} */ path) => {
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(`${path}: ${String(error)}`))
      page.on(
        'console',
        (message) => message.type() === 'error' && problems.push(`${path}: ${message.text()}`),
      )
      await page.goto(`${server.origin}/${path}`)
      return page
    }
    const problem = await drive({ open })
    if (problem !== '') problems.push(problem)
  } catch (error) {
    problems.push(String(error))
  } finally {
    await browser.close()
    server.close()
  }
  return problems.join('\n')
}

/**
 * Opens the page of an app in Firefox or WebKit.
 * @param {string} folder
 * @param {import('../engines/find.mjs').EngineName} engine
 * @returns {Promise<string>} what is wrong, or nothing
 */
export async function openPageIn(folder, engine) {
  const server = await serve(folder)
  const page = await openEngine(engine)
  try {
    await page.goto(`${server.origin}/`)
    const shown = await until('The page shows nothing', LONGEST_MS, async () => {
      const lines = String(await page.evaluate('document.body.innerText')).split('\n')
      return lines.find((line) => ENDED.test(line))
    })
    return SHOWN.test(shown) ? '' : shown
  } catch (error) {
    return String(error)
  } finally {
    await page.close()
    server.close()
  }
}

/** @param {string} folder */
async function serve(folder) {
  const server = createServer(async ({ url = '/' }, response) => {
    const path = new URL(url, 'http://page').pathname
    const file = join(folder, path === '/' ? 'index.html' : path)
    try {
      const body = await readFile(file)
      response
        .writeHead(200, { 'content-type': TYPES.get(extname(file)) ?? 'application/octet-stream' })
        .end(body)
    } catch {
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/** Its pages: that of the folder, or those of the folders in it. @param {string} folder @returns {string[]} */
function pagesIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.html'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
}

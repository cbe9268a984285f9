/** Serves a built page and opens it in Chromium: it does one call, and its telemetry arrives. An example may drive its pages by itself. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../lib/chromium.mjs'

const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.mjs', 'text/javascript'],
  ['.css', 'text/css'],
  ['.wasm', 'application/wasm'],
])

/** What each page shows when its call is over and measured. */
const SHOWN = '42, measured'

/** @typedef {(tabs: { open: (query: string) => Promise<import('playwright').Page> }) => Promise<string>} Drive */

/** @type {Drive} */
async function showsIt({ open }) {
  const page = await open('')
  await page.getByText(SHOWN, { exact: true }).waitFor({ timeout: 30_000 })
  return ''
}

/** @param {string} folder @param {Drive} [drive] @returns {Promise<string>} what is wrong, or nothing */
export async function openPage(folder, drive = showsIt) {
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
  const browser = await chromium.launch(launchOptions())
  /** @type {string[]} */
  const problems = []
  try {
    const context = await browser.newContext()
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
    const open = async (/** @type {string} */ query) => {
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      await page.goto(`http://127.0.0.1:${port}/${query}`)
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

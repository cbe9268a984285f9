/** Serves the stage of the pictures, bundled from the sources, and opens it in Chromium. */
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { chromium } from 'playwright'
import { isolationHeaders, launchOptions } from '../../lib/chromium.mjs'
import { root } from '../../lib/entries.mjs'

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Documents</title>
<style>body { margin: 0; font: 16px/1.5 system-ui; } h1, p { margin: 1rem 2rem; } :root { color: CanvasText; background: Canvas; }</style>
<div id="stage"></div><script type="module" src="/stage.js"></script></html>`

/** @returns {Promise<{ browser: import('playwright').Browser, origin: string, close: () => Promise<void> }>} */
export async function openStage() {
  const { outputFiles } = await build({
    entryPoints: [`${root}scripts/docs/images/stage.tsx`, `${root}scripts/docs/images/stage.worker.ts`],
    outdir: '/',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
    logLevel: 'error',
  })
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const text = files.get(pathname) ?? (pathname === '/' ? page : undefined)
    const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html'
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': type, ...isolationHeaders })
    response.end(text)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  const browser = await chromium.launch({ ...launchOptions(), headless: true })
  return {
    browser,
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      await browser.close()
      server.close()
    },
  }
}

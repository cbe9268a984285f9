/** Builds the page of the benchmarks for production and serves it, cross-origin isolated. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { babel } from '@rollup/plugin-babel'
import { build } from 'vite'
import { isolationHeaders } from '../../scripts/lib/chromium.mjs'
import { packageAliases, root } from '../../scripts/lib/entries.mjs'
import { noSeam } from './no-seam.mjs'

const outDir = `${root}node_modules/.cache/atelier-bench/${process.pid}`

/** The hooks as they are published: compiled, with the memo cache of the package. */
const compiler = () =>
  babel({
    babelHelpers: 'bundled',
    extensions: ['.ts', '.tsx'],
    include: ['hooks/**'],
    configFile: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    plugins: [['babel-plugin-react-compiler', { target: '18' }]],
  })

/**
 * @param {{ dist?: boolean, readable?: boolean }} [options] `dist`: measure the built package instead of the sources;
 *   `readable`: keep the names, for profiles
 * @returns {Promise<string>} the folder
 */
export async function buildSite({ dist = false, readable = false } = {}) {
  await build({
    configFile: false,
    root: `${root}bench/page`,
    base: './',
    logLevel: 'error',
    mode: 'production',
    resolve: {
      alias: [
        ...packageAliases({ dist }),
        { find: 'react-compiler-runtime', replacement: `${root}scripts/build/memo-cache.mjs` },
      ],
    },
    plugins: [noSeam(), ...(dist ? [] : [compiler()])],
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      minify: readable ? false : 'oxc',
      chunkSizeWarningLimit: 2_000,
    },
  })
  return outDir
}

const types = { '.html': 'text/html', '.js': 'text/javascript' }

/**
 * @param {string} folder
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://bench').pathname)
    const file = join(folder, path === '/' ? 'index.html' : path)
    try {
      const body = await readFile(file)
      const type = types[/** @type {keyof typeof types} */ (extname(file))] ?? 'application/octet-stream'
      response.writeHead(200, { ...isolationHeaders, 'Content-Type': type, 'Cache-Control': 'max-age=600' })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)))
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

/** Builds the page of the torture suite from the sources, as an app in development: its warnings and checks are on. */
import { build } from 'vite'
import { packageAliases, root } from '../../../scripts/lib/entries.mjs'

/** @param {{ dist?: boolean, page?: 'page' | 'tabs' }} [options] @returns {Promise<string>} the folder */
export async function buildSite({ dist = false, page = 'page' } = {}) {
  const outDir = `${root}node_modules/.cache/atelier-torture/${process.pid}-${page}`
  await build({
    configFile: false,
    root: `${root}test/torture/${page}`,
    base: './',
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: { alias: packageAliases({ dist }) },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      minify: false,
      sourcemap: false,
      chunkSizeWarningLimit: 4_000,
    },
  })
  return outDir
}

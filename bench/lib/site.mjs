/** Builds the page of the benchmarks for production. */
import { babel } from '@rollup/plugin-babel'
import { build } from 'vite'
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
 * @param {{ dist?: boolean, against?: string | undefined, readable?: boolean }} [options] `dist`: measure the built package instead of
 *   the sources; `against`: the folder of another build that takes part;
 *   `readable`: keep the names, for profiles
 * @returns {Promise<string>} the folder
 */
export async function buildSite({ dist = false, against, readable = false } = {}) {
  await build({
    configFile: false,
    root: `${root}bench/page`,
    base: './',
    logLevel: 'error',
    mode: 'production',
    resolve: {
      alias: [
        ...packageAliases({ dist }),
        ...againstAliases(against),
        { find: 'react-compiler-runtime', replacement: `${root}scripts/build/memo-cache.mjs` },
      ],
    },
    define: { HAS_AGAINST: String(against !== undefined) },
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

/** Without another build its names mean the sources, which nothing uses then. @param {string | undefined} folder */
function againstAliases(folder) {
  return [
    { find: 'atelier-against/core', replacement: folder ? `${folder}/core.js` : `${root}src/index.ts` },
    {
      find: 'atelier-against/worker',
      replacement: folder ? `${folder}/worker.js` : `${root}src/worker/index.ts`,
    },
  ]
}

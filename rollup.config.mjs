/**
 * Builds dist/: each entry as an ES module and for `require()`, with declarations for both, the hooks compiled by the React
 * Compiler.
 */
import { rmSync } from 'node:fs'
import { babel } from '@rollup/plugin-babel'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import dts from 'rollup-plugin-dts'
import esbuild from 'rollup-plugin-esbuild'
import { entries, root } from './scripts/lib/entries.mjs'
import { buildName } from './scripts/build/build-name.mjs'
import { exportedDeclarations } from './scripts/build/exported-declarations.mjs'
import { lateConstants } from './scripts/build/late-constants.mjs'
import { developmentOnly } from './scripts/build/development-only.mjs'
import { shortNames } from './scripts/build/short-names.mjs'
import { typesForRequire } from './scripts/build/types-for-require.mjs'
import { packageJson } from './scripts/lib/package-json.mjs'

const { name: ownName, dependencies, peerDependencies } = packageJson()
// Its own name too: the testing entry loads the hooks as the code under test does.
const packages = [ownName, ...Object.keys({ ...dependencies, ...peerDependencies })]
const external = (/** @type {string} */ id) =>
  packages.some((name) => id === name || id.startsWith(`${name}/`))

const clientFolders = [`${root}hooks/`, `${root}devtools/`]
const serverModule = `${root}hooks/react-server.ts`

/** Rollup strips directives from sources, so the chunks that hold client code are told apart by where it came from. */
const useClient = (/** @type {{ moduleIds: readonly string[] }} */ chunk) =>
  chunk.moduleIds.some((id) => id !== serverModule && clientFolders.some((folder) => id.startsWith(folder)))
    ? `'use client'`
    : ''

const input = (/** @type {typeof entries} */ list) =>
  Object.fromEntries(list.map((entry) => [entry.name, root + entry.source]))

/** Workers are bundled alone, or a chunk that the worker shares with the page would be an import in the worker. */
const workerEntries = entries.filter((entry) => entry.subpath === './worker')
const brokerEntries = entries.filter((entry) => entry.subpath === './broker')
const pageEntries = entries.filter(
  (entry) => !workerEntries.includes(entry) && !brokerEntries.includes(entry),
)

const memoCache = {
  name: 'memo-cache',
  resolveId: (/** @type {string} */ id) =>
    id === 'react-compiler-runtime' ? `${root}scripts/build/memo-cache.mjs` : null,
}

const plugins = [
  memoCache,
  lateConstants(),
  buildName(),
  nodeResolve({ extensions: ['.ts', '.tsx', '.js', '.mjs'] }),
  babel({
    babelHelpers: 'bundled',
    extensions: ['.ts', '.tsx'],
    include: ['hooks/**'],
    configFile: false,
    parserOpts: { plugins: ['typescript', 'jsx'] },
    // Target 18 also runs on 19: its memo cache comes from an import that memoCache answers below.
    plugins: [['babel-plugin-react-compiler', { target: '18' }]],
  }),
  // Fields are assigned, not defined: half a kilobyte less.
  esbuild({
    target: 'es2022',
    jsx: 'automatic',
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  }),
  developmentOnly(),
  shortNames(),
]

const output = (/** @type {'es' | 'cjs'} */ format, extension = format === 'es' ? 'js' : 'cjs') => ({
  dir: 'dist',
  format,
  sourcemap: true,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `chunks/[name]-[hash].${extension}`,
  hoistTransitiveImports: false,
  // Jest has no import() in what it requires.
  dynamicImportInCjs: false,
  banner: useClient,
  // Rollup would put it into one file with the recorder: who imports the components alone would load 7.6 kB at once, and not 0.5.
  manualChunks: (/** @type {string} */ id) => (id === `${root}devtools/panel/mounted.tsx` ? 'mounted' : null),
})

const outputs = [output('es'), output('cjs')]

const cleanDist = {
  name: 'clean-dist',
  buildStart: () => rmSync(`${root}dist`, { recursive: true, force: true }),
}

export default [
  { input: input(pageEntries), external, plugins: [cleanDist, ...plugins], output: outputs },
  { input: input(workerEntries), external, plugins, output: outputs },
  { input: input(brokerEntries), external, plugins, output: outputs },
  {
    // The types of an entry that answers a condition are the default's.
    input: input(entries.filter((entry) => !entry.condition)),
    external,
    plugins: [dts({ tsconfig: `${root}tsconfig.build.json` }), exportedDeclarations(), typesForRequire()],
    output: {
      dir: 'dist',
      format: 'es',
      entryFileNames: '[name].d.ts',
      chunkFileNames: 'chunks/[name]-[hash].d.ts',
      // The same goes for one that another file knows by a letter.
      minifyInternalExports: false,
    },
  },
]

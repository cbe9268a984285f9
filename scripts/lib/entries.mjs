/** The one list of the package's doors; the build, the aliases and the structure tests all read it. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * @typedef {object} Entry
 * @property {string} subpath key in the `exports` of package.json
 * @property {string} name file name in dist/, without its extension
 * @property {string} source
 * @property {boolean} [isEffect] it exports nothing, and is imported for what it does
 * @property {string} [condition] an export condition of `subpath` that this file answers, its types being the default's
 */

/** @type {readonly Entry[]} */
export const plannedEntries = [
  { subpath: '.', name: 'index', source: 'hooks/index.ts' },
  { subpath: '.', name: 'react-server', source: 'hooks/react-server.ts', condition: 'react-server' },
  { subpath: './core', name: 'core', source: 'src/index.ts' },
  { subpath: './telemetry', name: 'telemetry', source: 'src/telemetry/index.ts', isEffect: true },
  { subpath: './worker', name: 'worker', source: 'src/worker/index.ts' },
  { subpath: './broker', name: 'broker', source: 'src/shared/broker.ts', isEffect: true },
  { subpath: './devtools', name: 'devtools', source: 'devtools/index.ts' },
  { subpath: './devtools/production', name: 'devtools-production', source: 'devtools/production.ts' },
  { subpath: './in-process', name: 'in-process', source: 'in-process/index.ts' },
  { subpath: './testing', name: 'testing', source: 'testing/index.ts' },
]

/** The entries that have a source file: an export without a file must not be published. */
export const entries = plannedEntries.filter((entry) => existsSync(root + entry.source))

/**
 * What `atelier-react/...` means to Vite and Vitest: the sources, or with ATELIER_DIST=1 the build, so that a suite
 * that imports only public names can run against either.
 */
export function packageAliases({ dist = process.env.ATELIER_DIST === '1' } = {}) {
  return plannedEntries
    .filter((entry) => !entry.condition)
    .map((entry) => ({
      find: new RegExp(`^${specifierOf(entry).replaceAll('/', '\\/')}$`),
      replacement: root + (dist ? `dist/${entry.name}.js` : entry.source),
    }))
}

/** @param {Entry} entry */
export function specifierOf(entry) {
  return 'atelier-react' + entry.subpath.slice(1)
}

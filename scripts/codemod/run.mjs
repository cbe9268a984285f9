/**
 * Rewrites code from the surface of Atelier 0.1 to that of the next release: `node scripts/codemod/run.mjs [paths…]`. Without
 * paths: every source, test, story and page of this repository. What it cannot decide it leaves, and the compiler names.
 */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { root } from '../lib/entries.mjs'
import { rewrite } from './rewrite.mjs'

const folders = [
  'hooks',
  'testing',
  'test',
  'stories',
  'bench',
  'docs',
  'README.md',
  'in-process',
  'examples',
]
const isSource = (/** @type {string} */ path) => /\.(tsx?|md)$/.test(path) && !path.endsWith('.d.ts')

/** @param {string} path @returns {string[]} */
function sourcesBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isDirectory()) return isSource(path) ? [path] : []
  return readdirSync(path).flatMap((name) =>
    name === 'node_modules' || name.startsWith('.') ? [] : sourcesBelow(join(path, name)),
  )
}

const folder = new URL('transforms/', import.meta.url)
const transforms = await Promise.all(
  readdirSync(folder).map(async (name) => (await import(new URL(name, folder).href)).edits),
)
const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
const named = process.argv.slice(2)
const paths = (
  named.length > 0 ? named.map((path) => resolve(path)) : folders.map((path) => root + path)
).flatMap(sourcesBelow)
const changed = rewrite(paths, transforms, options)
for (const [path, text] of changed) {
  writeFileSync(path, text)
  console.log(relative(root, path))
}
console.log(
  `${changed.size} of ${paths.length} files rewritten. Format them, and let the compiler name the rest.`,
)

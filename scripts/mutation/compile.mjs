/** Compiles everything that tests load, the mutated files with all of their mutants, to CommonJS. */
import { readFileSync } from 'node:fs'
import { transform } from 'esbuild'
import { plannedEntries, root, specifierOf } from '../lib/entries.mjs'
import { instrument } from './instrument.mjs'
import { loadableFiles } from './targets.mjs'

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/**
 * @param {readonly Mutant[]} mutants
 * @param {ReadonlyMap<string, import('typescript').SourceFile>} sources
 * @returns {Promise<{ plain: Map<string, string>, covered: Map<string, string>, switched: Map<string, string> }>} code by path:
 *   of files without mutants, and of those with mutants in two forms
 */
export async function compileAll(mutants, sources) {
  const paths = loadableFiles().filter((path) => !sources.has(path))
  const write = (/** @type {boolean} */ isForCoverage) =>
    [...sources].map(([path, source]) => {
      const own = mutants.filter(({ file }) => file === path)
      return compile(path, instrument(source, own, isForCoverage))
    })
  return {
    plain: new Map(await Promise.all(paths.map((path) => compile(path, readFileSync(root + path, 'utf8'))))),
    covered: new Map(await Promise.all(write(true))),
    switched: new Map(await Promise.all(write(false))),
  }
}

/** @param {string} path @param {string} text @returns {Promise<readonly [path: string, code: string]>} */
async function compile(path, text) {
  const { code } = await transform(text, {
    loader: path.endsWith('x') ? 'tsx' : 'ts',
    format: 'cjs',
    target: 'node20',
    jsx: 'automatic',
    sourcefile: path,
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
  })
  return [path, code]
}

/** The package's names, as a test may import them. @returns {Map<string, string>} */
export const packageNames = () =>
  new Map(
    plannedEntries.filter(({ condition }) => !condition).map((entry) => [specifierOf(entry), entry.source]),
  )

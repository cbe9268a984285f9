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
 * @returns {Promise<Map<string, string>>} code by path
 */
export async function compileAll(mutants, sources) {
  const compiled = loadableFiles().map(async (path) => {
    const source = sources.get(path)
    const text = source
      ? instrument(
          source,
          mutants.filter(({ file }) => file === path),
        )
      : readFileSync(root + path, 'utf8')
    const { code } = await transform(text, {
      loader: path.endsWith('x') ? 'tsx' : 'ts',
      format: 'cjs',
      target: 'node20',
      jsx: 'automatic',
      sourcefile: path,
      supported: { 'dynamic-import': false },
      logLevel: 'silent',
    })
    return /** @type {const} */ ([path, code])
  })
  return new Map(await Promise.all(compiled))
}

/** The package's names, as a test may import them. @returns {Map<string, string>} */
export const packageNames = () =>
  new Map(
    plannedEntries.filter(({ condition }) => !condition).map((entry) => [specifierOf(entry), entry.source]),
  )

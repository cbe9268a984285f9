/** A step of the build: shortens the private property names, the same in every file of dist/. */
import { transform } from 'esbuild'
import { privateNames } from './private-names.mjs'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** `_a`, `_b`, ..., `_aa`: no name of the platform or of a user begins so. @param {number} index */
function shortName(index) {
  let name = ''
  for (let rest = index; rest >= 0; rest = Math.floor(rest / LETTERS.length) - 1)
    name = LETTERS.charAt(rest % LETTERS.length) + name
  return `_${name}`
}

/** @type {Record<string, string> | undefined} */
let cache

/** @returns {import('rollup').Plugin} */
export function shortNames() {
  return {
    name: 'short-names',
    async renderChunk(code, { fileName }, { format }) {
      cache ??= Object.fromEntries(privateNames().map((name, index) => [name, shortName(index)]))
      const mangleProps = new RegExp(`^(?:${Object.keys(cache).join('|')})$`)
      const result = await transform(code, {
        mangleProps,
        mangleCache: cache,
        format: format === 'cjs' ? 'cjs' : 'esm',
        target: 'es2022',
        sourcemap: true,
        sourcefile: fileName,
      })
      return { code: result.code, map: result.map }
    },
  }
}

/** A step of the build: names it by its sources, so that only copies of the very same code share what there is one of. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { filesBelow } from '../lib/source-files.mjs'

const FILE = `${root}src/lib/one-instance.ts`
const NAME = "const BUILD = 'sources'"

/** @returns {import('rollup').Plugin} */
export function buildName() {
  return {
    name: 'build-name',
    transform(code, id) {
      if (id !== FILE) return null
      if (!code.includes(NAME)) throw new Error(`${FILE} has no ${NAME}`)
      return { code: code.replace(NAME, `const BUILD = '${hashOfSources()}'`), map: null }
    },
  }
}

function hashOfSources() {
  const hash = createHash('sha256')
  for (const file of filesBelow(['src', 'hooks', 'testing', 'in-process', 'devtools']).sort())
    hash.update(readFileSync(root + file))
  return hash.digest('hex').slice(0, 12)
}

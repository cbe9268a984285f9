/** Vite plugin: `atelier-react/core?no-seam` is the core with `null` where it asks for its telemetry. */
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { root } from '../../scripts/lib/entries.mjs'

const QUERY = '?no-seam'
const SEAM = /\b(?:this\.)?(?:(?:parts|host)\.)*seam\.active\b/g

/** @returns {import('vite').Plugin} */
export function noSeam() {
  let replaced = 0
  return {
    name: 'no-seam',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source === `atelier-react/core${QUERY}`) return `${root}src/index.ts${QUERY}`
      if (!importer?.endsWith(QUERY) || !source.startsWith('.')) return null
      const file = resolve(dirname(importer), source)
      return existsSync(file) ? file + QUERY : null
    },
    transform: {
      order: 'pre',
      handler(code, id) {
        if (!id.endsWith(QUERY)) return null
        return code.replace(SEAM, () => {
          replaced++
          return 'null'
        })
      },
    },
    buildEnd(error) {
      if (!error && replaced < 5) throw new Error(`no-seam: only ${replaced} places were found; look at SEAM`)
    },
  }
}

import { readFileSync } from 'node:fs'
import { root } from './entries.mjs'

/** package.json as it is now, read from the file: an import of JSON would be cached. */
export function packageJson() {
  return JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
}

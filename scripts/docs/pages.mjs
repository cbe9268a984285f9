/** Which pages make up the documentation. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'

/**
 * The pages that users and contributors read, relative to the repository.
 * @returns {string[]}
 */
export function pages() {
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...markdownIn('docs'),
    ...markdownIn('docs/guides'),
    ...markdownIn('docs/hooks'),
    ...markdownIn('docs/concepts'),
    ...markdownIn('docs/recipes'),
    ...markdownIn('docs/coming-from'),
  ]
}

/** @param {string} page */
export function readPage(page) {
  return readFileSync(root + page, 'utf8')
}

/** @param {string} folder */
function markdownIn(folder) {
  if (!existsSync(root + folder)) return []
  return readdirSync(root + folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`)
}

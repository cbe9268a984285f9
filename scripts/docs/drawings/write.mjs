/** `npm run docs:drawings`: writes the drawings of the documentation, and the style that they have on the site. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { root } from '../../lib/entries.mjs'
import { calls } from './calls.mjs'
import { data } from './data.mjs'
import { siteStyle } from './svg.mjs'

/** What is written where: text by path, relative to the repository. */
export function drawingFiles() {
  const dashed = (/** @type {string} */ name) =>
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const files = Object.entries({ ...calls, ...data }).map(([name, draw]) => [
    `docs/images/drawings/${dashed(name)}.svg`,
    draw(),
  ])
  return Object.fromEntries([...files, ['docs/.vitepress/theme/drawings.css', siteStyle]])
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(`${root}docs/images/drawings`, { recursive: true })
  for (const [path, text] of Object.entries(drawingFiles())) writeFileSync(root + path, text)
}

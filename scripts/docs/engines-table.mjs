/** The table of what browsers lack, in docs/guides/environments.md: its text, and what it says. */
import { tableRows } from './markdown.mjs'

/** @typedef {{ readonly what: string, readonly instead: string }} Feature */

/** The browsers of the table by their names in Vitest, in the order of its columns. */
export const COLUMNS = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' }

const HEADING = 'What browsers lack'
const START = '<!-- engines: `npm run docs:engines` writes this section -->'
const END = '<!-- end of engines -->'

/** The section as it is in a page, with its marks. @param {string} page */
export function enginesSection(page) {
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start < 0 || end < start) throw new Error('The page has no section of engines.')
  return page.slice(start, end + END.length)
}

/** @param {Readonly<Record<keyof typeof COLUMNS, { name: string, features: readonly (Feature & { isMissing: boolean })[] }>>} results */
export function writeEngines(results) {
  const names = /** @type {(keyof typeof COLUMNS)[]} */ (Object.keys(COLUMNS))
  const versions = names.map((name) => results[name].name)
  const rows = results.chromium.features.map(({ what, instead }, index) => {
    const marks = names.map((name) => (results[name].features[index]?.isMissing ? 'no' : 'yes'))
    return `| ${[what, ...marks, instead].join(' | ')} |\n`
  })
  return `${START}
## ${HEADING}

The browser suites run in each of the three. A test that needs what a browser lacks is skipped there. It finds out by trying, not by the name of the browser.
Tried in ${versions.slice(0, -1).join(', ')} and ${versions.at(-1)}, on Linux.

| | ${Object.values(COLUMNS).join(' | ')} | without it |
|---|---|---|---|---|
${rows.join('')}${END}`
}

/** The features as the table has them. @param {string} page @returns {Feature[]} */
export function engineRows(page) {
  return tableRows(page, HEADING).map(([what = '', , , , instead = '']) => ({ what, instead }))
}

/** What a browser lacks, as the table has it. @param {string} page @param {string} browser */
export function engineColumn(page, browser) {
  const column = Object.keys(COLUMNS).indexOf(browser) + 1
  if (column === 0) throw new RangeError(`The table has no ${browser}.`)
  return tableRows(page, HEADING)
    .filter((row) => row[column] === 'no')
    .map(([what]) => what)
}

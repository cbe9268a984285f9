/** The table of docs/guides/environments.md that compares calls in each engine, from the results of `npm run bench`. */
import { readFileSync } from 'node:fs'
import { ratio } from '../../bench/lib/format.mjs'
import { root } from '../lib/entries.mjs'

/** Where the results of each engine are: `npm run bench -- --engine <name> --only A,B --out bench/results/<name>`. */
const FOLDERS = ['', 'firefox/', 'webkit/']

/** What a column shows. */
const COLUMNS = /** @type {const} */ ([
  ['A', 'atelier-off'],
  ['B', 'atelier-off'],
  ['B', 'atelier-default'],
  ['B', 'comlink'],
])

export function speedByEngine() {
  const rows = FOLDERS.map((folder) => {
    const { workloads } = JSON.parse(readFileSync(`${root}bench/results/${folder}results.json`, 'utf8'))
    /** @param {string} id */
    const workload = (id) => workloads.find((/** @type {{ id: string }} */ each) => each.id === id)
    const ratios = COLUMNS.map(([id, name]) => {
      const { cases } = workload(id)
      const row = cases.find((/** @type {{ id: string }} */ each) => each.id === name)
      return ratio(row.figures.call.ratio.median)
    })
    const { browser, cpu, cores } = workload('B').run
    return `| ${[browser.replace(', headless', ''), `${cpu}, ${cores} cores`, ...ratios].join(' | ')} |\n`
  })
  return (
    '| engine | machine | one call after another | 10,000 calls at once | the same, default options | the same, Comlink |\n' +
    `|---|---|--:|--:|--:|--:|\n${rows.join('')}`
  )
}

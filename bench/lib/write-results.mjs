/** Writes what was measured: JSON, the Markdown report, the plots. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from '../../scripts/lib/entries.mjs'
import { runBin } from '../../scripts/lib/run.mjs'
import { growthLines, ratioBars } from './plot.mjs'
import { report } from './table.mjs'

/** Workloads that are drawn as bars. */
const bars = [
  { id: 'A', metric: 'call' },
  { id: 'B', metric: 'call' },
  { id: 'C', metric: 'call' },
  { id: 'D', metric: 'call' },
  { id: 'start', metric: 'cold' },
]

/** The order of the report. */
const order = 'A B C D E E2 F G start seam subscribers commit flood wire gate'.split(' ')

/**
 * @param {{ out: string, keep: boolean }} where `out`: folder, relative to the repository; `keep`: the workloads that it holds
 * and that were not measured now
 * @param {import('./table.mjs').Machine} run
 * @param {readonly import('./stats.mjs').Summary[]} measured
 * @returns {Promise<string>} the report
 */
export async function writeResults({ out, keep }, run, measured) {
  const folder = resolve(root, out)
  mkdirSync(folder, { recursive: true })
  const kept = keep ? earlier(folder).filter(({ id }) => !measured.some((each) => each.id === id)) : []
  const summaries = [...kept, ...measured.map((each) => ({ ...each, run }))].sort(
    (a, b) => order.indexOf(a.id) - order.indexOf(b.id),
  )
  const plots = drawn(summaries)
  for (const [file, content] of plots) writeFileSync(join(folder, file), content)
  const json = join(folder, 'results.json')
  writeFileSync(json, JSON.stringify({ workloads: summaries }, rounded, 2))
  await runBin('@biomejs/biome/bin/biome', ['format', '--write', '--vcs-use-ignore-file=false', json], {
    capture: true,
  })
  const text = report(summaries, [...plots.keys()])
  writeFileSync(join(folder, 'results.md'), text)
  return text
}

/** @param {string} folder @returns {import('./table.mjs').Measured[]} */
function earlier(folder) {
  const file = join(folder, 'results.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).workloads : []
}

/** @param {string} _ @param {unknown} value */
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value)

/**
 * @param {readonly import('./stats.mjs').Summary[]} summaries
 * @returns {Map<string, string>} content by file name
 */
function drawn(summaries) {
  /** @type {Map<string, string>} */
  const plots = new Map()
  for (const { id, metric } of bars) {
    const summary = summaries.find((each) => each.id === id)
    const rows = (summary?.cases ?? []).flatMap(({ id: row, label, figures }) => {
      const spread = figures[metric]?.ratio
      return spread ? [{ label, isOwn: row.startsWith('atelier'), spread }] : []
    })
    if (summary && rows.length > 1)
      plots.set(`${id.toLowerCase()}.svg`, ratioBars(`${id}: ${summary.title}`, rows))
  }
  const growth = summaries.find(({ id }) => id === 'F')
  const lines = (growth?.cases ?? []).map(({ label, figures }) => ({
    label,
    points: Object.entries(figures).flatMap(([name, { value }]) => {
      const size = /^call(\d+)$/.exec(name)?.[1]
      return size && value ? [/** @type {const} */ ([Number(size), value.median])] : []
    }),
  }))
  const reaching = lines.filter(({ points }) => points.length > 0)
  if (reaching.length > 0) {
    const axes = { x: 'calls in the queue', y: 'microseconds per call' }
    plots.set('growth.svg', growthLines('F: queue growth', axes, reaching))
  }
  return plots
}

/** The report: one table over all contestants, then each workload with its figures and targets. */
import { ratio, withUnit } from './format.mjs'
import { judged } from './targets.mjs'

/** The columns of the first table. */
const columns = [
  { workload: 'A', metric: 'call', head: 'A: one after another' },
  { workload: 'B', metric: 'call', head: 'B: 10,000 at once' },
  { workload: 'C', metric: 'call', head: 'C: 1 MiB' },
  { workload: 'D', metric: 'call', head: 'D: 10 KB objects' },
  { workload: 'E', metric: 'efficiency', head: 'E: efficiency' },
  { workload: 'E2', metric: 'busy', head: 'E2: main thread blocked' },
  { workload: 'start', metric: 'cold', head: 'cold start' },
]

/** @typedef {ReturnType<typeof import('./machine.mjs').describeMachine>} Machine */
/** @typedef {import('./stats.mjs').Summary & { run: Machine }} Measured what, and where and when */

/**
 * @param {readonly Measured[]} summaries
 * @param {readonly string[]} plots file names
 */
export function report(summaries, plots) {
  const runs = new Map(summaries.map(({ run }) => [`${run.date} ${run.command}`, run]))
  return [
    '# Benchmarks',
    '',
    ...[...runs.values()].flatMap((run) => [whereAndWhen(run, summaries), '']),
    'Contestants take turns, round by round, in one cross-origin isolated page. Figures are medians over the rounds; ratios are medians of the ' +
      'ratios to raw `postMessage` in the same round, under 1 is faster than raw; in brackets are the quartiles. ' +
      'Do not read differences under 20 % in A and B, 40 % in C.',
    '',
    ...overview(summaries),
    ...plots.flatMap((file) => [`![${file.replace('.svg', '')}](${file})`, '']),
    ...summaries.flatMap(section),
  ].join('\n')
}

/** @param {Machine} run @param {readonly Measured[]} summaries */
function whereAndWhen(run, summaries) {
  const { date, command } = run
  const own = summaries.filter((each) => each.run.date === date && each.run.command === command)
  return (
    `${own.map(({ id }) => id).join(', ')}: measured ${date} with \`${command}\` at commit ${run.commit} (${run.package}): ` +
    `${run.cpu}, ${run.cores} cores, ${run.memoryGiB} GiB, ${run.browser}, Node ${run.node}; ` +
    `load before the run ${run.loadBefore}.`
  )
}

/** @param {readonly import('./stats.mjs').Summary[]} summaries */
function overview(summaries) {
  const shown = columns.filter(({ workload }) => summaries.some(({ id }) => id === workload))
  if (shown.length < 2) return []
  /** @type {Map<string, string>} */
  const labels = new Map()
  for (const { workload } of shown) {
    const summary = summaries.find(({ id }) => id === workload)
    for (const { id, label } of summary?.cases ?? []) labels.set(id, label)
  }
  const rows = [...labels].map(([id, label]) => [
    label,
    ...shown.map(({ workload, metric }) => {
      const summary = summaries.find((each) => each.id === workload)
      const figure = summary?.cases.find((each) => each.id === id)?.figures[metric]
      const unit = summary?.metrics[metric]?.unit
      if (!figure?.value || !unit) return ''
      if (!figure.ratio) return withUnit(figure.value.median, unit)
      const absolute = id === 'raw' ? ` (${withUnit(figure.value.median, unit)})` : ''
      return ratio(figure.ratio.median) + absolute
    }),
  ])
  return [...table(['contestant', ...shown.map(({ head }) => head)], rows), '']
}

/** @param {import('./stats.mjs').Summary} summary */
function section(summary) {
  const metrics = Object.entries(summary.metrics)
  const heads = metrics.flatMap(([, { label, ratioTo }]) => (ratioTo ? [label, 'ratio'] : [label]))
  const rows = summary.cases.map((each) => [
    each.label + (each.failed ? ` (${each.failed.replaceAll('|', '/')})` : ''),
    ...metrics.flatMap(([name, { unit, ratioTo }]) => {
      const figure = each.figures[name]
      const value = figure?.value ? withUnit(figure.value.median, unit) : ''
      if (!ratioTo) return [value + (figure?.value ? range(figure.value, unit) : '')]
      return [value, figure?.ratio ? ratio(figure.ratio.median) + range(figure.ratio) : '']
    }),
  ])
  return [
    `## ${summary.id}: ${summary.title}`,
    '',
    `${summary.what} ${summary.rounds} rounds.`,
    '',
    ...table(['', ...heads], rows),
    '',
    ...judged(summary).map(verdict),
    '',
  ]
}

/**
 * @param {import('./stats.mjs').Spread} spread
 * @param {import('../page/workload.ts').Unit} [unit]
 */
function range({ low, high, count }, unit) {
  if (count < 3) return ''
  const text = (/** @type {number} */ value) => (unit ? withUnit(value, unit).split(' ')[0] : ratio(value))
  return ` [${text(low)}, ${text(high)}]`
}

/** @param {ReturnType<typeof judged>[number]} target */
export function verdict({ label, metric, of, most, least, measured, isMet }) {
  const wanted = most === undefined ? `>= ${least}` : `<= ${most}`
  const text = of === 'ratio' ? ratio(measured) : String(Number(measured.toPrecision(3)))
  return `- ${isMet ? 'met' : '**not met**'}: ${label}, ${metric} ${of === 'ratio' ? 'ratio ' : ''}${text}, target ${wanted}`
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)]
}

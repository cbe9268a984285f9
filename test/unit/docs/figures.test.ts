/** Each figure of speed or size in the README and on the page of performance is the one in bench/results or in the budgets. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPage } from '../../../scripts/docs/pages.mjs'
import { tableRows } from '../../../scripts/docs/markdown.mjs'
import { root } from '../../../scripts/lib/entries.mjs'
import { budgets, lateBudgets } from '../../../scripts/sizes.mjs'

interface Figure {
  readonly value: { readonly median: number }
  readonly ratio?: { readonly median: number }
}

interface Results {
  readonly workloads: readonly {
    readonly id: string
    readonly cases: readonly {
      readonly id: string
      readonly figures: Readonly<Record<string, Figure>>
    }[]
  }[]
}

const resultsIn = (folder: string) =>
  (JSON.parse(readFileSync(`${root}bench/results/${folder}results.json`, 'utf8')) as Results).workloads
const workloads = resultsIn('')

/** A median of bench/results. */
function median(workload: string, contestant: string, figure = 'call'): number {
  const found = workloads.find(({ id }) => id === workload)?.cases.find(({ id }) => id === contestant)
    ?.figures[figure]
  if (found === undefined) throw new Error(`bench/results has no ${figure} of ${contestant} in ${workload}`)
  return found.value.median
}

/** The ratio to bare postMessage of a burst in another engine. */
function burstIn(engine: 'firefox' | 'webkit', contestant: string): number {
  const burst = resultsIn(`${engine}/`).find(({ id }) => id === 'B')
  return burst?.cases.find(({ id }) => id === contestant)?.figures['call']?.ratio?.median ?? Number.NaN
}

const overBare = (contestant: string, other: string) => median('A', contestant) - median('A', other)

/** What stands around a figure, `#` in its place, and what was measured. The unit begins with its last word. */
const MEASURED: readonly (readonly [page: string, around: string, measured: number])[] = [
  ['README.md', 'awaited before the next | # µs', median('A', 'atelier-off')],
  ['README.md', 'µs, where bare `postMessage` takes # µs |\n| one of', median('A', 'raw')],
  ['README.md', 'made at once | # µs', median('B', 'atelier-off')],
  ['README.md', 'takes # µs, because calls of one turn', median('B', 'raw')],
  ['README.md', 'short queue that blocks | # µs', median('B', 'atelier-default')],
  ['README.md', 'there and back | # µs', median('C', 'atelier-off')],
  ['README.md', "takes # µs; 41 µs with `ahead: 'always'`", median('C', 'raw')],
  ['README.md', "µs; # µs with `ahead: 'always'`", median('C', 'atelier-ahead')],
  ['docs/faq.md', 'awaited call costs # µs more than bare', overBare('atelier-off', 'raw')],
  ['docs/performance.md', 'costs # of bare `postMessage` in Firefox', burstIn('firefox', 'atelier-off')],
  ['docs/performance.md', 'in Firefox and # in WebKit, with telemetry off', burstIn('webkit', 'atelier-off')],
  ['docs/performance.md', 'Default options cost # and', burstIn('firefox', 'atelier-default')],
  ['docs/performance.md', 'cost 1.44 and #, Comlink', burstIn('webkit', 'atelier-default')],
  ['docs/performance.md', 'Comlink # and', burstIn('firefox', 'comlink')],
  ['docs/performance.md', 'Comlink 2.15 and #.\n', burstIn('webkit', 'comlink')],
  ['docs/performance.md', 'default queue costs # µs a\n', median('B', 'atelier-default')],
  ['docs/performance.md', 'holds them all costs # µs (table B)', median('B', 'atelier-off')],
  ['docs/performance.md', 'a pool of two # % busy', 100 * median('E', 'atelier-off', 'efficiency')],
  ['docs/performance.md', 'on a busy worker: # µs in place of', median('C', 'atelier-ahead')],
  ['docs/performance.md', 'µs in place of # µs per MiB', median('C', 'atelier-off')],
  ['docs/performance.md', 'without an SDK costs # µs a call', overBare('atelier-otel-api', 'atelier-off')],
  ['docs/performance.md', 'with everything on, # µs (table A)', overBare('atelier-all', 'atelier-off')],
  ['docs/performance.md', 'cold worker takes # ms bare', median('start', 'raw', 'cold')],
  ['docs/performance.md', 'and # ms with Atelier', median('start', 'atelier-off', 'cold')],
]

/** Figures of speed that the benchmarks do not measure, each with its source. */
const ELSEWHERE = [
  '200 tasks of 5 ms', // what the workload is
  'the frames of the page took 100 ms', // decision 020
]

describe('figures of speed', () => {
  it.each(MEASURED)('%s: "%s"', (page, around, measured) => {
    const [before = '', after = ''] = around
      .split('#')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const shown = new RegExp(`${before}(\\d+(?:[.,]\\d+)*)${after}`).exec(readPage(page))?.[1]
    expect(shown).toBe(rounded(measured, shown))
  })

  it('of the table of performance', () => {
    const columns = ['raw', 'atelier-off', 'atelier-all', 'comlink']
    const rows = tableRows(readPage('docs/performance.md'), 'What a call costs')
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      ['A', 'B', 'C', 'D'].map((workload, row) =>
        columns.map((contestant, column) => {
          const shown = rows[row]?.[column + 1]?.replace(' µs', '')
          return `${rounded(median(workload, contestant), shown)} µs`
        }),
      ),
    )
  })

  it.each(['README.md', 'docs/performance.md', 'docs/index.md', 'docs/get-started.md', 'docs/faq.md'])(
    'of %s are all among these',
    (page) => {
      const text = readPage(page)
      const stated = [...text.matchAll(/[\d.,]+ (?:µs|ms)\b/g)].length
      const inTable = page === 'docs/performance.md' ? 16 : 0
      const known = MEASURED.filter(([of, around]) => of === page && /# (?:µs|ms)/.test(around)).length
      const others = ELSEWHERE.filter((figure) => text.includes(figure)).length
      expect(stated).toBe(known + inTable + others)
    },
  )
})

describe('figures of size', () => {
  const limit = (name: string) => budgets.find((budget) => budget.name === name)?.initial
  const [workerSide, recorder] = lateBudgets

  it('in the first table of the README are the limits', () => {
    const sizes = tableRows(readPage('README.md'), 'What it costs').slice(0, 2)
    expect(
      sizes.map(([, cell = '']) => [...cell.matchAll(/([\d.]+) kB/g)].map(([, kB]) => Number(kB))),
    ).toEqual([
      [limit('{ AtelierProvider, useTask, useTaskCall }'), workerSide?.limit, recorder?.limit],
      [limit('atelier-react/worker')],
    ])
  })

  it('stand nowhere else, where they would grow old', () => {
    const pages = [
      'docs/performance.md',
      'docs/index.md',
      'docs/get-started.md',
      'docs/faq.md',
      'docs/guides/workers.md',
    ]
    expect(pages.filter((page) => /\d kB/.test(readPage(page)))).toEqual([])
  })
})

/** A measured value with as many decimals as the page shows. */
function rounded(value: number, shown = ''): string {
  return value.toFixed(shown.split('.')[1]?.length ?? 0)
}

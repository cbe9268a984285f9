/** The table of other libraries in the README is docs/comparison.yaml, whose cells stand on what those libraries say of themselves. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { tableRows } from '../../../scripts/docs/markdown.mjs'
import { readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

interface Cell {
  readonly is: string
  /** Of a library: the document, and its words. */
  readonly of?: string
  readonly says?: string
  /** Of Atelier: the page. */
  readonly see?: string
}
interface Comparison {
  readonly documents: Record<string, { readonly url: string; readonly file?: string }>
  readonly libraries: readonly string[]
  readonly rows: readonly Readonly<Record<string, Cell | string>>[]
}

const { documents, libraries, rows } = parse(readPage('docs/comparison.yaml')) as Comparison
const columns = ['atelier', ...libraries]
const cells = rows.flatMap((row) =>
  columns.flatMap((column) => {
    const cell = row[column]
    return typeof cell === 'object' ? [{ ...cell, what: row['what'] as string, column }] : []
  }),
)
const ofLibraries = cells.filter(({ column }) => column !== 'atelier')
const squeezed = (text: string) => text.replaceAll(/[\s\\]+/g, ' ')

it('the README has its cells', () => {
  const inReadme = tableRows(readPage('README.md'), 'Compared with other libraries')
  const wanted = rows.map((row) => [
    row['what'],
    ...columns.map((column) => (row[column] as Cell | undefined)?.is ?? '–'),
  ])
  expect(inReadme).toEqual(wanted)
})

it('its header has the versions that are installed', () => {
  const [header = ''] = /^\| \| Atelier .*$/m.exec(readPage('README.md')) ?? []
  for (const [column, name, version] of [...header.matchAll(/\[([^\]]+)\] ([\d.]+)/g)]) {
    const folder = { Comlink: 'comlink', 'threads.js': 'threads' }[name as string] ?? name
    const file = `${root}node_modules/${folder}/package.json`
    if (!existsSync(file)) continue
    const installed = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    expect(`${column} ${installed}`).toMatch(new RegExp(` ${version?.replaceAll('.', '\\.')}\\.`))
  }
})

describe('a cell of a library stands on its documentation', () => {
  it.each(ofLibraries)('$column, $what', ({ of, says = '', column }) => {
    expect(of).toMatch(new RegExp(`^${column}(?:-|$)`))
    const { url, file } = documents[of as string] ?? { url: '' }
    expect(url).toMatch(/^https:\/\//)
    expect(says.length).toBeGreaterThan(5)
    if (file) expect(squeezed(readFileSync(`${root}node_modules/${file}`, 'utf8'))).toContain(squeezed(says))
  })
})

it('a cell of Atelier has its page', () => {
  for (const { see, column } of cells.filter((each) => each.column === 'atelier'))
    expect(existsSync(`${root}${see ?? ''}`) && column).toBe('atelier')
})

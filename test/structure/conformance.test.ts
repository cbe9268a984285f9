/** What the page on the conformance of the observability names is there: files, tests, decisions. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/entries.mjs'
import { read } from '../../scripts/lib/source-files.mjs'

const page = read('docs/observability-conformance.md')
const rows = page.split('\n').filter((line) => /^\| [A-Z]\d+ \|/.test(line))
const idOf = (row: string) => row.split('|')[1]?.trim() ?? ''

it('numbers its rows without a gap', () => {
  const expected = new Map<string, number>()
  const numbers = rows.map((row) => {
    const [, letter = '', number] = /^([A-Z])(\d+)$/.exec(idOf(row)) ?? []
    expected.set(letter, (expected.get(letter) ?? 0) + 1)
    return [idOf(row), Number(number) === expected.get(letter)]
  })
  expect(numbers.filter(([, isNext]) => !isNext)).toEqual([])
  expect([...expected.keys()].join('')).toBe('OPTD')
})

it('names files that exist', () => {
  const files = [...page.matchAll(/`((?:src|hooks|test|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file)
  expect(files.filter((file) => !existsSync(root + file))).toEqual([])
  expect(files.length).toBeGreaterThan(100)
})

it('names a test for every requirement, and tests that exist', () => {
  const missing = rows
    .filter((row) => !idOf(row).startsWith('D'))
    .flatMap((row) => {
      const named = [...row.matchAll(/`(test\/[\w./-]+\.tsx?)`((?:,? “[^”]+”)*)/g)].flatMap(
        ([, file = '', names = '']) =>
          [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
      )
      if (named.length === 0) return `${idOf(row)} names no test`
      return named
        .filter(({ file, name }) => !read(file).includes(name))
        .map(({ file, name }) => `${idOf(row)}: ${file} has no “${name}”`)
    })
  expect(missing).toEqual([])
})

it('refers to decisions that it states, and states none that nothing refers to', () => {
  const stated = rows.map(idOf).filter((id) => id.startsWith('D'))
  const [requirements = '', decisions = ''] = page.split('## Contradictions')
  const referred = new Set([...requirements.matchAll(/\bD\d+\b/g)].map(([id]) => id))
  expect([...referred].filter((id) => !stated.includes(id))).toEqual([])
  expect(decisions).toContain('| D1 |')
})

/** What must hold of each source file by itself. */
import { expect, it } from 'vitest'
import { codeOf, filesBelow, read } from './source-files.ts'

const largest = 350

it(`no published source is longer than ${largest} lines`, () => {
  const long = filesBelow(['src', 'hooks', 'devtools', 'testing'])
    .map((file) => ({ file, lines: read(file).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > largest)
  expect(long).toEqual([])
})

it('nothing is put off in a comment', () => {
  const marks = new RegExp(`\\b(${['TO', 'FIX'].map((start, i) => start + ['DO', 'ME'][i]).join('|')})\\b`)
  const all = filesBelow(
    ['src', 'hooks', 'devtools', 'testing', 'test', 'stories', 'scripts', 'bench', 'docs', '.storybook'],
    /\.(tsx?|mjs|css|md|mdx)$/,
  )
  expect(all.filter((file) => marks.test(read(file)))).toEqual([])
})

it("no published source writes 'use client': the bundler strips it, the build puts it back", () => {
  const directive = /^\s*['"]use client['"]/m
  expect(
    filesBelow(['src', 'hooks', 'devtools', 'testing']).filter((file) => directive.test(read(file))),
  ).toEqual([])
})

it('each published module begins with what it is for', () => {
  const silent = filesBelow(['src', 'hooks', 'devtools', 'testing']).filter(
    (file) => !/^\s*\/[*/]/.test(read(file)),
  )
  expect(silent).toEqual([])
})

it('no published source looks for `process` itself: bundlers replace process.env.NODE_ENV alone, and browsers have no process', () => {
  const asking = filesBelow(['src', 'hooks', 'devtools', 'testing']).filter((file) =>
    /typeof ?process\b/.test(codeOf(file)),
  )
  expect(asking).toEqual([])
})

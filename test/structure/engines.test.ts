/** A browser test that is skipped says why: what it needs stands in the table of docs/guides/environments.md. */
import { expect, it } from 'vitest'
import { engineRows } from '../../scripts/docs/engines-table.mjs'
import { filesBelow, read } from '../../scripts/lib/source-files.mjs'
import { features } from '../browser/fixtures/lacks.ts'

const sources = filesBelow(['test/browser']).map((file) => ({ file, text: read(file) }))

/** What no browser has or lacks, with the reason beside the test: React 18 has no Activity; forced colours need a driver that can emulate them. */
const OTHER_REASONS = ['runIf(Activity)', "runIf(server.provider === 'playwright')"]

it('the table of what browsers lack has each feature that tests ask for', () => {
  const declared = Object.values(features).map(({ what, instead }) => ({ what, instead }))
  expect(engineRows(read('docs/guides/environments.md')), 'run npm run docs:engines').toEqual(declared)
})

it('each feature of it is asked for by a test', () => {
  const asked = new Set(
    sources.flatMap(({ text }) => [
      ...[...text.matchAll(/\blacks\('(\w+)'\)/g), ...text.matchAll(/\bneeds: '(\w+)'/g)].map(
        ([, name]) => name,
      ),
    ]),
  )
  expect(Object.keys(features).filter((name) => !asked.has(name))).toEqual([])
})

it('no browser test is skipped for another reason, or for the name of a browser', () => {
  const skips = sources.flatMap(({ file, text }) =>
    [...text.matchAll(/\b(?:skipIf|runIf)\(.{0,60}|\bskip\(|\bskip: /g)].map(([skip]) => `${file}: ${skip}`),
  )
  const unexplained = skips.filter(
    (skip) =>
      !/skipIf\(.*\bawait lacks\(/.test(skip) && !OTHER_REASONS.some((reason) => skip.includes(reason)),
  )
  expect(unexplained).toEqual([])
})

/** The document says what the table says, and every row of the table is run. */
import { expect, it } from 'vitest'
import written from '../../../docs/fault-matrix.md?raw'
import { faultDocument } from './document.ts'
import { faultIds, faults } from './fault-table.ts'

it('docs/fault-matrix.md is up to date: else run node scripts/docs/fault-matrix.mjs', () => {
  expect(written).toBe(faultDocument())
})

it('every group of faults is run by a test file', () => {
  const files = import.meta.glob<string>('./*.test.ts', { query: '?raw', import: 'default', eager: true })
  const sources = Object.values(files).join('\n')
  const groups = new Set(faultIds.map((id) => faults[id].group))
  expect([...groups].filter((group) => !sources.includes(`testGroup('${group}')`))).toEqual([])
})

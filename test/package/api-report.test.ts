/** What users can import is written down, so that each change of it shows in review. */
import { expect, it } from 'vitest'
import { apiReport } from '../../scripts/docs/api-report-text.mjs'
import { read } from '../../scripts/lib/source-files.mjs'

it('docs/api-report.md is what the build exports: `npm run build && npm run docs:api` writes it', () => {
  expect(read('docs/api-report.md')).toBe(apiReport())
})

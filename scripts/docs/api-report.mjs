/** `npm run docs:api`, after `npm run build`: writes docs/api-report.md. */
import { writeFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { apiReport } from './api-report-text.mjs'

writeFileSync(`${root}docs/api-report.md`, apiReport())

/** Writes docs/guides/environments.md from the results of `npm run example`, run without a name. */
import { readFileSync, writeFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { resultsFile } from '../examples/app.mjs'
import { environmentsPage } from './environments-page.mjs'

const results = new Map(Object.entries(JSON.parse(readFileSync(resultsFile, 'utf8'))))
writeFileSync(`${root}docs/guides/environments.md`, environmentsPage(results))

/** Writes docs/fault-matrix.md from the table that drives the tests in test/browser/faults/. */
import { writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { root } from '../lib/entries.mjs'

const { outputFiles } = await build({
  entryPoints: [`${root}test/browser/faults/document.ts`],
  bundle: true,
  format: 'esm',
  write: false,
})
const code = outputFiles[0]?.text ?? ''
const { faultDocument } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
writeFileSync(`${root}docs/fault-matrix.md`, faultDocument())

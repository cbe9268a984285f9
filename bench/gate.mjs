/**
 * `npm run bench:gate`: a regression gate that holds on noisy machines. Few rounds; what is judged are ratios to raw
 * postMessage in the same run, growth, and counts, each with a bound of at least twice its target.
 */
import { rmSync } from 'node:fs'
import { openBrowser } from './lib/browser.mjs'
import { ratio } from './lib/format.mjs'
import { checks, contestants, workloads } from './lib/gate-checks.mjs'
import { measure } from './lib/measure.mjs'
import { serve } from './lib/server.mjs'
import { buildSite } from './lib/site.mjs'

const folder = await buildSite({ dist: process.argv.includes('--dist') })
const site = await serve(folder)
const browser = await openBrowser(site)
let passed = 0
let failed = 0

/** @param {boolean} isGood @param {string} line */
function tell(isGood, line) {
  if (isGood) passed++
  else failed++
  console.log(`${isGood ? 'ok  ' : 'FAIL'}  ${line}`)
}

try {
  const options = { rounds: 5, warmups: 1, contestants, collect: true }
  const { summaries, failures } = await measure(browser, workloads, options, () => {})
  for (const failure of failures) tell(false, failure)
  for (const { name, most, read } of checks) {
    const value = read(summaries)
    if (value === undefined) tell(false, `${name}: not measured`)
    else tell(value <= most, `${name}: ${ratio(value)}, at most ${most}`)
  }
} finally {
  await browser.close()
  await site.close()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** `npm run bench`: measures Atelier beside its peers in a real Chromium and writes bench/results/. */
import { rmSync } from 'node:fs'
import { openBrowser } from './lib/browser.mjs'
import { openEngineBrowser } from './lib/engine-browser.mjs'
import { describeMachine } from './lib/machine.mjs'
import { measure } from './lib/measure.mjs'
import { help, parseOptions } from './lib/options.mjs'
import { allocations, profile } from './lib/profile.mjs'
import { serve } from './lib/server.mjs'
import { buildSite } from './lib/site.mjs'
import { writeResults } from './lib/write-results.mjs'

/** What B makes in a round. */
const BURST_CALLS = 10_000

const options = parseOptions(process.argv.slice(2))
if (options.help) {
  console.log(help)
  process.exit(0)
}

const started = performance.now()
const progress = (/** @type {string} */ line) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}`)

const folder = await buildSite({
  dist: options.dist,
  against: options.against,
  readable: options.profile !== undefined || options.allocations,
})
const site = await serve(folder)
const { engine } = options
const chromium = engine ? undefined : await openBrowser(site)
const browser = chromium ?? (await openEngineBrowser(site, engine ?? 'firefox'))
try {
  const { rounds, warmups, contestants, only, out, dist } = options
  if (chromium && options.allocations)
    await allocations(chromium, 'B', { ...options, calls: BURST_CALLS }, progress)
  else if (!chromium || options.profile === undefined) {
    const machine = describeMachine({ browser: browser.version, dist })
    const { summaries, failures } = await measure(
      browser,
      only,
      { rounds, warmups, contestants, collect: true },
      progress,
    )
    console.log(`\n${await writeResults({ out, keep: options.keep }, machine, summaries)}`)
    progress(`written to ${out}/`)
    for (const failure of failures) console.error(`failed: ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  } else await profile(chromium, options.profile, { ...options, out: 'bench/results/partial' }, progress)
} finally {
  await browser.close()
  await site.close()
  rmSync(folder, { recursive: true, force: true })
}

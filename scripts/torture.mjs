/** `npm run torture`: programs made by chance, in a real browser with real workers, against a ledger of the suite's own. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { serve } from '../bench/lib/server.mjs'
import { campaign, makeSure } from '../test/torture/driver/campaign.mjs'
import { help, parseOptions } from '../test/torture/driver/options.mjs'
import { openPages } from '../test/torture/driver/pages.mjs'
import { describe, heapLine, line, MOST_BYTES, table } from '../test/torture/driver/report.mjs'
import { runTabs } from '../test/torture/driver/tabs/campaign.mjs'
import { buildSite } from '../test/torture/driver/site.mjs'

const options = parseOptions(process.argv.slice(2))
if (options.help) {
  console.log(help)
  process.exit(0)
}

/** Programs that have failed once. */
function knownPrograms() {
  const file = new URL('../test/torture/known-programs.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).map(
    (/** @type {{ program: object }} */ { program }) => program,
  )
}

const started = performance.now()
const progress = (/** @type {string} */ text) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`)

if (options.tabs > 0) {
  const held = await runTabs({ ...options, rounds: options.tabs }, progress)
  process.exit(held ? 0 : 1)
}

const folder = await buildSite({ dist: options.dist })
const site = await serve(folder)
const pages = await openPages(site, options.engine)
try {
  if (options.replay === undefined) {
    const began = Date.now()
    const known = options.profile || options.newOnly ? [] : knownPrograms()
    const campaigns = [await campaign(pages, 0, Infinity, options, progress, known)]
    const whole = options.minutes * 60_000
    // On a slow machine, too, some of the time is left for what is new.
    const ms = Math.max(whole / 4, whole - (Date.now() - began)) / options.seeds
    for (let n = 0; n < options.seeds && !options.knownOnly; n++) {
      const done = await campaign(pages, options.seed + n, ms, options, progress)
      campaigns.push(done)
      progress(line(done))
    }
    const findings = campaigns.flatMap((each) => each.findings)
    for (const finding of findings) console.log(`\n${describe(finding)}`)
    const heap =
      options.heapCalls > 0 ? (await pages.run({ heapCalls: options.heapCalls, skip: [] })).heap : undefined
    console.log(`\n${table(campaigns, pages.version())}`)
    if (heap) console.log(`\n${heapLine(heap)}`)
    const grows = heap !== undefined && (heap.page >= MOST_BYTES || heap.all >= MOST_BYTES)
    if (grows || findings.some(({ isCertain }) => isCertain)) process.exitCode = 1
  } else {
    const { replay, skip } = options
    const order = existsSync(replay)
      ? { program: JSON.parse(readFileSync(replay, 'utf8')) }
      : { programSeed: Number(replay), profile: options.profile }
    for (let n = 0; n < options.times; n++) {
      const { program, failures } = await pages.run({ ...order, skip }, (report) =>
        progress(`${report.calls} calls in ${report.ms.toFixed(0)} ms: ${JSON.stringify(report.outcomes)}`),
      )
      for (const { law, text } of failures) console.log(`breaks "${law}": ${text}`)
      if (failures.length === 0 || !program) continue
      process.exitCode = 1
      if (!options.shrinks) continue
      console.log(describe(await makeSure(pages, program, failures, { ...options, progress })))
      break
    }
  }
} finally {
  await pages.close()
  await site.close()
  rmSync(folder, { recursive: true, force: true })
}

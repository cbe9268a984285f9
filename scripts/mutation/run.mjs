/**
 * Mutation testing: `npm run mutation` changes the core in small ways, one at a time, and checks that a unit test fails.
 *
 * `-- src/queue` takes only files with that in their path, `--tests queue` only such test files, `--sample 200` so many mutants,
 * spread evenly, `--alive` those that survived the last run and are not explained, `--untried` those that no run has tried.
 * `--thorough` runs long tests too, and all cases of properties.
 * `--report` writes docs/mutation.md from the verdicts that are kept.
 *
 * Not Stryker: its current version needs Node 22. Here every test starts with modules that have not run yet, and a mutant that
 * dies takes milliseconds.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { attack } from './attack.mjs'
import { compileAll, packageNames } from './compile.mjs'
import { measureCoverage } from './coverage.mjs'
import { Member, share } from './crew.mjs'
import { explanationOf } from './explained.mjs'
import { findMutants, oneLine } from './mutants.mjs'
import { addResults, isDead, readResults } from './results.mjs'
import { mutatedFiles, testFiles } from './targets.mjs'

/** Cases of a property, in a run that is not thorough. */
const QUICK_CASES = 40

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    processes: { type: 'string' },
    thorough: { type: 'boolean' },
    tests: { type: 'string', multiple: true, default: [''] },
    alive: { type: 'boolean' },
    untried: { type: 'boolean' },
    list: { type: 'boolean' },
    quiet: { type: 'boolean' },
    report: { type: 'boolean' },
  },
})

const { mutants, sources } = findMutants(mutatedFiles())
const results = readResults()
const isAlive = (/** @type {{ key: string }} */ { key }) => !isDead(results.get(key)?.status)
let chosen = mutants.filter(
  ({ file }) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
)
if (values.alive) chosen = chosen.filter((mutant) => isAlive(mutant) && !explanationOf(mutant))
if (values.untried) chosen = chosen.filter(({ key }) => !results.has(key))
if (values.sample) {
  const step = chosen.length / Number(values.sample)
  chosen = chosen.filter(
    (_, index) => step <= 1 || Math.floor(index / step) !== Math.floor((index - 1) / step),
  )
}

if (values.list) {
  for (const { file, line, operator, before, after } of chosen) {
    console.log(`${file}:${line} [${operator}] ${oneLine(before)} -> ${oneLine(after)}`)
  }
} else if (values.report) {
  const { writeReport } = await import('./report.mjs')
  writeReport(mutants, results)
} else {
  await run()
}

async function run() {
  const data = {
    codes: await compileAll(mutants, sources),
    aliases: packageNames(),
    mutants: mutants.length,
    cases: values.thorough ? Infinity : QUICK_CASES,
  }
  const count = Number(values.processes ?? Math.min(2, availableParallelism()))
  const crew = Array.from({ length: count }, () => new Member(data))
  const began = performance.now()
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
  const { coverings, leftOut, tests } = await measureCoverage(
    crew,
    testFiles(values.tests),
    values.thorough === true,
  )
  console.log(`${tests} tests cover ${coverings.size} of ${mutants.length} mutants (${seconds()} s)`)
  for (const line of leftOut) console.log(`left out: ${line}`)
  /** @type {Map<string, import('./results.mjs').Result>} */
  const found = new Map()
  let done = 0
  await share(crew, chosen, async (member, mutant) => {
    const last = results.get(mutant.key)
    const verdict = await attack(member, mutant, coverings.get(mutant.id) ?? [], last?.by)
    results.set(mutant.key, verdict)
    found.set(mutant.key, verdict)
    if (!isDead(verdict.status)) {
      const { file, line, operator, before, after } = mutant
      if (!values.quiet)
        console.log(`${verdict.status} ${file}:${line} [${operator}] ${oneLine(before)} -> ${oneLine(after)}`)
    }
    if (++done % 100 === 0) {
      console.log(`... ${done} of ${chosen.length} (${seconds()} s)`)
      addResults(found)
    }
  })
  addResults(found)
  await Promise.all(crew.map((member) => member.replace()))
  const dead = chosen.filter((mutant) => !isAlive(mutant)).length
  console.log(
    `${dead} of ${chosen.length} mutants died, ${((100 * dead) / chosen.length).toFixed(1)} % (${seconds()} s)`,
  )
}

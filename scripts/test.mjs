/**
 * The command behind `npm test`: every check and every suite, and their sums on the last line.
 * `npm test -- unit react` runs only these steps, and what they need.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEngine } from './engines/find.mjs'
import { howToGet, isCi, laneAction } from './engines/lanes.mjs'
import { childEnv, runBin } from './lib/run.mjs'
import { countTests, failureList, table, totals } from './lib/test-report.mjs'
import { batchesOf, selectSteps } from './lib/test-steps.mjs'

const stepLimitMs = 15 * 60_000

/** @typedef {import('./lib/test-steps.mjs').Step} Step */
/** @typedef {import('./lib/test-report.mjs').Outcome} Outcome */

/**
 * @param {Step} step
 * @param {boolean} capture whether its output is shown when it has ended, as another step runs beside it
 * @returns {Promise<Omit<Outcome, 'name' | 'status' | 'seconds'>>}
 */
async function runCommands(step, capture) {
  let failed = false
  for (const [script = '', ...args] of step.commands ?? []) {
    const { code, output } = await runBin(script, args, {
      env: childEnv(step.env),
      timeoutMs: stepLimitMs,
      capture,
    })
    if (output) console.error(output.trim())
    failed ||= code !== 0
  }
  return failed ? { passed: 0, failed: 1, skipped: 0 } : { passed: 1, failed: 0, skipped: 0 }
}

/** @param {Step} step @param {string} reportFile @param {boolean} capture */
async function runVitest(step, reportFile, capture) {
  const projects = (step.projects ?? []).flatMap((name) => ['--project', name])
  const cores = step.filesPerCore ? [`--maxWorkers=${step.filesPerCore * availableParallelism()}`] : []
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const { code, output } = await runBin(
    'vitest/vitest.mjs',
    ['run', ...(step.files ?? []), ...projects, ...cores, ...reporters],
    {
      env: childEnv(step.env),
      timeoutMs: stepLimitMs,
      capture,
    },
  )
  if (output) console.error(output.trim())
  try {
    return countTests(code, JSON.parse(readFileSync(reportFile, 'utf8')))
  } catch {
    return countTests(code || 1)
  }
}

/** The outcome of a step that does not run, or undefined if it is to run. @param {Step} step @param {readonly Outcome[]} before */
function leftOut({ name, needs, engine }, before) {
  const nothing = { name, passed: 0, failed: 0, skipped: 0, seconds: 0 }
  if (needs && before.some((outcome) => outcome.name === needs && outcome.status !== 'passed')) {
    return { ...nothing, status: /** @type {const} */ ('not run'), note: `needs ${needs}` }
  }
  if (!engine) return undefined
  const { missing } = findEngine(engine)
  const action = laneAction({ missing, isCi: isCi() })
  if (action === 'run') return undefined
  const note = howToGet(engine, missing)
  return action === 'skip'
    ? { ...nothing, status: /** @type {const} */ ('skipped'), skipped: 1, note }
    : { ...nothing, status: /** @type {const} */ ('failed'), failed: 1, note }
}

/**
 * @param {Step} step
 * @param {string} reports a folder
 * @param {boolean} capture
 * @returns {Promise<Outcome>}
 */
async function runStep(step, reports, capture) {
  const { name } = step
  console.log(`\n=== ${name}: ${step.about}`)
  const start = performance.now()
  const counts = step.projects
    ? await runVitest(step, join(reports, `${name}.json`), capture)
    : await runCommands(step, capture)
  const seconds = (performance.now() - start) / 1000
  const status = counts.failed > 0 ? 'failed' : 'passed'
  console.log(`=== ${name} ${status} in ${seconds.toFixed(1)} s`)
  return { name, status, seconds, ...counts }
}

/** @param {readonly Step[]} selected @param {string} reports a folder */
async function runAll(selected, reports) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const batch of batchesOf(selected)) {
    /** @type {Step[]} */
    const toRun = []
    for (const step of batch) {
      const without = leftOut(step, outcomes)
      if (!without) {
        toRun.push(step)
        continue
      }
      outcomes.push(without)
      console.log(`\n=== ${step.name} ${without.status}: ${without.note}`)
    }
    outcomes.push(...(await Promise.all(toRun.map((step) => runStep(step, reports, toRun.length > 1)))))
  }
  return outcomes
}

const reports = mkdtempSync(join(tmpdir(), 'atelier-test-'))
try {
  const outcomes = await runAll(selectSteps(process.argv.slice(2)), reports)
  const { ok, line } = totals(outcomes)
  for (const failure of failureList(outcomes)) console.log(`\n${failure}`)
  console.log(`\n${table(outcomes)}\n\n${line}`)
  process.exitCode = ok ? 0 : 1
} catch (error) {
  if (!(error instanceof RangeError)) throw error
  console.error(error.message)
  process.exitCode = 2
} finally {
  rmSync(reports, { recursive: true, force: true })
}

/** A process that runs tests: without a mutant to see what each covers, and with one until a test fails. */
import * as vitest from 'vitest'
import { ModuleLoader } from './module-loader.mjs'
import { shortProperties } from './short-properties.mjs'
import { setupFile } from './targets.mjs'
import { runTests } from './test-run.mjs'
import { cleanUp, letPass } from './world.mjs'

/**
 * @typedef {object} Job some tests of one file
 * @property {string} file
 * @property {readonly number[]} tests ordinals
 * @property {number} timeoutMs
 *
 * @typedef {{ file: string, ordinal: number, name: string, error?: string | undefined }} Killer
 */

/** No mutant has this number. */
const NONE = 0

process.env['NODE_ENV'] = 'test'
process.env['VITEST'] = 'true'

/** @type {{ codes: Awaited<ReturnType<typeof import('./compile.mjs').compileAll>>, aliases: Map<string, string>, mutants: number, cases: number }} */
let data
/** @type {ModuleLoader} */
let forCoverage
/** @type {ModuleLoader} */
let forAttack

/** @type {string | undefined} */
let uncaught
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    // A test that expects it listens as well.
    if (process.listenerCount(event) === 1) uncaught ??= String(error?.message ?? error)
  })
}

/** What each test of a file runs through. @param {Job} job */
async function cover({ file, timeoutMs }) {
  /** @type {Map<number, Uint8Array>} */
  const covered = new Map()
  let seen = new Uint8Array(data.mutants + 1)
  const isOn = (/** @type {number} */ id) => {
    seen[id] = 1
    return false
  }
  const saw = (/** @type {unknown} */ value, /** @type {[number, () => unknown][]} */ ...others) => {
    for (const [id, other] of others) if (seen[id] === 0 && differs(value, other)) seen[id] = 1
    return value
  }
  const begin = (/** @type {number} */ ordinal) => {
    seen = new Uint8Array(seen.length)
    covered.set(ordinal, seen)
  }
  begin(-1)
  const results = await runTests(file, {
    load: forCoverage.fresh(isOn, saw),
    setupFiles: [setupFile],
    timeoutMs,
    bail: false,
    onTest: begin,
  })
  await letPass()
  await cleanUp()
  return { results, covered, uncaught }
}

/** @param {unknown} value @param {() => unknown} other */
function differs(value, other) {
  try {
    return !Object.is(value, other())
  } catch {
    return true
  }
}

/** @param {number} mutant @param {readonly Job[]} jobs */
async function attack(mutant, jobs) {
  for (const job of jobs) {
    let tests = job.tests
    for (let by = await firstFailure(mutant, job, tests); by; by = await firstFailure(mutant, job, tests)) {
      if (await isKiller(by, mutant, job)) return { status: 'killed', by }
      // It fails by itself now and then.
      tests = tests.filter((ordinal) => ordinal !== by?.ordinal)
      if (by.ordinal < 0) break
    }
  }
  return { status: 'survived' }
}

/** Whether the test fails again with the mutant, and passes without. @param {Killer} by @param {number} mutant @param {Job} job */
async function isKiller(by, mutant, job) {
  // What escapes from a test may be of any of them, or of an earlier mutant.
  const tests = by.ordinal < 0 ? job.tests : [by.ordinal]
  if (await firstFailure(NONE, job, tests)) return false
  return (await firstFailure(mutant, job, tests)) !== undefined
}

/** @param {number} mutant @param {Job} job @param {readonly number[]} tests @returns {Promise<Killer | undefined>} */
async function firstFailure(mutant, { file, timeoutMs }, tests) {
  uncaught = undefined
  const load = forAttack.fresh((id) => id === mutant)
  const results = await runTests(file, { load, setupFiles: [setupFile], timeoutMs, only: new Set(tests) })
  await letPass()
  await cleanUp()
  for (const [ordinal, { name, passed, error }] of results) {
    if (!passed) return { file, ordinal, name, error }
  }
  return uncaught === undefined ? undefined : { file, ordinal: -1, name: 'uncaught', error: uncaught }
}

/** @param {any} request */
async function answer(request) {
  uncaught = undefined
  try {
    return await (request.cover ? cover(request.cover) : attack(request.attack, request.jobs))
  } catch (error) {
    return { status: 'died', error: String(error) }
  }
}

// The parent process is gone.
process.once('disconnect', () => process.exit())

process.once('message', (/** @type {any} */ first) => {
  data = first
  const given = new Map([
    ['vitest', vitest],
    ['fast-check', shortProperties(data.cases)],
  ])
  const { plain, covered, switched } = data.codes
  forCoverage = new ModuleLoader(new Map([...plain, ...covered]), data.aliases, given)
  forAttack = new ModuleLoader(new Map([...plain, ...switched]), data.aliases, given)
  process.on('message', async (request) => process.send?.(await answer(request)))
})

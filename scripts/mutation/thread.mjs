/** One thread that runs tests: without a mutant to see what each covers, and with one until a test fails. */
import { parentPort, workerData } from 'node:worker_threads'
import * as vitest from 'vitest'
import { ModuleLoader } from './module-loader.mjs'
import { shortProperties } from './short-properties.mjs'
import { setupFile } from './targets.mjs'
import { runTests } from './test-run.mjs'
import { cleanUp, letPass } from './world.mjs'

/**
 * @typedef {object} Job some tests of one file
 * @property {string} file
 * @property {readonly number[] | null} tests
 * @property {number} timeoutMs
 */

process.env['NODE_ENV'] = 'test'
process.env['VITEST'] = 'true'

const given = new Map([
  ['vitest', vitest],
  ['fast-check', shortProperties(workerData.cases)],
])
const loader = new ModuleLoader(workerData.codes, workerData.aliases, given)

/** @type {string | undefined} */
let uncaught
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => (uncaught ??= String(error?.message ?? error)))
}

/** What each test of a file runs through. @param {Job} job */
async function cover({ file, tests, timeoutMs }) {
  /** @type {Map<number, Uint8Array>} */
  const covered = new Map()
  let seen = new Uint8Array(workerData.mutants + 1)
  const isOn = (/** @type {number} */ id) => {
    seen[id] = 1
    return false
  }
  const begin = (/** @type {number} */ ordinal) => {
    seen = new Uint8Array(seen.length)
    covered.set(ordinal, seen)
  }
  begin(-1)
  const results = await runTests(file, {
    load: loader.fresh(isOn),
    setupFiles: [setupFile],
    timeoutMs,
    ...(tests && { only: new Set(tests) }),
    bail: false,
    onTest: begin,
  })
  await letPass()
  await cleanUp()
  return { results, covered, uncaught }
}

/** @param {number} mutant @param {readonly Job[]} jobs */
async function attack(mutant, jobs) {
  const isOn = (/** @type {number} */ id) => id === mutant
  for (const { file, tests, timeoutMs } of jobs) {
    const only = tests ? { only: new Set(tests) } : {}
    const load = loader.fresh(isOn)
    const results = await runTests(file, { load, setupFiles: [setupFile], timeoutMs, ...only })
    await letPass()
    await cleanUp()
    for (const [ordinal, { name, passed, error }] of results) {
      if (!passed) return { status: 'killed', by: { file, ordinal, name, error } }
    }
    if (uncaught !== undefined) return { status: 'killed', by: { file, ordinal: -1, name: 'uncaught', error: uncaught } }
  }
  return { status: 'survived' }
}

parentPort?.on('message', async ({ cover: job, attack: mutant, jobs }) => {
  uncaught = undefined
  try {
    parentPort?.postMessage(job ? await cover(job) : await attack(mutant, jobs))
  } catch (error) {
    parentPort?.postMessage({ status: 'died', error: String(error?.stack ?? error) })
  }
})

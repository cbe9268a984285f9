/** Which tests run through which mutants, and how long each takes; measured once, without a mutant. */
import { share } from './crew.mjs'

/**
 * @typedef {object} Covering tests of one file that run through a mutant
 * @property {string} file
 * @property {number[]} tests ordinals
 * @property {number} ms
 * @property {number} longestMs
 */

/** Properties that take longer run last, other tests in a thorough run only: what they kill, a short one mostly kills too. */
const LONG_MS = 300
/** Even a thorough run leaves these to the suite. */
const TOO_LONG_MS = 4_000
const LIMIT_MS = 120_000

/**
 * @param {readonly import('./crew.mjs').Member[]} crew
 * @param {readonly string[]} files the tests
 * @param {boolean} isThorough
 * @returns {Promise<{ coverings: Map<number, Covering[]>, leftOut: string[], tests: number }>}
 */
export async function measureCoverage(crew, files, isThorough) {
  /** @type {Map<number, Covering[]>} */
  const coverings = new Map()
  /** @type {string[]} */
  const leftOut = []
  let tests = 0
  await share(crew, files, async (member, file) => {
    const job = { file, tests: [], timeoutMs: 30_000 }
    const answer = await member.ask({ cover: job }, LIMIT_MS)
    const failures = answer.results ? [...answer.results.values()].filter(({ passed }) => !passed) : [answer]
    if (failures.length > 0 || answer.uncaught) {
      leftOut.push(`${file}: ${failures[0]?.error ?? answer.uncaught ?? answer.status}`)
      await member.replace()
      return
    }
    tests += answer.results.size
    add(coverings, file, isThorough, answer)
  })
  for (const list of coverings.values()) list.sort((a, b) => a.ms - b.ms)
  return { coverings, leftOut, tests }
}

/**
 * @param {Map<number, Covering[]>} coverings @param {string} file @param {boolean} isThorough
 * @param {{ results: Map<number, { ms: number, cpuMs: number }>, covered: Map<number, Uint8Array> }} answer
 */
function add(coverings, file, isThorough, { results, covered }) {
  /** @type {Map<number, number[]>} */
  const testsOf = new Map()
  for (const [ordinal, mutants] of covered) {
    mutants.forEach((isCovered, mutant) => {
      if (isCovered) testsOf.set(mutant, [...(testsOf.get(mutant) ?? []), ordinal])
    })
  }
  const msOf = (/** @type {number} */ ordinal) => results.get(ordinal)?.ms ?? 0
  const workOf = (/** @type {number} */ ordinal) => results.get(ordinal)?.cpuMs ?? 0
  const most = isThorough ? TOO_LONG_MS : file.includes('.property.') ? Number.POSITIVE_INFINITY : LONG_MS
  for (const [mutant, ordinals] of testsOf) {
    // What runs when the modules load concerns each test of the file.
    const chosen = (ordinals.includes(-1) ? [...results.keys()] : ordinals).filter(
      (each) => workOf(each) <= most,
    )
    const [short, long] = [
      chosen.filter((each) => workOf(each) <= LONG_MS),
      chosen.filter((each) => workOf(each) > LONG_MS),
    ]
    for (const tests of [short, long]) {
      if (tests.length === 0) continue
      const times = tests.map(msOf)
      const ms = times.reduce((sum, each) => sum + each, 0)
      const covering = { file, tests, ms, longestMs: Math.max(...times) }
      coverings.set(mutant, [...(coverings.get(mutant) ?? []), covering])
    }
  }
}

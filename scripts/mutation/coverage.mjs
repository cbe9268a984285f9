/** Which tests run through which mutants, and how long each takes; measured once, without a mutant. */
import { share } from './crew.mjs'
import { testFiles } from './targets.mjs'

/**
 * @typedef {object} Covering tests of one file that run through a mutant
 * @property {string} file
 * @property {number[] | null} tests null: all of them, as the mutant stands in what runs when modules load
 * @property {number} ms
 * @property {number} longestMs
 */

/** Tests that take longer run last: what one of them kills, a short one mostly kills too. */
const LONG_MS = 300
const LIMIT_MS = 120_000

/**
 * @param {readonly import('./crew.mjs').Member[]} crew
 * @returns {Promise<{ coverings: Map<number, Covering[]>, leftOut: string[], tests: number }>}
 */
export async function measureCoverage(crew) {
  /** @type {Map<number, Covering[]>} */
  const coverings = new Map()
  /** @type {string[]} */
  const leftOut = []
  let tests = 0
  await share(crew, testFiles(), async (member, file) => {
    const job = { file, tests: null, timeoutMs: 30_000 }
    const answer = await member.ask({ cover: job }, LIMIT_MS)
    const failures = answer.results ? [...answer.results.values()].filter(({ passed }) => !passed) : [answer]
    if (failures.length > 0 || answer.uncaught) {
      leftOut.push(`${file}: ${failures[0]?.error ?? answer.uncaught ?? answer.status}`)
      await member.replace()
      return
    }
    tests += answer.results.size
    add(coverings, file, answer)
  })
  for (const list of coverings.values()) list.sort((a, b) => a.ms - b.ms)
  return { coverings, leftOut, tests }
}

/** @param {Map<number, Covering[]>} coverings @param {string} file @param {{ results: Map<number, { ms: number }>, covered: Map<number, Uint8Array> }} answer */
function add(coverings, file, { results, covered }) {
  /** @type {Map<number, number[]>} */
  const testsOf = new Map()
  for (const [ordinal, mutants] of covered) {
    mutants.forEach((isCovered, mutant) => {
      if (isCovered) testsOf.set(mutant, [...(testsOf.get(mutant) ?? []), ordinal])
    })
  }
  for (const [mutant, ordinals] of testsOf) {
    const chosen = ordinals.includes(-1) ? [...results.keys()] : ordinals
    const isShort = (/** @type {number} */ ordinal) => (results.get(ordinal)?.ms ?? 0) <= LONG_MS
    for (const part of [chosen.filter(isShort), chosen.filter((ordinal) => !isShort(ordinal))]) {
      if (part.length === 0) continue
      const times = part.map((ordinal) => results.get(ordinal)?.ms ?? 0)
      const ms = times.reduce((sum, each) => sum + each, 0)
      coverings.set(mutant, [
        ...(coverings.get(mutant) ?? []),
        { file, tests: part, ms, longestMs: Math.max(...times) },
      ])
    }
  }
}

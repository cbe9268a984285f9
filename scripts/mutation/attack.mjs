/** Runs the tests that a mutant concerns, and says whether one of them noticed. */

/** How much slower than without a mutant a test may be, on a busy machine. */
const SLOWER = 8
const SPARE_MS = 800

/**
 * @typedef {import('./crew.mjs').Verdict} Verdict
 * @typedef {import('./coverage.mjs').Covering} Covering
 */

/**
 * @param {import('./crew.mjs').Member} member
 * @param {import('./mutants.mjs').Mutant} mutant
 * @param {readonly Covering[]} coverings
 * @param {{ file: string } | undefined} lastKiller whose tests go first
 * @returns {Promise<Verdict | { status: 'uncovered' }>}
 */
export async function attack(member, mutant, coverings, lastKiller) {
  if (coverings.length === 0) return { status: 'uncovered' }
  const ordered = [...coverings].sort((a, b) => rank(a, lastKiller) - rank(b, lastKiller))
  const jobs = ordered.map(({ file, tests, longestMs }) => ({
    file,
    tests,
    timeoutMs: SPARE_MS + SLOWER * longestMs,
  }))
  const limitMs = ordered.reduce((sum, { ms }) => sum + SLOWER * ms, 4 * SPARE_MS + 1_000 * jobs.length)
  return member.ask({ attack: mutant.id, jobs }, limitMs)
}

/** @param {Covering} covering @param {{ file: string } | undefined} lastKiller */
const rank = ({ file, ms }, lastKiller) => (file === lastKiller?.file ? -1 : ms)

/** Runs the tests that a mutant concerns, and says whether one of them noticed. */

/** How much slower than without a mutant a test may be, on a busy machine. */
const SLOWER = 8
const SPARE_MS = 800
/** A test that fails runs without the mutant, and once more with it. */
const RUNS = 3

/**
 * @typedef {import('./crew.mjs').Verdict} Verdict
 * @typedef {import('./coverage.mjs').Covering} Covering
 */

/**
 * File by file: a mutant that loops forever is known by the first one that does not end.
 * @param {import('./crew.mjs').Member} member
 * @param {import('./mutants.mjs').Mutant} mutant
 * @param {readonly Covering[]} coverings
 * @param {{ file: string } | undefined} lastKiller whose tests go first
 * @returns {Promise<Verdict | { status: 'uncovered' }>}
 */
export async function attack(member, mutant, coverings, lastKiller) {
  if (coverings.length === 0) return { status: 'uncovered' }
  const ordered = [...coverings].sort((a, b) => rank(a, lastKiller) - rank(b, lastKiller))
  for (const { file, tests, ms, longestMs } of ordered) {
    const job = { file, tests, timeoutMs: SPARE_MS + SLOWER * longestMs }
    const verdict = await member.ask({ attack: mutant.id, jobs: [job] }, RUNS * (2 * SPARE_MS + SLOWER * ms))
    if (verdict.status !== 'survived') return verdict
  }
  return { status: 'survived' }
}

/** @param {Covering} covering @param {{ file: string } | undefined} lastKiller */
const rank = ({ file, ms }, lastKiller) => (file === lastKiller?.file ? -1 : ms)

/** Runs programs until the time is up; makes sure of each failure in fresh pages, and cuts it down. */
import { shrink } from './shrink.mjs'

/** Programs of one page: what one leaves behind, the next would trip over. */
const PER_PAGE = 25
/** Times that a failing program is run again: a failure that never comes back was the machine's. */
const AGAIN = 4
const LONGEST_SHRINK_MS = 120_000
/** Enough for a call to settle in a program that has been seen to fail. */
const PATIENCE_MS = 4_000
/** The law to cut a program down for, where it breaks several: what is worst, and least likely to follow from another. */
const WORST_FIRST = [
  'page-hangs',
  'page-dies',
  'uncaught',
  'throws',
  'wrong-result',
  'wrong-stream',
  'settles',
  'next-call',
  'innocent',
]

/** @typedef {import('../program/program.ts').Program} Program */
/** @typedef {import('./pages.mjs').Failure} Failure */
/** @typedef {{ law: string, text: string, program: Program, seenAgain: number, isCertain: boolean, times: number, signature: string }} Finding */
/** @typedef {{ seed: number, programs: number, calls: number, outcomes: Record<string, number>, profiles: Record<string, number>, seconds: number, findings: Finding[] }} Campaign */

/** Laws of time: a busy machine breaks them once in a while. What breaks another one is a fault, seen once or often. */
const OF_TIME = new Set([
  'idle-worker',
  'priority',
  'order',
  'undue-timeout',
  'early-timeout',
  'innocent',
  'undue-error',
  'abort-heard',
  'long-task',
])

/**
 * @param {Awaited<ReturnType<typeof import('./pages.mjs').openPages>>} pages
 * @param {number} seed
 * @param {number} ms
 * @param {import('./options.mjs').Options} options
 * @param {(line: string) => void} progress
 * @param {readonly Program[]} [known] these programs, instead of those of the seed
 * @returns {Promise<Campaign>}
 */
export async function campaign(pages, seed, ms, options, progress, known) {
  const { profile, shrinks, keepGoing, skip } = options
  const began = Date.now()
  /** @type {Campaign} */
  const sums = { seed, programs: 0, calls: 0, outcomes: {}, profiles: {}, seconds: 0, findings: [] }
  /** @param {import('./pages.mjs').Report} report */
  const count = (report) => {
    sums.programs++
    sums.calls += report.calls
    sums.profiles[report.profile] = (sums.profiles[report.profile] ?? 0) + 1
    for (const [outcome, number] of Object.entries(report.outcomes)) {
      sums.outcomes[outcome] = (sums.outcomes[outcome] ?? 0) + number
    }
  }
  for (let first = 0; known ? first < known.length : Date.now() - began < ms; ) {
    const left = ms - (Date.now() - began)
    const order = known
      ? { programs: known.slice(first, first + PER_PAGE), skip }
      : { seed, first, count: PER_PAGE, ms: left, profile, skip }
    const result = await pages.run(order, count)
    first = known ? first + (result.next ?? PER_PAGE) : (result.next ?? first + PER_PAGE)
    if (result.failures.length === 0 || !result.program) {
      if (result.failures.length > 0) throw new Error(result.failures.map(({ text }) => text).join('\n'))
      progress(`seed ${seed}: ${sums.programs} programs, ${sums.calls} calls`)
      continue
    }
    const like = sums.findings.find((each) => each.signature === signatureOf(worstOf(result.failures)))
    if (like) {
      like.times++
      continue
    }
    if (known) progress(`known program ${first - 1} breaks a law`)
    // Those that are known are short.
    const how = { skip, shrinks: shrinks && !known, progress }
    const finding = await makeSure(pages, result.program, result.failures, how)
    sums.findings.push(finding)
    if (finding.isCertain && !keepGoing && !known) break
  }
  sums.seconds = (Date.now() - began) / 1000
  return sums
}

/**
 * @param {Awaited<ReturnType<typeof import('./pages.mjs').openPages>>} pages
 * @param {Program} program
 * @param {readonly Failure[]} failures
 * @param {{ skip: readonly string[], shrinks: boolean, progress: (line: string) => void }} how
 * @returns {Promise<Finding>}
 */
export async function makeSure(pages, program, failures, { skip, shrinks, progress }) {
  const worst = worstOf(failures)
  const { law, text } = worst
  const signature = signatureOf(worst)
  for (const each of failures)
    progress(`program ${program.seed} (${program.profile}) breaks "${each.law}": ${each.text.split('\n')[0]}`)
  /** @param {Program} candidate @param {number} times */
  const failsOnce = async (candidate, times) => {
    for (let n = 0; n < times; n++) {
      const result = await pages.run({ program: candidate, skip, law, patience: PATIENCE_MS })
      if (result.failures.some((each) => each.law === law)) return true
    }
    return false
  }
  let seenAgain = 0
  for (let n = 0; n < AGAIN; n++) if (await failsOnce(program, 1)) seenAgain++
  const isCertain = seenAgain > 0 || !OF_TIME.has(law)
  progress(`  seen again ${seenAgain} of ${AGAIN} times`)
  if (!shrinks || seenAgain === 0) return { law, text, program, seenAgain, isCertain, times: 1, signature }
  const times = seenAgain === AGAIN ? 1 : 3
  const least = await shrink(program, (candidate) => failsOnce(candidate, times), { ms: LONGEST_SHRINK_MS })
  progress(`  cut down from ${program.ops.length} to ${least.ops.length} operations`)
  const last = await pages.run({ program: least, skip, patience: PATIENCE_MS })
  const words = last.failures.find((each) => each.law === law)?.text ?? text
  return { law, text: words, program: least, seenAgain, isCertain, times: 1, signature }
}

/** @param {readonly Failure[]} failures @returns {Failure} */
function worstOf(failures) {
  const rank = (/** @type {Failure} */ { law }) => WORST_FIRST.indexOf(law) + 1 || WORST_FIRST.length + 1
  return failures.toSorted((a, b) => rank(a) - rank(b))[0] ?? { law: 'suite', text: '' }
}

/** What failures of one kind have in common: the words, without the numbers and the names. @param {Failure} failure */
function signatureOf({ law, text }) {
  return `${law}: ${text
    .split('\n')[0]
    ?.replace(/ key \w+/g, '')
    .replace(/torture-\w+-\d+/g, '')
    .replace(/\b[abc]\./g, '')
    .replace(/-?\d+(\.\d+)?/g, '#')}`
}

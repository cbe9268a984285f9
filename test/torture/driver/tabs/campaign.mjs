/** Rounds of several pages, from seeds, one after another: what broke a law, and what they came to. */
import { serve } from '../../../../bench/lib/server.mjs'
import { launchChromium } from '../../../../bench/lib/chromium-pipe.mjs'
import { rmSync } from 'node:fs'
import { buildSite } from '../site.mjs'
import { roundOf, seedOfRound } from './program.mjs'
import { runRound } from './run.mjs'

/** So many rounds have one Chromium. */
const PER_BROWSER = 25

/** @typedef {import('./run.mjs').RoundReport} RoundReport */

/** How many rounds of how many seeds; or one round, by its seed, so many times. */
/** @typedef {{ rounds: number, seed: number, seeds: number, replay: string | undefined, times: number, dist: boolean }} TabsOptions */

/** @param {TabsOptions} options @param {(line: string) => void} progress @returns {Promise<boolean>} whether all laws held */
export async function runTabs(options, progress) {
  const { rounds, seed, seeds, replay, times } = options
  const folder = await buildSite({ dist: options.dist, page: 'tabs' })
  const site = await serve(folder)
  let chromium = await launchChromium()
  const { version } = chromium
  let broken = 0
  /** @type {string[]} */
  const rows = []
  try {
    for (let at = 0; at < (replay === undefined ? seeds : 1); at++) {
      const sums = new Sums(replay ?? String(seed + at))
      for (let n = 0; n < (replay === undefined ? rounds : times); n++) {
        const ofRound = replay === undefined ? seedOfRound(seed + at, n) : Number(replay)
        const report = await runRound(chromium, site, roundOf(ofRound)).catch((error) => failed(error))
        sums.add(report)
        if (report.failures.length > 0) {
          broken++
          progress(`round ${ofRound} fails; again: npm run torture -- --tabs 1 --replay ${ofRound}`)
          for (const { law, text } of report.failures.slice(0, 5)) progress(`  breaks "${law}": ${text}`)
        }
        if (report.failures.length > 0 || n % PER_BROWSER === PER_BROWSER - 1) {
          await chromium.close()
          chromium = await launchChromium()
        }
      }
      rows.push(sums.row())
      progress(sums.line())
    }
  } finally {
    await chromium.close()
    await site.close()
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`\nChromium ${version}, Node ${process.version}\n\n${[Sums.head, ...rows].join('\n')}`)
  return broken === 0
}

/** A round that the driver could not carry out is a failure, too. @param {unknown} error @returns {RoundReport} */
function failed(error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    failures: [{ law: 'suite', text }],
    calls: 0,
    outcomes: {},
    runs: 0,
    repeats: 0,
    engines: 0,
    happened: {},
    ms: 0,
  }
}

/** What the rounds of one seed have come to. */
class Sums {
  static head =
    '| seed | rounds | pages closed, crashed, killed, stopped, frozen, left, loaded again | engines | calls | ok or threw | host-lost | hang | aborted, disposed | ran twice | broken | seconds |'
  /** @type {RoundReport[]} */
  reports = []

  /** @param {string} seed */
  constructor(seed) {
    this.seed = seed
  }

  /** @param {RoundReport} report */
  add(report) {
    this.reports.push(report)
  }

  row() {
    const { reports } = this
    const sum = (/** @type {(report: RoundReport) => number} */ of) =>
      reports.reduce((total, each) => total + of(each), 0)
    const outcome = (/** @type {string[]} */ ...names) =>
      sum(({ outcomes }) => names.reduce((total, name) => total + (outcomes[name] ?? 0), 0))
    const faults = ['close', 'crash', 'kill', 'stall', 'freeze', 'leave', 'reload'].map((name) =>
      sum(({ happened }) => happened[name] ?? 0),
    )
    const cells = [
      this.seed,
      reports.length,
      faults.join(', '),
      sum(({ engines }) => engines),
      sum(({ calls }) => calls),
      outcome('ok', 'threw'),
      outcome('host-lost'),
      outcome('hang'),
      outcome('aborted', 'AbortError', 'disposed'),
      sum(({ repeats }) => repeats),
      reports.filter(({ failures }) => failures.length > 0).length,
      Math.round(sum(({ ms }) => ms) / 1000),
    ]
    return `| ${cells.join(' | ')} |`
  }

  line() {
    return `seed ${this.seed}: ${this.row()}`
  }
}

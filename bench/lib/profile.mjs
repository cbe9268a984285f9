/** CPU profiles of a workload, of the page and of its workers, and their hottest functions. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/entries.mjs'
import { digits } from './format.mjs'
import { workerTargets } from './worker-targets.mjs'

const INTERVAL_US = 100
const SHOWN = 25

/**
 * @typedef {object} Profile
 * @property {readonly { id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[]} nodes
 * @property {readonly number[]} [samples]
 * @property {readonly number[]} [timeDeltas]
 */

/**
 * Writes and prints profiles of the measured rounds, one contestant after another.
 * @param {Awaited<ReturnType<typeof import('./browser.mjs').openBrowser>>} browser
 * @param {string} workload
 * @param {{ rounds: number, warmups: number, contestants: readonly string[], out: string }} options by default of `atelier-off`
 * @param {(line: string) => void} progress
 */
export async function profile(browser, workload, { rounds, warmups, contestants, out }, progress) {
  const folder = join(root, out)
  mkdirSync(folder, { recursive: true })
  for (const id of contestants.length > 0 ? contestants : ['atelier-off']) {
    const options = { rounds, warmups, contestants: [id], collect: false }
    const profiles = await browser.withPage((page, cdp) => profiled(page, cdp, workload, options), progress)
    for (const [name, each] of profiles) {
      const file = `profile-${workload}-${id}-${name}.cpuprofile`
      writeFileSync(join(folder, file), JSON.stringify(each))
      console.log(`\n${id}, ${name} (${out}/${file})\n${hottest(each).join('\n')}`)
    }
  }
}

/**
 * @param {import('playwright').Page} page
 * @param {import('playwright').CDPSession} cdp
 * @param {string} workload
 * @param {import('../page/workload.ts').RunOptions} options
 * @returns {Promise<Map<string, Profile>>}
 */
async function profiled(page, cdp, workload, options) {
  const workers = await workerTargets(cdp)
  const sessions = () => [{ name: 'page', send: workers.toPage }, ...workers.open()]
  /** @type {Map<string, Profile>} */
  const profiles = new Map()
  await page.exposeFunction('benchPhase', async (/** @type {'measuring' | 'measured'} */ phase) => {
    for (const { name, send } of sessions()) {
      if (phase === 'measuring') {
        await send('Profiler.enable')
        await send('Profiler.setSamplingInterval', { interval: INTERVAL_US })
        await send('Profiler.start')
      } else {
        const { profile: made } = /** @type {{ profile: Profile }} */ (await send('Profiler.stop'))
        profiles.set(name, made)
      }
    }
  })
  const { cases } = await page.evaluate(
    ([name, how]) => window.bench.run(name, how),
    /** @type {const} */ ([workload, options]),
  )
  if (cases.length === 0) throw new Error(`${workload} has no case ${options.contestants.join(', ')}`)
  const failed = cases.find((each) => each.failed)
  if (failed) throw new Error(`${failed.id}: ${failed.failed}`)
  return profiles
}

/** The functions with the most time of their own, as lines. @param {Profile} profile */
function hottest({ nodes, samples = [], timeDeltas = [] }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  /** @type {Map<string, number>} */
  const self = new Map()
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    if (!frame) continue
    const { functionName, url, lineNumber } = frame
    const place = url ? `  ${url.replace(/.*\//, '')}:${lineNumber + 1}` : ''
    const name = `${functionName || '(anonymous)'}${place}`
    self.set(name, (self.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const idle = self.get('(idle)') ?? 0
  self.delete('(idle)')
  const total = [...self.values()].reduce((sum, time) => sum + time, 0)
  const lines = [...self]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, time]) => {
      const share = ((time / total) * 100).toFixed(1).padStart(5)
      return `${share} %  ${digits(time / 1_000).padStart(6)} ms  ${name}`
    })
  return [`${digits(total / 1_000)} ms busy, ${digits(idle / 1_000)} ms idle`, ...lines]
}

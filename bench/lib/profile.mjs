/** Profiles of a workload: where the page and its workers spend their time, with a flame graph, or what the page allocates. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/entries.mjs'
import { startAllocations, stopAllocations } from './allocations.mjs'
import { flameGraph } from './flame.mjs'
import { digits } from './format.mjs'
import { attach } from './targets-of-page.mjs'

const INTERVAL_US = 100
const SHOWN = 25

/**
 * @typedef {object} Profile
 * @property {readonly { id: number, callFrame: { functionName: string, url: string, lineNumber: number }, children?: readonly number[] }[]} nodes
 * @property {readonly number[]} [samples]
 * @property {readonly number[]} [timeDeltas]
 */

/**
 * Writes and prints profiles of the measured rounds, one contestant after another.
 * @param {import('./browser.mjs').Browser} browser
 * @param {string} workload
 * @param {{ rounds: number, warmups: number, contestants: readonly string[], out: string }} options by default of `atelier-off`
 * @param {(line: string) => void} progress
 */
export async function profile(browser, workload, { rounds, warmups, contestants, out }, progress) {
  const folder = join(root, out)
  mkdirSync(folder, { recursive: true })
  for (const id of contestants.length > 0 ? contestants : ['atelier-off']) {
    const options = { rounds, warmups, contestants: [id], collect: false }
    const profiles = await profiled(browser, { workload, options }, progress)
    for (const [name, each] of profiles) {
      const file = `profile-${workload}-${id}-${name}.cpuprofile`
      writeFileSync(join(folder, file), JSON.stringify(each))
      const title = `${workload}: ${id}, ${name}`
      writeFileSync(join(folder, file.replace(/cpuprofile$/, 'svg')), flameGraph(each, title))
      console.log(`\n${id}, ${name} (${out}/${file})\n${hottest(each).join('\n')}`)
    }
  }
}

/**
 * Prints what the page allocates per call, one contestant after another.
 * @param {import('./browser.mjs').Browser} browser
 * @param {string} workload
 * @param {{ rounds: number, warmups: number, contestants: readonly string[], calls: number }} options `calls`: of one round
 * @param {(line: string) => void} progress
 */
export async function allocations(browser, workload, { rounds, warmups, contestants, calls }, progress) {
  for (const id of contestants.length > 0 ? contestants : ['atelier-off']) {
    const options = { rounds, warmups, contestants: [id], collect: false }
    /** @type {readonly string[]} */
    let lines = []
    await inProfiler(browser, { workload, options }, progress, async (phase, [page]) => {
      if (!page) throw new Error('the page is not attached to')
      if (phase === 'measuring') await startAllocations(page.send)
      else lines = await stopAllocations(page.send, rounds * calls)
    })
    console.log(`\n${id}\n${lines.join('\n')}`)
  }
}

/**
 * @param {import('./browser.mjs').Browser} browser
 * @param {import('./browser.mjs').Order} order
 * @param {(line: string) => void} progress
 * @returns {Promise<Map<string, Profile>>}
 */
async function profiled(browser, order, progress) {
  /** @type {Map<string, Profile>} */
  const profiles = new Map()
  await inProfiler(browser, order, progress, async (phase, targets) => {
    for (const { name, send } of targets) {
      if (phase === 'measuring') {
        await send('Profiler.enable')
        await send('Profiler.setSamplingInterval', { interval: INTERVAL_US })
        await send('Profiler.start')
      } else profiles.set(name, (await send('Profiler.stop')).profile)
    }
  })
  return profiles
}

/**
 * Runs the order with the DevTools protocol attached; `atPhase` hears when measuring begins and ends.
 * @param {import('./browser.mjs').Browser} browser
 * @param {import('./browser.mjs').Order} order
 * @param {(line: string) => void} progress
 * @param {(phase: import('./browser.mjs').Phase, targets: readonly import('./targets-of-page.mjs').Target[]) => Promise<void>} atPhase
 */
async function inProfiler(browser, order, progress, atPhase) {
  /** @type {Awaited<ReturnType<typeof attach>> | undefined} */
  let targets
  const { cases } = await browser.run(order, {
    progress,
    opened: async (targetId) => {
      targets = await attach(browser.chromium, targetId)
    },
    phase: (phase) => atPhase(phase, targets?.all() ?? []),
  })
  const { workload, options } = order
  if (cases.length === 0) throw new Error(`${workload} has no case ${options.contestants.join(', ')}`)
  for (const { id, failed } of cases) if (failed) throw new Error(`${id}: ${failed}`)
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

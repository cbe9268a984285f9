/** Runs a round: what happens to its pages, then all wakes, settles, and is compared with the laws. */
import { setTimeout as sleep } from 'node:timers/promises'
import { brokenLaws } from './laws.mjs'
import { Tabs, within } from './tabs.mjs'

/** All that can settle has settled by then. */
const SETTLE_MS = 25_000

/** @typedef {import('./program.mjs').Round} Round */
/** @typedef {import('./laws.mjs').Failure} Failure */
/** @typedef {{ failures: Failure[], calls: number, outcomes: Record<string, number>, runs: number, repeats: number, engines: number, happened: Record<string, number>, ms: number }} RoundReport */

/**
 * @param {import('../../../../bench/lib/chromium-pipe.mjs').Chromium} chromium
 * @param {Awaited<ReturnType<typeof import('../../../../bench/lib/server.mjs').serve>>} site
 * @param {Round} round
 * @returns {Promise<RoundReport>}
 */
export async function runRound(chromium, site, round) {
  const began = performance.now()
  const name = `tabs-${round.seed}-${began.toFixed(0)}`
  /** @type {import('./laws.mjs').Note[]} */
  const notes = []
  const note =
    (/** @type {'begins' | 'starts' | 'ends' | 'saves'} */ question) => async (/** @type {any} */ body) => {
      // One whose answer did not arrive is sent again.
      if (notes.some(({ engine, number }) => engine === body.engine && number === body.number)) return
      notes.push({ question, ...body, at: performance.now() - began })
    }
  site.on(name, { begins: note('begins'), starts: note('starts'), ends: note('ends'), saves: note('saves') })
  const { hasBroker, heartbeatMs } = round
  const tabs = new Tabs(chromium, site.url, { name, hasBroker, heartbeatMs })
  await tabs.begin()
  /** @type {Failure[]} */
  const failures = []
  try {
    for (let n = 0; n < round.pages; n++) await tabs.open()
    for (const op of round.ops) await carryOut(tabs, op)
    await tabs.wake()
    for (const page of tabs.pages.filter(({ state }) => state === 'away')) await tabs.back(page)
    if (tabs.there.length === 0) await tabs.open()
    for (const page of tabs.there) await tabs.evaluate(page, `tab.abort(0, 'hang')`)
    const reported = await settled(tabs)
    failures.push(
      ...brokenLaws(
        notes,
        reported,
        tabs.pages.some(({ wasCaught }) => wasCaught),
      ),
    )
    if (failures.length === 0)
      failures.push(
        ...(await rest(
          tabs,
          reported.some(({ report }) => report.lives > 1),
        )),
      )
    const all = reported.flatMap(({ report }) => report.calls)
    /** @type {Record<string, number>} */
    const outcomes = {}
    for (const { outcome } of all) {
      const kind = outcome.startsWith('threw') ? 'threw' : outcome
      outcomes[kind] = (outcomes[kind] ?? 0) + 1
    }
    const runs = notes.filter(({ question }) => question === 'starts')
    return {
      failures,
      calls: all.length,
      outcomes,
      runs: runs.length,
      repeats: all.filter(({ id, retry }) => retry === 0 && runs.filter((run) => run.id === id).length > 1)
        .length,
      engines: new Set(notes.map(({ engine }) => engine)).size,
      happened: tabs.happened,
      ms: performance.now() - began,
    }
  } finally {
    await tabs.end()
    site.off(name)
  }
}

/** @param {Tabs} tabs @param {import('./program.mjs').Op} op */
async function carryOut(tabs, { op, who, orders, nth = 0, ms = 0 }) {
  if (op === 'wait') return void (await sleep(ms))
  if (op === 'open') {
    if (tabs.pages.filter(({ state }) => state !== 'gone').length < 5) await tabs.open()
    return
  }
  if (op === 'back') {
    const page = tabs.pages.find(({ state }) => state === 'away')
    if (page) await tabs.back(page)
    return
  }
  const { there } = tabs
  const page = who === 'host' ? await tabs.host() : there[who % there.length]
  if (page === undefined || page.state !== 'there') return
  // One page at least is there to see what becomes of the others.
  const isLast = there.length < 2
  if (isLast && !['calls', 'abort', 'again', 'reload', 'checkpoint'].includes(op)) return
  tabs.count(op)
  switch (op) {
    case 'calls':
      return tabs.evaluate(page, `tab.calls(${JSON.stringify(orders)})`)
    case 'abort':
      return tabs.evaluate(page, `tab.abort(${nth})`)
    case 'again':
      return tabs.evaluate(page, 'tab.again()')
    case 'checkpoint':
      return tabs.evaluate(page, 'tab.checkpoint()')
    case 'reload':
      return tabs.load(page)
    case 'kill':
    case 'stall':
      return tabs[op](who === 'host' ? 0 : who)
    case 'close':
    case 'crash':
    case 'freeze':
    case 'leave':
      return tabs[op](page)
  }
}

/** What the pages say when nothing is open, or cannot become less. @param {Tabs} tabs @returns {Promise<import('./laws.mjs').Reported[]>} */
async function settled(tabs) {
  const end = Date.now() + SETTLE_MS
  for (;;) {
    /** @type {import('./laws.mjs').Reported[]} */
    const reported = []
    for (const page of tabs.there)
      reported.push({ name: page.name, report: await tabs.evaluate(page, 'tab.report()') })
    const open = reported.flatMap(({ report }) => report.calls).filter((entry) => entry.settled === 0)
    if (open.length === 0 || Date.now() > end) return reported
    await sleep(20)
  }
}

/**
 * The pages agree on one host, whose engine serves them, and runs nothing for others.
 * @param {Tabs} tabs
 * @param {boolean} wasDisposed a page may go on to host, though the task that it hosted with has ended: then nobody says that he hosts
 * @returns {Promise<Failure[]>}
 */
async function rest(tabs, wasDisposed) {
  const end = Date.now() + SETTLE_MS
  const count = tabs.there.length
  for (;;) {
    /** @type {any[]} */
    const answers = []
    for (const page of tabs.there)
      answers.push(
        await within(tabs.evaluate(page, 'tab.running()'), 10_000).catch((error) => ({
          error: String(error),
        })),
      )
    const states = []
    for (const page of tabs.there) states.push(await tabs.evaluate(page, 'tab.shared()'))
    const problem = problemOf(answers, states, count, wasDisposed)
    if (problem === '') return []
    if (Date.now() > end) return [{ law: 'rest', text: `${problem}: ${JSON.stringify({ answers, states })}` }]
    await sleep(50)
  }
}

/** @param {any[]} answers @param {any[]} states @param {number} count @param {boolean} wasDisposed @returns {string} */
function problemOf(answers, states, count, wasDisposed) {
  if (answers.some(({ error }) => error !== undefined)) return 'the next call fails'
  if (new Set(answers.map(({ engine }) => engine)).size > 1) return 'the pages call several engines'
  if (answers.some(({ ids }) => ids.length > 0)) return 'the engine runs what nobody waits for'
  const hosts = states.filter(({ role }) => role === 'host').length
  if (hosts > 1 || (hosts === 0 && !wasDisposed)) return `${hosts} pages host`
  if (states.some(({ pages }) => pages !== count)) return `the engine does not serve ${count} pages`
  return new Set(states.map(({ epoch }) => epoch)).size > 1 ? 'the pages are of several epochs' : ''
}

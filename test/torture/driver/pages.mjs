/** A fresh page for each order, in one browser. A page that says nothing for too long, or dies, fails in its last program. */
import { openBrowser } from './browsers.mjs'

/** No program is quiet for so long: its own limits are shorter. */
const LONGEST_SILENCE_MS = 90_000

/** @typedef {import('../program/program.ts').Program} Program */
/** @typedef {{ law: string, text: string }} Failure */
/** @typedef {{ program?: Program, failures: Failure[], next?: number, heap?: Heap }} Result */
/** @typedef {{ calls: number, page: number, all: number }} Heap bytes for each call */
/** @typedef {{ profile: string, calls: number, ms: number, failures: Failure[], outcomes: Record<string, number> }} Report */

/**
 * @param {Awaited<ReturnType<typeof import('../../../bench/lib/server.mjs').serve>>} site
 * @param {import('./browsers.mjs').BrowserName} [engine]
 */
export async function openPages(site, engine = 'chromium') {
  let browser = await openBrowser(engine)
  let lastPage = 0

  async function relaunch() {
    await browser.close()
    browser = await openBrowser(engine)
  }

  /**
   * @param {object} order
   * @param {(report: Report) => void} [onReport]
   * @returns {Promise<Result>}
   */
  async function run(order, onReport = () => {}) {
    const name = String(++lastPage)
    /** @type {Program | undefined} */
    let current
    /** @type {(result: Result) => void} */
    let settle = () => {}
    const over = new Promise((/** @type {(result: Result) => void} */ resolve) => (settle = resolve))
    const fail = (/** @type {string} */ law, /** @type {string} */ text) =>
      settle({ ...(current && { program: current }), failures: [{ law, text }] })
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(
        () => fail('page-hangs', `the page was silent for ${LONGEST_SILENCE_MS} ms`),
        LONGEST_SILENCE_MS,
      )
    }
    heard()
    /** @type {{ tab?: import('./browsers.mjs').Tab }} */
    const opened = {}
    let loads = 0
    let begun = 0
    site.on(name, {
      order: async () => {
        if (++loads === 1) return order
        // It was left, and the browser has not kept it: nothing of it is there to be looked at. The next page goes on.
        settle({ failures: [], next: /** @type {{ first?: number }} */ (order.first ?? 0) + begun })
        return { programs: [], skip: [] }
      },
      freeze: async (ms) => opened.tab?.freeze(Number(ms)),
      offline: async (ms) => site.cut(Number(ms)),
      begins: async (program) => {
        heard()
        begun++
        current = /** @type {Program} */ (program)
      },
      ends: async (report) => {
        heard()
        onReport(/** @type {Report} */ (report))
      },
      progress: async () => heard(),
      result: async (result) => settle(/** @type {Result} */ (result)),
      error: async (message) => fail('suite', String(message)),
    })
    const tab = await browser.open(`${site.url}?page=${name}`, fail)
    opened.tab = tab
    try {
      const result = await over
      if (result.failures.some(({ law }) => law === 'browser-dies' || law === 'page-hangs')) await relaunch()
      else await tab.close()
      return result
    } finally {
      clearTimeout(timer)
      site.off(name)
    }
  }

  return { version: () => browser.version, run, close: () => browser.close() }
}

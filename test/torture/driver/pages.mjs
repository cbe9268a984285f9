/** One Chromium, and a fresh page for each order. A page that says nothing for too long, or dies, fails in its last program. */
import { launchChromium } from '../../../bench/lib/chromium-pipe.mjs'

/** No program is quiet for so long: its own limits are shorter. */
const LONGEST_SILENCE_MS = 90_000

/** @typedef {import('../program/program.ts').Program} Program */
/** @typedef {{ law: string, text: string }} Failure */
/** @typedef {{ program?: Program, failures: Failure[], next?: number, heap?: Heap }} Result */
/** @typedef {{ calls: number, page: number, all: number }} Heap bytes for each call */
/** @typedef {{ profile: string, calls: number, ms: number, failures: Failure[], outcomes: Record<string, number> }} Report */

/** @param {Awaited<ReturnType<typeof import('../../../bench/lib/server.mjs').serve>>} site */
export async function openPages(site) {
  let chromium = await launchChromium()
  let lastPage = 0

  async function relaunch() {
    await chromium.close()
    chromium = await launchChromium()
  }

  /** The page sleeps as one in the background may, and wakes. @param {string} targetId @param {number} ms */
  async function freeze(targetId, ms) {
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true })
    await chromium.send('Page.setWebLifecycleState', { state: 'frozen' }, sessionId)
    await new Promise((done) => {
      setTimeout(done, ms)
    })
    await chromium.send('Page.setWebLifecycleState', { state: 'active' }, sessionId)
    await chromium.send('Target.detachFromTarget', { sessionId })
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
    let targetId = ''
    let loads = 0
    let begun = 0
    site.on(name, {
      order: async () => {
        if (++loads === 1) return order
        // It was left, and the browser has not kept it: nothing of it is there to be looked at. The next page goes on.
        settle({ failures: [], next: /** @type {{ first?: number }} */ (order.first ?? 0) + begun })
        return { programs: [], skip: [] }
      },
      freeze: async (ms) => freeze(targetId, Number(ms)),
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
    ;({ targetId } = await chromium.send('Target.createTarget', { url: `${site.url}?page=${name}` }))
    const stopListening = chromium.listen(({ method, params }) => {
      if (method === 'ended') fail('browser-dies', 'Chromium has ended')
      if (method === 'Target.targetCrashed' && params?.['targetId'] === targetId)
        fail('page-dies', 'the page has crashed')
    })
    await chromium.send('Target.setDiscoverTargets', { discover: true })
    try {
      const result = await over
      if (result.failures.some(({ law }) => law === 'browser-dies' || law === 'page-hangs')) await relaunch()
      else await chromium.send('Target.closeTarget', { targetId }).catch(() => {})
      return result
    } finally {
      clearTimeout(timer)
      stopListening()
      site.off(name)
    }
  }

  return { version: () => chromium.version, run, close: () => chromium.close() }
}

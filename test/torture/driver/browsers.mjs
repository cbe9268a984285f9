/** The browsers that run programs: Chromium over its own protocol, Firefox and WebKit over WebDriver. */
import { launchChromium } from '../../../bench/lib/chromium-pipe.mjs'
import { openEngine } from '../../../scripts/engines/open.mjs'

/** @typedef {'chromium' | import('../../../scripts/engines/find.mjs').EngineName} BrowserName */
/** @typedef {(law: string, text: string) => void} Fail */

/**
 * @typedef {object} Tab
 * @property {(ms: number) => Promise<void>} freeze the page sleeps as one in the background may, and wakes
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Browser
 * @property {string} version
 * @property {(url: string, fail: Fail) => Promise<Tab>} open
 * @property {() => Promise<void>} close
 */

/** @param {BrowserName} name @returns {Promise<Browser>} */
export function openBrowser(name) {
  return name === 'chromium' ? openChromium() : openOther(name)
}

/** @returns {Promise<Browser>} */
async function openChromium() {
  const chromium = await launchChromium()

  /** @param {string} targetId @param {number} ms */
  async function freeze(targetId, ms) {
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true })
    await chromium.send('Page.setWebLifecycleState', { state: 'frozen' }, sessionId)
    await new Promise((done) => {
      setTimeout(done, ms)
    })
    await chromium.send('Page.setWebLifecycleState', { state: 'active' }, sessionId)
    await chromium.send('Target.detachFromTarget', { sessionId })
  }

  return {
    version: `Chromium ${chromium.version}`,
    async open(url, fail) {
      const { targetId } = await chromium.send('Target.createTarget', { url })
      const stopListening = chromium.listen(({ method, params }) => {
        if (method === 'ended') fail('browser-dies', 'Chromium has ended')
        if (method === 'Target.targetCrashed' && params?.['targetId'] === targetId)
          fail('page-dies', 'the page has crashed')
      })
      await chromium.send('Target.setDiscoverTargets', { discover: true })
      return {
        freeze: (ms) => freeze(targetId, ms),
        close: async () => {
          stopListening()
          await chromium.send('Target.closeTarget', { targetId }).catch(() => {})
        },
      }
    },
    close: () => chromium.close(),
  }
}

/** @param {import('../../../scripts/engines/find.mjs').EngineName} engine @returns {Promise<Browser>} */
async function openOther(engine) {
  const page = await openEngine(engine)
  return {
    version: page.version,
    async open(url, fail) {
      page.goto(url).catch((error) => fail('browser-dies', String(error)))
      return {
        // Neither has a command for it.
        freeze: async () => {},
        close: async () => {
          await page.goto('about:blank').catch(() => {})
        },
      }
    },
    close: () => page.close(),
  }
}

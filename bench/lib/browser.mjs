/** One Chromium, and a fresh page of it for each workload. */
import { chromium } from 'playwright'
import { launchOptions } from '../../scripts/lib/chromium.mjs'

/** @param {string} url */
export async function openBrowser(url) {
  const browser = await chromium.launch(launchOptions())

  /**
   * Opens the page, gives it to `use`, and closes it. A page that crashes rejects.
   * @template T
   * @param {(page: import('playwright').Page, cdp: import('playwright').CDPSession) => Promise<T>} use
   * @param {(line: string) => void} [progress]
   * @returns {Promise<T>}
   */
  async function withPage(use, progress = () => {}) {
    const page = await browser.newPage()
    const crashed = new Promise((_, reject) => {
      page.on('crash', () => reject(new Error('the page has crashed')))
      page.on('pageerror', (error) => progress(`error on the page: ${error.message}`))
      page.on('console', (message) => progress(`page: ${message.text()}`))
    })
    crashed.catch(() => {})
    try {
      const cdp = await page.context().newCDPSession(page)
      await page.exposeFunction('benchProgress', progress)
      await page.exposeFunction('benchHeap', () => heapInUse(cdp))
      await page.goto(url)
      await page.waitForFunction('window.bench !== undefined')
      if (!(await page.evaluate('window.bench.isolated'))) throw new Error('the page is not isolated')
      return await Promise.race([use(page, cdp), /** @type {Promise<never>} */ (crashed)])
    } finally {
      await page.close().catch(() => {})
    }
  }

  return { version: browser.version(), withPage, close: () => browser.close() }
}

/** @param {import('playwright').CDPSession} cdp */
async function heapInUse(cdp) {
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize
}

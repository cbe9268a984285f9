/** Firefox or WebKit for the benchmarks: a fresh page of it for each order. Profiles are Chromium's alone. */
import { openEngine } from '../../scripts/engines/open.mjs'
import { settleable } from './browser.mjs'

/**
 * @param {Awaited<ReturnType<typeof import('./server.mjs').serve>>} site
 * @param {import('../../scripts/engines/find.mjs').EngineName} engine
 */
export async function openEngineBrowser(site, engine) {
  const page = await openEngine(engine)
  let lastPage = 0

  /**
   * @param {import('./browser.mjs').Order} order
   * @param {Pick<import('./browser.mjs').Handlers, 'progress'>} [handlers]
   * @returns {Promise<any>} what the page answers
   */
  async function run(order, { progress = () => {} } = {}) {
    const name = String(++lastPage)
    const over = settleable()
    site.on(name, {
      order: async () => order,
      progress: async (line) => progress(String(line)),
      phase: async () => {},
      result: async (result) => over.resolve(result),
      error: async (message) => over.reject(new Error(String(message))),
    })
    try {
      await page.goto(`${site.url}?page=${name}`)
      return await over.promise
    } finally {
      site.off(name)
    }
  }

  return { version: page.version, run, close: page.close }
}

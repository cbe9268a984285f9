/** Vitest's browser mode in Firefox and WebKit: a provider that opens a page and closes it, which is all that the suites need. */
import { defineBrowserProvider } from '@vitest/browser'
import { openEngine } from './open.mjs'

const NAME = 'webdriver'

/**
 * @param {import('./find.mjs').EngineName} engine
 * @param {{ isMeasured?: boolean }} [options] whether tests ask for `commands.engineMemory()`
 */
export function engineProvider(engine, options = {}) {
  return defineBrowserProvider({
    name: NAME,
    supportedBrowser: [engine],
    providerFactory: () => new EngineProvider(engine, options),
  })
}

/** The commands of a project in which tests measure. */
export const memoryCommands = {
  /** @param {import('vitest/node').BrowserCommandContext} context @returns {Promise<import('./page.mjs').Memory>} */
  engineMemory({ provider, sessionId }) {
    return /** @type {EngineProvider} */ (/** @type {unknown} */ (provider)).measure(sessionId)
  },
}

class EngineProvider {
  name = NAME
  // One page at a time: a second one, behind the first, would be slowed down by the browser.
  supportsParallelism = false
  initScripts = []
  /** @type {Map<string, import('./page.mjs').EnginePage>} */
  pages = new Map()

  /** @param {import('./find.mjs').EngineName} engine @param {{ isMeasured?: boolean }} options */
  constructor(engine, options) {
    this.engine = engine
    this.options = options
  }

  getCommandsContext() {
    return {}
  }

  /** @param {string} sessionId @param {string} url */
  async openPage(sessionId, url) {
    await this.pages.get(sessionId)?.close()
    const page = await openEngine(this.engine, this.options)
    this.pages.set(sessionId, page)
    await page.goto(url)
  }

  /** @param {string} sessionId */
  async measure(sessionId) {
    const page = this.pages.get(sessionId)
    if (!page) throw new Error('This session has no page.')
    return page.measure()
  }

  async close() {
    await Promise.all([...this.pages.values()].map((page) => page.close()))
    this.pages.clear()
  }
}

/** Vitest's browser mode in Firefox and WebKit: a provider that opens a page and closes it, which is all that the suites need. */
import { defineBrowserProvider } from '@vitest/browser'
import { openEngine } from './open.mjs'

const NAME = 'webdriver'

/** @param {import('./find.mjs').EngineName} engine */
export function engineProvider(engine) {
  return defineBrowserProvider({
    name: NAME,
    supportedBrowser: [engine],
    providerFactory: () => new EngineProvider(engine),
  })
}

class EngineProvider {
  name = NAME
  // One page at a time: a second one, behind the first, would be slowed down by the browser.
  supportsParallelism = false
  initScripts = []
  /** @type {Map<string, import('./page.mjs').EnginePage>} */
  pages = new Map()

  /** @param {import('./find.mjs').EngineName} engine */
  constructor(engine) {
    this.engine = engine
  }

  getCommandsContext() {
    return {}
  }

  /** @param {string} sessionId @param {string} url */
  async openPage(sessionId, url) {
    await this.pages.get(sessionId)?.close()
    const page = await openEngine(this.engine)
    this.pages.set(sessionId, page)
    await page.goto(url)
  }

  async close() {
    await Promise.all([...this.pages.values()].map((page) => page.close()))
    this.pages.clear()
  }
}

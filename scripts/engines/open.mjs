/** Opens a page in Firefox or WebKit, wherever it is installed. */
import { findEngine } from './find.mjs'
import { openFirefox } from './firefox.mjs'
import { howToGet } from './lanes.mjs'
import { openWebKit } from './webkit.mjs'

/**
 * @param {import('./find.mjs').EngineName} engine
 * @param {{ isMeasured?: boolean }} [options] whether `measure()` is asked for: the browser is started for it, and is slower
 * @returns {Promise<import('./page.mjs').EnginePage>}
 */
export async function openEngine(engine, { isMeasured = false } = {}) {
  const { paths, missing } = findEngine(engine)
  if (missing.length > 0) throw new Error(howToGet(engine, missing))
  const { browser = '', driver = '', display = '' } = paths
  return engine === 'firefox'
    ? openFirefox({ browser, isMeasured })
    : openWebKit({ browser, driver, display, isMeasured })
}

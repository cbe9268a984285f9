/** Opens a page in Firefox or WebKit, wherever it is installed. */
import { findEngine } from './find.mjs'
import { openFirefox } from './firefox.mjs'
import { howToGet } from './lanes.mjs'
import { openWebKit } from './webkit.mjs'

/** @param {import('./find.mjs').EngineName} engine @returns {Promise<import('./page.mjs').EnginePage>} */
export async function openEngine(engine) {
  const { paths, missing } = findEngine(engine)
  if (missing.length > 0) throw new Error(howToGet(engine, missing))
  const { browser = '', driver = '', display = '' } = paths
  return engine === 'firefox' ? openFirefox({ browser }) : openWebKit({ browser, driver, display })
}

/** Opens WebKitGTK's small browser on a display that nobody sees, and drives it over WebKitWebDriver. */
import { createServer } from 'node:net'
import { startChild, firstWords, until } from './child.mjs'
import { pageOver, versionOf } from './page.mjs'
import { GC_LOG, watchWebKit } from './webkit-memory.mjs'

const START_MS = 30_000

/** @type {Record<import('./page.mjs').Command, string>} */
const COMMANDS = {
  navigate: '/url',
  timeouts: '/timeouts',
  script: '/execute/async',
}

/** @param {{ driver: string, browser: string, display: string, isMeasured: boolean }} options */
export async function openWebKit({ driver, browser, display, isMeasured }) {
  // It picks a display that is free, and says which.
  const xvfb = startChild(display, ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const port = await freePort()
  /** @type {ReturnType<typeof startChild> | undefined} */
  let server
  let session = ''

  /** @param {'GET' | 'POST' | 'DELETE'} method @param {string} path @param {object} [body] */
  async function ask(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    })
    const { value } = /** @type {{ value: any }} */ (await response.json())
    if (!response.ok) throw new Error(`${value?.error}: ${value?.message}`)
    return value
  }

  const close = async () => {
    // The driver leaves the browser behind unless the session is ended.
    if (session) await ask('DELETE', session).catch(() => {})
    await server?.end()
    await xvfb.end()
  }

  try {
    const { 3: told } = xvfb.child.stdio
    const number = await Promise.race([
      firstWords(/** @type {import('node:stream').Readable} */ (told)),
      xvfb.gone.then(() => Promise.reject(new Error(`${display} has ended`))),
    ])
    server = startChild(driver, [`--port=${port}`], {
      stdio: ['ignore', 'ignore', isMeasured ? 'pipe' : 'ignore'],
      env: {
        ...process.env,
        DISPLAY: `:${number.trim()}`,
        // Off in this port of WebKit unless asked for, although the page is isolated.
        JSC_useSharedArrayBuffer: '1',
        // There may be no graphics card.
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
        ...(isMeasured ? GC_LOG : {}),
      },
    })
    await until('WebKitWebDriver does not start', START_MS, () => ask('GET', '/status'))
    const options = { binary: browser, args: ['--automation'] }
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
    /** @type {import('./page.mjs').Session} */
    const begun = await ask('POST', '/session', { capabilities })
    session = `/session/${begun.sessionId}`
    const { stderr, pid } = server.child
    return await pageOver((command, params) => ask('POST', session + COMMANDS[command], params), close, {
      version: versionOf('WebKit', begun),
      ...(stderr && pid !== undefined ? { measure: watchWebKit(stderr, pid) } : {}),
    })
  } catch (error) {
    await close()
    throw error
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => done(port))
    })
  })
}

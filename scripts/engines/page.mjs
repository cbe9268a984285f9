/** A page that is driven over WebDriver. Firefox and WebKit take the same commands over different transports. */

/** A test run, or a campaign of torture, is one script of the page. */
const LONGEST_SCRIPT_MS = 30 * 60_000
const LONGEST_LOAD_MS = 60_000

/**
 * @typedef {'navigate' | 'timeouts' | 'script'} Command
 * @typedef {(command: Command, params?: object) => Promise<unknown>} Send
 */

/**
 * What is alive after a collection: bytes of the page, and workers.
 * @typedef {{ bytes: number, workers: number }} Memory
 * @typedef {{ sessionId: string, capabilities: { browserVersion: string } }} Session
 */

/**
 * @param {Send} send
 * @param {() => Promise<void>} close ends the browser
 * @param {{ version: string, measure?: (evaluate: (expression: string) => Promise<unknown>) => Promise<Memory> }} browser
 */
export async function pageOver(send, close, { version, measure }) {
  await send('timeouts', { script: LONGEST_SCRIPT_MS, pageLoad: LONGEST_LOAD_MS })
  const page = {
    version,
    /** @param {string} url */
    async goto(url) {
      await send('navigate', { url })
    },
    /** The value of an expression, or of the promise that it is: JSON is what crosses. @param {string} expression */
    async evaluate(expression) {
      const answer = /** @type {{ json?: string, error?: string }} */ (
        await send('script', { script: wrap(expression), args: [] })
      )
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.json === undefined ? undefined : JSON.parse(answer.json)
    },
    /** @returns {Promise<Memory>} */
    measure() {
      if (!measure) throw new Error('This browser was not started to be measured.')
      return measure(page.evaluate)
    },
    close,
  }
  return page
}

/** @typedef {Awaited<ReturnType<typeof pageOver>>} EnginePage */

/**
 * What the driver says that it has opened. The user agent of WebKitGTK names a version of Safari, which the distribution chose.
 * @param {string} name
 * @param {unknown} session the answer to the command that began it
 */
export function versionOf(name, session) {
  const { capabilities } = /** @type {{ capabilities?: { browserVersion?: string } }} */ (session ?? {})
  return `${name} ${capabilities?.browserVersion ?? '(version not told)'}`
}

/** @param {string} expression */
function wrap(expression) {
  return `
    const done = arguments[arguments.length - 1];
    (async () => JSON.stringify(await (${expression})))().then(
      (json) => done(json === undefined ? {} : { json }),
      // Of an error, not every engine repeats the message in the stack.
      (error) => done({ error: [error, error && error.stack].filter(Boolean).join('\\n') }),
    );`
}

/** The command line of `npm start`. */
import { parseArgs } from 'node:util'

/**
 * @typedef {object} Options
 * @property {boolean} headless
 * @property {boolean} open
 * @property {boolean} help
 * @property {number} [port]
 * @property {string} screenshot
 * @property {number} timeoutSeconds
 */

export const usage = `Usage: npm start [-- options]

  --headless          run the demo to its end in headless Chromium and print what came of it
  --screenshot PATH   where the headless run writes its picture   (test-results/demo.png)
  --timeout SECONDS   how long the headless run may take          (180)
  --port NUMBER       the first port to try                       (6006)
  --no-open           do not open a browser
  --help              this text`

/**
 * @param {readonly string[]} args
 * @returns {Options | { error: string }}
 */
export function parseOptions(args) {
  let values
  try {
    ;({ values } = parseArgs({
      args: [...args],
      options: {
        headless: { type: 'boolean', default: false },
        screenshot: { type: 'string', default: 'test-results/demo.png' },
        timeout: { type: 'string', default: '180' },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }))
  } catch (error) {
    return { error: /** @type {Error} */ (error).message }
  }
  const timeoutSeconds = Number(values.timeout)
  if (!(timeoutSeconds > 0))
    return { error: `--timeout must be a number of seconds, not "${values.timeout}".` }
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    return { error: `--port must be a number from 1 to 65535, not "${values.port}".` }
  }
  return {
    headless: values.headless,
    open: !values['no-open'],
    help: values.help,
    screenshot: values.screenshot,
    timeoutSeconds,
    ...(port === undefined ? {} : { port }),
  }
}

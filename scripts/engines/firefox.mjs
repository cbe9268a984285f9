/**
 * Opens Firefox, without a window, and drives it over Marionette: the socket of Firefox's own WebDriver, which geckodriver
 * only translates. So no driver has to be installed beside the browser.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, until } from './child.mjs'
import { measureFirefox, SYSTEM_ACCESS } from './firefox-memory.mjs'
import { pageOver, versionOf } from './page.mjs'

const START_MS = 60_000

const PREFERENCES = {
  // A port that is free; Firefox writes it into its profile.
  'marionette.port': 0,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  // A page that waits for its workers is not to be slowed down for having waited.
  'dom.timeout.enable_budget_timer_throttling': false,
}

/** @type {Record<import('./page.mjs').Command, string>} */
const COMMANDS = {
  navigate: 'WebDriver:Navigate',
  timeouts: 'WebDriver:SetTimeouts',
  script: 'WebDriver:ExecuteAsyncScript',
}

/** @param {{ browser: string, isMeasured: boolean }} options */
export async function openFirefox({ browser, isMeasured }) {
  const profile = mkdtempSync(join(tmpdir(), 'atelier-firefox-'))
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const firefox = startChild(
    browser,
    [
      '--headless',
      '--marionette',
      ...(isMeasured ? [SYSTEM_ACCESS] : []),
      '--no-remote',
      '--profile',
      profile,
      'about:blank',
    ],
    // What it keeps beside the profile would be another run's.
    { env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' } },
  )
  const close = async () => {
    await firefox.end()
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const port = await until('Firefox does not start', START_MS, () =>
      Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8')),
    )
    const marionette = await openSocket(port)
    const begun = await marionette.send('WebDriver:NewSession', {})
    const closeBoth = async () => {
      marionette.close()
      await close()
    }
    return await pageOver(
      async (command, params) => {
        // With a sandbox that is null, a script sees the page's own globals.
        const sandbox = command === 'script' ? { sandbox: null } : {}
        const answer = await marionette.send(COMMANDS[command], { ...params, ...sandbox })
        return /** @type {{ value?: unknown } | null} */ (answer)?.value
      },
      closeBoth,
      {
        version: versionOf('Firefox', begun),
        ...(isMeasured ? { measure: () => measureFirefox(marionette.send) } : {}),
      },
    )
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Marionette's messages are JSON arrays, each with its length in bytes before it: `42:[0,1,"WebDriver:Navigate",{...}]`
 * asks, `21:[1,1,null,{...}]` answers.
 * @param {number} port
 */
async function openSocket(port) {
  const socket = connect(port, '127.0.0.1')
  await new Promise((done, fail) => {
    socket.once('connect', done)
    socket.once('error', fail)
  })
  let lastId = 0
  let rest = Buffer.alloc(0)
  /** @type {Map<number, { done: (result: unknown) => void, fail: (error: Error) => void }>} */
  const waiting = new Map()

  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const colon = rest.indexOf(':')
      const length = Number(rest.subarray(0, Math.max(colon, 0)).toString())
      if (colon < 0 || rest.length < colon + 1 + length) return
      const message = JSON.parse(rest.subarray(colon + 1, colon + 1 + length).toString())
      rest = rest.subarray(colon + 1 + length)
      // The first message is a greeting, and no array.
      if (Array.isArray(message)) answered(message[1], message[2], message[3])
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const { fail } of waiting.values()) fail(new Error('Firefox has ended'))
    waiting.clear()
  })

  /** @param {number} id @param {{ error: string, message: string } | null} error @param {unknown} result */
  function answered(id, error, result) {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error) asked?.fail(new Error(`${error.error}: ${error.message}`))
    else asked?.done(result)
  }

  return {
    /** @param {string} command @param {object} params @returns {Promise<unknown>} */
    send(command, params) {
      const id = ++lastId
      const text = JSON.stringify([0, id, command, params])
      return new Promise((done, fail) => {
        waiting.set(id, { done, fail })
        socket.write(`${Buffer.byteLength(text)}:${text}`)
      })
    },
    close: () => socket.destroy(),
  }
}

/**
 * Makes a fresh clone ready to run: dependencies by the lockfile, and a Chromium; with `--engines` also the browsers
 * beside it in which the tests run. It needs nothing but Node, asks nothing, and says in one line each what it does.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ENGINE_NAMES, findEngine } from './engines/find.mjs'
import { howToGet, packagesFor, setupAction, TITLES } from './engines/lanes.mjs'
import { findChromium } from './lib/chromium.mjs'
import { root } from './lib/entries.mjs'
import { installState, stampOf } from './lib/installed.mjs'
import { packageJson } from './lib/package-json.mjs'
import { childEnv, run, runBin } from './lib/run.mjs'

const stampFile = `${root}node_modules/.setup-stamp`
const say = (/** @type {string} */ line) => console.log(`setup: ${line}`)

/**
 * Everything that `npm start` and `npm test` need. Throws a SetupError with the next step in its message.
 * @param {{ withEngines?: boolean }} [options] `withEngines`: Firefox and WebKit too, which only the tests need
 */
export async function setup({ withEngines = false } = {}) {
  checkNode(process.versions.node, packageJson().engines.node)
  await installDependencies()
  await provideChromium()
  if (withEngines) for (const engine of ENGINE_NAMES) await provideEngine(engine)
}

/** A failure that the reader can mend; the message says how. */
export class SetupError extends Error {}

/**
 * @param {string} version
 * @param {string} range of the form `>=a.b`
 */
export function checkNode(version, range) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = range.replace('>=', '').split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  throw new SetupError(`Node ${version} is too old: ${range} is needed. See https://nodejs.org/.`)
}

async function installDependencies() {
  const lockfile = read(`${root}package-lock.json`)
  if (lockfile === undefined) throw new SetupError('package-lock.json is missing: check the clone out again.')
  const stamp = stampOf(lockfile)
  const state = installState({
    stamp,
    lockfile,
    stored: read(stampFile),
    present: read(`${root}node_modules/.package-lock.json`),
  })
  if (state === 'ready') return
  if (state === 'install') {
    say('installing the dependencies of the lockfile (half a minute or so) ...')
    const result = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
    if (result.code !== 0) throw new SetupError(`npm ci failed:\n${result.output.trim()}`)
    say(`dependencies installed in ${result.seconds.toFixed(0)} s`)
  }
  writeFileSync(stampFile, `${stamp.system}\n${stamp.lockfile}\n`)
}

async function provideChromium() {
  if (chromium()) return
  say('no Chromium found: downloading the one of Playwright (a minute or so) ...')
  const download = await runBin('playwright/cli.js', ['install', '--no-shell', 'chromium'], {
    capture: true,
    timeoutMs: 600_000,
  })
  const downloaded = download.code === 0 ? chromium() : undefined
  if (downloaded && (await starts(downloaded))) return say(`Chromium is ${downloaded}`)

  const reason = reasonIn(download.output)
  if (isRoot() && isDebian()) {
    say(`that did not work (${reason}): installing the Debian package chromium ...`)
    const apt = await aptInstall(['chromium'])
    const packaged = chromium()
    if (packaged && (await starts(packaged))) return say(`Chromium is ${packaged}`)
    throw new SetupError(`${howToGetChromium}\napt-get said: ${reasonIn(apt.output)}`)
  }
  throw new SetupError(`${howToGetChromium}\nPlaywright said: ${reason}`)
}

const howToGetChromium =
  'No Chromium that starts. Install one (Debian: `apt-get install chromium`; elsewhere Google Chrome or ' +
  '`npx playwright install --with-deps chromium`), or set CHROMIUM_PATH to its executable.'

function chromium() {
  try {
    return findChromium()
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message)
  }
}

/** A downloaded Chromium may lack system libraries; that shows only when it is started. */
async function starts(/** @type {string} */ executable) {
  // On Windows `--version` opens a window.
  if (process.platform === 'win32') return true
  return (await run(executable, ['--version'], { capture: true, timeoutMs: 30_000 })).code === 0
}

/**
 * The tests do without an engine, and say so: nothing here is an error.
 * @param {import('./engines/find.mjs').EngineName} engine
 */
async function provideEngine(engine) {
  const missing = missingOf(engine)
  const action = setupAction({ missing, isDebian: isDebian(), isRoot: isRoot() })
  if (action === 'ready') return
  if (action === 'say') return say(howToGet(engine, missing))
  say(`no ${TITLES[engine]} found: installing the Debian packages of it (a minute or so) ...`)
  const apt = await aptInstall(packagesFor(engine, missing))
  const left = missingOf(engine)
  say(
    left.length === 0
      ? `${TITLES[engine]} is installed`
      : `${howToGet(engine, left)} apt-get said: ${reasonIn(apt.output)}`,
  )
}

/** @param {import('./engines/find.mjs').EngineName} engine */
function missingOf(engine) {
  try {
    return findEngine(engine).missing
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message)
  }
}

function isRoot() {
  return process.getuid?.() === 0
}

function isDebian() {
  return existsSync('/etc/debian_version')
}

async function aptInstall(/** @type {readonly string[]} */ packages) {
  const options = { capture: true, timeoutMs: 900_000, env: childEnv({ DEBIAN_FRONTEND: 'noninteractive' }) }
  const update = await run('apt-get', ['update'], options)
  if (update.code !== 0) return update
  return run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options)
}

/** The npm that started this script, if one did. */
function npm(/** @type {string[]} */ args) {
  const cli = process.env.npm_execpath
  const options = { capture: true, timeoutMs: 900_000 }
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args], options) : run('npm', args, options)
}

/** The first error in what a tool printed, else its last line. */
function reasonIn(/** @type {string} */ output) {
  const lines = output.trim().split('\n')
  return (lines.find((line) => /^(E|Error): /.test(line)) ?? lines.at(-1))?.trim() || 'no output'
}

function read(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Sets up for a command-line script: false, after the reason was printed, when the script should end.
 * @returns {Promise<boolean>}
 */
export async function setupOrExplain({ withEngines = false } = {}) {
  try {
    await setup({ withEngines })
    return true
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`setup: ${error.message}`)
    process.exitCode = 1
    return false
  }
}

const started = process.argv[1]
if (started && realpathSync(started) === fileURLToPath(import.meta.url)) {
  await setupOrExplain({ withEngines: process.argv.includes('--engines') })
}

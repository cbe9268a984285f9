/** Where Chromium is: asked by the tests, the demo and the set-up, and answered in one place. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const namesOnPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Fixed places worth a look, likeliest first.
 * @param {NodeJS.Platform} platform
 * @param {Record<string, string | undefined>} env
 * @returns {string[]}
 */
export function usualLocations(platform, env) {
  if (platform === 'darwin') {
    const apps = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome']
    return ['/Applications', join(homedir(), 'Applications')].flatMap((dir) =>
      apps.map((app) => `${dir}/${app}`),
    )
  }
  if (platform === 'win32') {
    const dirs = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (dir) => dir !== undefined,
    )
    return ['Chromium', 'Google\\Chrome'].flatMap((name) =>
      dirs.map((dir) => `${dir}\\${name}\\Application\\chrome.exe`),
    )
  }
  return namesOnPath.map((name) => `/usr/bin/${name}`)
}

/**
 * @param {string} path
 * @param {(file: string) => boolean} exists
 */
function onPath(path, exists) {
  for (const dir of path.split(delimiter).filter(Boolean)) {
    for (const name of namesOnPath) if (exists(join(dir, name))) return join(dir, name)
  }
  return undefined
}

/**
 * Ubuntu without snap has a chromium-browser that only prints what to install.
 * @param {string} file
 */
function isBrowser(file) {
  if (!existsSync(file)) return false
  if (!file.startsWith('/usr/bin/chromium') || statSync(file).size > 10_000) return true
  return !readFileSync(file, 'utf8').includes('/snap/bin/chromium') || existsSync('/snap/bin/chromium')
}

/** Playwright's own download, if Playwright is installed and has one. */
function playwrightChromium() {
  try {
    return createRequire(import.meta.url)('playwright-core').chromium.executablePath()
  } catch {
    return undefined
  }
}

/**
 * The path of a Chromium that exists, or undefined. A CHROMIUM_PATH that points nowhere is an error and not a hint:
 * to test in another browser than the one that was named would be worse than to stop.
 * @param {{ platform?: NodeJS.Platform, env?: Record<string, string | undefined>, exists?: (file: string) => boolean,
 *   playwright?: () => string | undefined }} [system]
 * @returns {string | undefined}
 */
export function findChromium(system = {}) {
  const {
    platform = process.platform,
    env = process.env,
    exists = isBrowser,
    playwright = playwrightChromium,
  } = system
  const named = env['CHROMIUM_PATH']
  if (named) {
    if (!exists(named)) throw new Error(`CHROMIUM_PATH is ${named}, but there is no such file.`)
    return named
  }
  const usual = usualLocations(platform, env).find((file) => exists(file))
  if (usual) return usual
  const found = platform === 'linux' ? onPath(env['PATH'] ?? '', exists) : undefined
  if (found) return found
  const own = playwright()
  return own && exists(own) ? own : undefined
}

/** Quiet, GPU-less, with eager memory measurement and a callable garbage collector. */
export const launchArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-blink-features=ForceEagerMeasureMemory',
  '--js-flags=--expose-gc',
]

/** What `playwright.chromium.launch` and Vitest's provider are given. */
export function launchOptions() {
  const executablePath = findChromium()
  return { ...(executablePath ? { executablePath } : {}), args: launchArgs }
}

/** Cross-origin isolation: a clock of 5 instead of 100 microseconds, SharedArrayBuffer, memory measurement. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Where Firefox and WebKit are, beside Chromium: asked by the tests and the set-up, and answered in one place. */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @typedef {'firefox' | 'webkit'} EngineName */
/** @typedef {{ platform?: NodeJS.Platform, env?: Record<string, string | undefined>, exists?: (file: string) => boolean,
 *   folders?: (parent: string) => readonly string[] }} System */

/**
 * An engine is the sum of its parts. `places` are paths to try in order, in which `*` stands for one folder; `env` names
 * another place; `aptPackage` is what brings it.
 * @typedef {{ env?: string, names: readonly string[], places?: readonly string[], aptPackage: string }} Part
 */

/** @satisfies {Record<EngineName, Record<string, Part>>} */
export const ENGINES = {
  firefox: {
    browser: {
      env: 'FIREFOX_PATH',
      // Debian's first: Ubuntu's `firefox` may be the script that installs a snap.
      names: ['firefox-esr', 'firefox'],
      places: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
      aptPackage: 'firefox-esr',
    },
  },
  webkit: {
    driver: { env: 'WEBKIT_DRIVER_PATH', names: ['WebKitWebDriver'], aptPackage: 'webkit2gtk-driver' },
    browser: {
      names: ['MiniBrowser'],
      places: ['/usr/lib/*/webkit2gtk-4.1/MiniBrowser', '/usr/libexec/webkit2gtk-4.1/MiniBrowser'],
      aptPackage: 'webkit2gtk-driver',
    },
    // It has no mode without a window.
    display: { names: ['Xvfb'], aptPackage: 'xvfb' },
  },
}

/** @type {readonly EngineName[]} */
export const ENGINE_NAMES = ['firefox', 'webkit']

/**
 * The paths of an engine's parts, and the names of those that are not there.
 * @param {EngineName} engine
 * @param {System} [system]
 */
export function findEngine(engine, system = {}) {
  /** @type {Record<string, string>} */
  const paths = {}
  /** @type {string[]} */
  const missing = []
  for (const [name, part] of Object.entries(ENGINES[engine])) {
    const path = findPart(part, system)
    if (path === undefined) missing.push(name)
    else paths[name] = path
  }
  return { paths, missing }
}

/**
 * @param {Part} part
 * @param {System} system
 */
function findPart(part, system) {
  const { env = process.env, exists = existsSync, platform = process.platform } = system
  const named = part.env && env[part.env]
  if (named) {
    // As with CHROMIUM_PATH: to test in another browser than the one that was named would be worse than to stop.
    if (!exists(named)) throw new Error(`${part.env} is ${named}, but there is no such file.`)
    return named
  }
  const folders = platform === 'win32' ? [] : ['/usr/bin', ...(env['PATH'] ?? '').split(delimiter)]
  const onPath = part.names.flatMap((name) => folders.filter(Boolean).map((folder) => join(folder, name)))
  return [...onPath, ...(part.places ?? []).flatMap((place) => expand(place, system))].find((file) =>
    exists(file),
  )
}

/**
 * @param {string} place
 * @param {System} system
 */
function expand(place, { folders = foldersIn }) {
  const [before = '', after] = place.split('*')
  return after === undefined ? [place] : folders(before).map((folder) => `${before}${folder}${after}`)
}

/** @param {string} parent */
function foldersIn(parent) {
  return existsSync(parent) ? readdirSync(parent) : []
}

/** What to do about an engine that is not there: install it, or say what is missing and leave its lane out, or fail. */
import { ENGINES } from './find.mjs'

/** @typedef {import('./find.mjs').EngineName} EngineName */

/** @type {Record<EngineName, string>} */
export const TITLES = { firefox: 'Firefox', webkit: 'WebKit' }

/**
 * The packages of apt that bring what is missing.
 * @param {EngineName} engine
 * @param {readonly string[]} missing names of parts
 */
export function packagesFor(engine, missing) {
  const parts = /** @type {Record<string, import('./find.mjs').Part>} */ (ENGINES[engine])
  return [...new Set(missing.flatMap((name) => parts[name]?.aptPackage ?? []))]
}

/** One line. @param {EngineName} engine @param {readonly string[]} missing names of parts */
export function howToGet(engine, missing) {
  const packages = packagesFor(engine, missing).join(' ')
  const elsewhere = engine === 'firefox' ? ', or set FIREFOX_PATH to its executable' : ''
  return `no ${TITLES[engine]} to test in: Debian has it by \`apt-get install ${packages}\`${elsewhere}.`
}

/**
 * What the set-up does. Only where this process may install packages does it do so; it never asks for rights.
 * @param {{ missing: readonly string[], isDebian: boolean, isRoot: boolean }} state
 * @returns {'ready' | 'install' | 'say'}
 */
export function setupAction({ missing, isDebian, isRoot }) {
  if (missing.length === 0) return 'ready'
  return isDebian && isRoot ? 'install' : 'say'
}

/**
 * What `npm test` does with the lane of an engine. A machine of a developer may lack it; CI that left it out would say
 * that it works where nobody has looked.
 * @param {{ missing: readonly string[], isCi: boolean }} state
 * @returns {'run' | 'skip' | 'fail'}
 */
export function laneAction({ missing, isCi: mayNotSkip }) {
  if (missing.length === 0) return 'run'
  return mayNotSkip ? 'fail' : 'skip'
}

/** CI servers set it; so does `.ci/run`. @param {Record<string, string | undefined>} [env] */
export function isCi(env = process.env) {
  return env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false' && env['CI'] !== '0'
}

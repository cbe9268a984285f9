/** Property tests with fewer cases: the first of the same seed, as each mutant that lives is tried with all of them. */
import * as fastCheck from 'fast-check'

/** @param {number} most cases of a property */
export function shortProperties(most) {
  const assert = (/** @type {any} */ property, /** @type {any} */ parameters) =>
    fastCheck.assert(property, { ...parameters, numRuns: Math.min(parameters?.numRuns ?? 100, most) })
  const names = { ...fastCheck.default, assert }
  return { ...fastCheck, assert, default: names, __esModule: true }
}

/** The verdicts of earlier runs, by mutant: which test to try first, and what the report tells of. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root } from '../lib/entries.mjs'

const FILE = `${root}node_modules/.cache/mutation/results.json`

/** @typedef {{ status: string, by?: { file: string, ordinal: number, name: string, error?: string } }} Result */

/** @returns {Map<string, Result>} by the mutant's key */
export function readResults() {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(FILE, 'utf8'))))
  } catch {
    return new Map()
  }
}

/** Adds verdicts to those that are kept: another run may have added some meanwhile. @param {ReadonlyMap<string, Result>} results */
export function addResults(results) {
  mkdirSync(dirname(FILE), { recursive: true })
  writeFileSync(FILE, JSON.stringify(Object.fromEntries([...readResults(), ...results])))
}

/** @param {string | undefined} status */
export const isDead = (status) => status === 'killed' || status === 'timeout' || status === 'died'

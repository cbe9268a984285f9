/**
 * Prints which source files a warm call enters, on the page and in the worker: what somebody reads who follows a call.
 * `npm run files-entered -- --functions` names the functions, too; `--json` prints the lists as data.
 */
import { readFileSync } from 'node:fs'
import { root } from './lib/entries.mjs'
import { filesEntered } from './lib/files-entered.mjs'

/** Shorter files are hardly an idea each. */
const FRAGMENT_LINES = 40

const off = await filesEntered('off')
const byDefault = await filesEntered('default')

if (process.argv.includes('--json')) console.log(JSON.stringify({ off, default: byDefault }))
else {
  const isInOff = new Set(off.map(({ file }) => file))
  print('telemetry off', off)
  const added = byDefault.filter(({ file }) => !isInOff.has(file))
  print('by default, in addition', added)
  console.log(`${off.length} files with telemetry off, ${byDefault.length} by default`)
}

/** @param {string} title @param {readonly import('./lib/files-entered.mjs').EnteredFile[]} files */
function print(title, files) {
  const count = (/** @type {string} */ side) =>
    files.filter(({ sides }) => sides.some((each) => each === side)).length
  console.log(
    `${title}: ${files.length} files, ${count('page')} on the page, ${count('worker')} in the worker`,
  )
  for (const { file, sides, functions } of files) {
    const lines = readFileSync(root + file, 'utf8')
      .trimEnd()
      .split('\n').length
    const mark = lines < FRAGMENT_LINES ? '  fragment' : ''
    console.log(`  ${sides.join('+').padEnd(11)} ${String(lines).padStart(4)} lines  ${file}${mark}`)
    if (process.argv.includes('--functions')) console.log(`${' '.repeat(26)}${functions.join(' ')}`)
  }
  console.log()
}

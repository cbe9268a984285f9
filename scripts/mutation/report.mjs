/** Writes docs/mutation.md: how many mutants of each file died, and why the others live. */
import { writeFileSync } from 'node:fs'
import { root } from '../lib/entries.mjs'
import { explanationOf } from './explained.mjs'
import { oneLine } from './mutants.mjs'
import { isDead } from './results.mjs'

const PAGE = 'docs/mutation.md'

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/** @param {readonly Mutant[]} mutants @param {ReadonlyMap<string, import('./results.mjs').Result>} results */
export function writeReport(mutants, results) {
  const tried = mutants.filter(({ key }) => results.has(key))
  const alive = tried.filter(({ key }) => !isDead(results.get(key)?.status))
  const page = [
    ...introduction(tried.length, alive.length, mutants.length),
    '## By file',
    '',
    '| file | mutants | died | % |',
    '|---|--:|--:|--:|',
    ...byFile(tried, alive),
    '',
    '## Those that live',
    '',
    '| place | mutant | why it lives |',
    '|---|---|---|',
    ...alive.map(
      (mutant) => `| ${place(mutant)} | ${change(mutant)} | ${explanationOf(mutant) ?? '**open**'} |`,
    ),
    '',
  ]
  writeFileSync(root + PAGE, page.join('\n'))
  const open = alive.filter((mutant) => !explanationOf(mutant))
  for (const { file, line, before, after } of open)
    console.log(`open: ${file}:${line} ${oneLine(before)} -> ${oneLine(after)}`)
  console.log(
    `${PAGE}: ${tried.length - alive.length} of ${tried.length} died, ${open.length} survivors are not explained`,
  )
}

/** @param {number} tried @param {number} alive @param {number} all */
function introduction(tried, alive, all) {
  return [
    '# Mutation testing',
    '',
    '`npm run mutation` changes the core in small ways, one at a time, and checks that a unit test fails. It mutates the queue, the',
    'keys, the pool, settlement, the channel, the harness and the reply batch: negated or fixed conditions, swapped comparison,',
    'arithmetic and logical operators, dropped clauses, changed results and literals, removed statements and `await`s. Types, texts',
    'for people and warnings that only development sees stay as they are.',
    '',
    tried < all
      ? `Of ${all} mutants, ${tried} were tried, spread evenly; ${tried - alive} of these died: ${percent(tried - alive, tried)} %.`
      : `Of ${all} mutants, ${all - alive} died: ${percent(all - alive, all)} %.`,
    '**Open** means that nobody has looked at the mutant yet: a test is missing, or a reason.',
    'The script writes this page with `npm run mutation -- --report`; the reasons come from `scripts/mutation/explained.mjs`.',
    '',
  ]
}

/** @param {readonly Mutant[]} tried @param {readonly Mutant[]} alive */
function byFile(tried, alive) {
  return [...new Set(tried.map(({ file }) => file))].map((file) => {
    const all = tried.filter((mutant) => mutant.file === file).length
    const dead = all - alive.filter((mutant) => mutant.file === file).length
    return `| \`${file}\` | ${all} | ${dead} | ${percent(dead, all)} |`
  })
}

/** @param {number} part @param {number} all */
const percent = (part, all) => ((100 * part) / Math.max(all, 1)).toFixed(1)

/** @param {Mutant} mutant */
const place = ({ file, line }) => `\`${file}:${line}\``

/** @param {Mutant} mutant */
const change = ({ before, after }) => `${code(before)} → ${after === '' ? 'removed' : code(after)}`

/** @param {string} text */
function code(text) {
  const line = oneLine(text).replaceAll('|', '\\|')
  return `\`${line.length > 90 ? `${line.slice(0, 87)}...` : line}\``
}

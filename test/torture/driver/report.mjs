/** What a run says at its end. */
import { cpus } from 'node:os'

/** @typedef {import('./campaign.mjs').Campaign} Campaign */
/** @typedef {import('./campaign.mjs').Finding} Finding */

/** A failure as a person needs it: the law, what happened, the program, how to run it again. @param {Finding} finding */
export function describe({ law, text, program, seenAgain, isCertain, times }) {
  const head = isCertain ? 'FAILED' : 'seen once, and not again'
  return [
    `${head}: "${law}" (${program.profile}, program ${program.seed}, again in ${seenAgain} of 4 runs, ${times} times in this run)`,
    text,
    `Replay it: npm run torture -- --replay program.json, with this in program.json:`,
    JSON.stringify(program),
  ].join('\n')
}

/** Bytes that a call may leave in memory. */
export const MOST_BYTES = 5

/** @param {import('./pages.mjs').Heap} heap */
export function heapLine({ calls, page, all }) {
  const grows = page >= MOST_BYTES || all >= MOST_BYTES
  return `${grows ? 'FAILED: ' : ''}heap: ${page.toFixed(2)} bytes a call on the page, ${all.toFixed(2)} with its workers, over ${calls} calls (less than ${MOST_BYTES})`
}

const head = [
  'seed',
  'programs',
  'calls',
  'ok',
  'failed',
  'canceled',
  'rejected',
  'unread',
  'faults',
  'seconds',
]

/** @param {Campaign} campaign */
const rowOf = ({ seed, programs, calls, outcomes, seconds, findings }) => [
  seed,
  programs,
  calls,
  outcomes['success'] ?? 0,
  outcomes['failure'] ?? 0,
  outcomes['canceled'] ?? 0,
  outcomes['rejected'] ?? 0,
  outcomes['unknown'] ?? 0,
  findings.filter(({ isCertain }) => isCertain).length,
  seconds.toFixed(0),
]

/** What one seed has come to, for who does not wait for the end. @param {Campaign} campaign */
export function line(campaign) {
  return rowOf(campaign)
    .map((value, column) => `${head[column]} ${value}`)
    .join(', ')
}

/** @param {readonly Campaign[]} campaigns @param {string} browser */
export function table(campaigns, browser) {
  const rows = campaigns.map(rowOf)
  const kinds = campaigns.reduce((/** @type {Record<string, number>} */ all, { profiles }) => {
    for (const [name, number] of Object.entries(profiles)) all[name] = (all[name] ?? 0) + number
    return all
  }, {})
  const total = head.map((_, column) => rows.reduce((sum, row) => sum + Number(row[column]), 0))
  return [
    `${browser}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}`,
    `command: npm run torture -- ${process.argv.slice(2).join(' ')}`,
    `programs by kind: ${Object.entries(kinds)
      .map(([name, number]) => `${name} ${number}`)
      .join(', ')}`,
    '',
    ...[head, ...rows, ['all', ...total.slice(1)]].map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

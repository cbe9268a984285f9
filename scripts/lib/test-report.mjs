/** The sums of a test run: counts from Vitest's JSON report, one for each check, and the table at the end. */

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped' | 'not run'} status
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} seconds
 * @property {string} [note]
 * @property {readonly string[]} [failures] the tests that failed, by name, each with what it says
 */

/**
 * The part of Vitest's JSON report that is read here.
 * @typedef {object} VitestReport
 * @property {number} [numPassedTests]
 * @property {number} [numFailedTests]
 * @property {number} [numPendingTests]
 * @property {number} [numTodoTests]
 * @property {readonly { name: string, message?: string, assertionResults: readonly TestResult[] }[]} [testResults]
 */
/** @typedef {{ fullName: string, status: string, failureMessages?: readonly string[] | null }} TestResult */

/** Lines of a failure that are shown at the end. */
const SHOWN_LINES = 12

/**
 * What a Vitest run counts for. A run that fails without a failed test (an error outside tests, no test found, no
 * report at all) counts as one failure, or it would be lost in the sums.
 * @param {number} code exit code
 * @param {VitestReport} [report]
 */
export function countTests(code, report = {}) {
  const passed = report.numPassedTests ?? 0
  const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0)
  const failed = report.numFailedTests ?? 0
  const silent = failed === 0 && (code !== 0 || passed === 0)
  return {
    passed,
    skipped,
    failed: silent ? 1 : failed,
    ...(silent ? { note: passed === 0 ? 'no test ran' : 'error outside the tests' } : {}),
    failures: (report.testResults ?? []).flatMap(failuresOf),
  }
}

/** @param {{ name: string, message?: string, assertionResults: readonly TestResult[] }} file */
function failuresOf({ name, message, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  const told = failed.map(({ fullName, failureMessages }) =>
    shorten(`${name} > ${fullName}\n${(failureMessages ?? []).join('\n')}`),
  )
  return message ? [shorten(`${name}\n${message}`), ...told] : told
}

/** @param {string} text */
function shorten(text) {
  return text.split('\n').slice(0, SHOWN_LINES).join('\n    ')
}

/** What failed, to be read at the end of a long log. @param {readonly Outcome[]} outcomes */
export function failureList(outcomes) {
  return outcomes.flatMap(({ name, failures = [] }) => failures.map((failure) => `${name}: ${failure}`))
}

/** The sums, and the last line of the run. A step that was skipped is no failure, but is counted. @param {readonly Outcome[]} outcomes */
export function totals(outcomes) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const passed = sum('passed')
  const failed = sum('failed')
  const skipped = sum('skipped')
  const isWhole = outcomes.every(({ status }) => status === 'passed' || status === 'skipped')
  return {
    passed,
    failed,
    skipped,
    ok: failed === 0 && passed > 0 && isWhole,
    line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  }
}

/** @param {readonly Outcome[]} outcomes */
export function table(outcomes) {
  const rows = outcomes.map(({ name, status, passed, failed, skipped, seconds, note }) => [
    name,
    status,
    String(passed),
    String(failed),
    String(skipped),
    `${seconds.toFixed(1)} s`,
    note ?? '',
  ])
  const all = [['step', 'status', 'passed', 'failed', 'skipped', 'time', ''], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  const numeric = (/** @type {number} */ column) => column >= 2 && column <= 5
  return all
    .map((row) =>
      row
        .map((cell, i) => (numeric(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Writes a run's summary as a table, and says what in it counts as a failure. Pure. */

/** @typedef {import('../../stories/documents/demo-summary.ts').DemoSummary} DemoSummary */

/** @param {DemoSummary} summary */
export function report({
  documents,
  spans,
  failures,
  wallMs,
  tasks,
  workers,
  longestTaskMs,
  longTaskThresholdMs,
}) {
  const blocked = longestTaskMs === undefined ? `< ${longTaskThresholdMs} ms` : ms(longestTaskMs)
  return [
    table([
      ['documents', 'indexed', 'failed', 'canceled', 'spans', 'failures', 'wall', 'longest main-thread task'],
      [
        String(documents.all),
        String(documents.done),
        String(documents.failed),
        String(documents.canceled),
        String(spans),
        String(failures),
        ms(wallMs),
        blocked,
      ],
    ]),
    table([
      ['task', 'spans', 'failures', 'p50', 'p95', 'run p50', 'run p95'],
      ...tasks.map((task) => [
        task.taskName,
        String(task.spans),
        String(task.failures),
        ms(task.p50),
        ms(task.p95),
        ms(task.runP50),
        ms(task.runP95),
      ]),
    ]),
    table([
      ['worker', 'calls', 'busy'],
      ...workers.map(({ taskName, index, calls, busyShare }) => [
        `${taskName} #${index}`,
        String(calls),
        `${Math.round(busyShare * 100)} %`,
      ]),
    ]),
  ].join('\n\n')
}

/**
 * What went wrong, in sentences; nothing when all went well.
 * @param {DemoSummary} summary
 * @returns {string[]}
 */
export function verdict({ documents, failures, spans, failed }) {
  return [
    ...(documents.all === 0 ? ['There was no document to index.'] : []),
    ...failed.map(({ title, reason }) => `${title}: ${reason}`),
    ...(documents.done + documents.failed < documents.all
      ? [`${documents.all - documents.done - documents.failed} documents were not indexed.`]
      : []),
    ...(failures > 0 ? [`${failures} of ${spans} calls failed.`] : []),
  ]
}

/** @param {number} value */
function ms(value) {
  return value >= 995 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 9.95 ? 1 : 0)} ms`
}

/** @param {readonly (readonly string[])[]} rows the first is the head, the first column is text, the others numbers */
function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (/** @type {readonly string[]} */ row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ')
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}

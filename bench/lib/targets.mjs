/** What Atelier aims at; ratios are to raw postMessage in the same round. */

/**
 * @typedef {object} Target
 * @property {string} workload
 * @property {string} case
 * @property {string} metric
 * @property {'ratio' | 'value'} of
 * @property {number} [most]
 * @property {number} [least]
 */

/** @type {readonly Target[]} */
export const targets = [
  { workload: 'A', case: 'atelier-off', metric: 'call', of: 'ratio', most: 1.12 },
  { workload: 'A', case: 'atelier-default', metric: 'call', of: 'ratio', most: 1.25 },
  { workload: 'A', case: 'atelier-all', metric: 'call', of: 'ratio', most: 1.5 },
  { workload: 'B', case: 'atelier-off', metric: 'call', of: 'ratio', most: 0.2 },
  { workload: 'B', case: 'atelier-default', metric: 'call', of: 'ratio', most: 0.8 },
  { workload: 'B', case: 'atelier-otel-api', metric: 'call', of: 'ratio', most: 0.25 },
  { workload: 'B', case: 'atelier-timing', metric: 'call', of: 'ratio', most: 0.5 },
  { workload: 'B', case: 'atelier-sdk', metric: 'call', of: 'ratio', most: 0.6 },
  { workload: 'C', case: 'atelier-off', metric: 'call', of: 'ratio', most: 1.2 },
  { workload: 'C', case: 'atelier-all', metric: 'call', of: 'ratio', most: 1.5 },
  { workload: 'D', case: 'atelier-off', metric: 'call', of: 'ratio', most: 1 },
  { workload: 'E', case: 'atelier-off', metric: 'efficiency', of: 'value', least: 0.98 },
  { workload: 'E', case: 'atelier-off', metric: 'first', of: 'ratio', most: 1.1 },
  { workload: 'E2', case: 'atelier-off', metric: 'busy', of: 'value', least: 0.95 },
  { workload: 'E2', case: 'atelier-off', metric: 'asleep', of: 'value', least: 0.95 },
  { workload: 'E3', case: 'atelier-default', metric: 'wall', of: 'ratio', most: 1.05 },
  { workload: 'E3', case: 'atelier-default', metric: 'frame', of: 'value', most: 50 },
  { workload: 'E3', case: 'atelier-default', metric: 'parse', of: 'value', most: 0.2 },
  { workload: 'E3', case: 'atelier-default', metric: 'analyze', of: 'value', most: 0.08 },
  { workload: 'E3', case: 'atelier-default', metric: 'add', of: 'value', most: 0.2 },
  { workload: 'F', case: 'atelier-off', metric: 'heap', of: 'value', most: 250 },
  { workload: 'G', case: 'atelier-off', metric: 'shared100k', of: 'value', most: 40 },
  { workload: 'G', case: 'atelier-off', metric: 'own100k', of: 'value', most: 6 },
  { workload: 'start', case: 'atelier-off', metric: 'cold', of: 'ratio', most: 1.15 },
  { workload: 'seam', case: 'off', metric: 'ratio', of: 'value', most: 1.02 },
  { workload: 'commit', case: 'selector', metric: 'frame', of: 'value', most: 0.4 },
  { workload: 'commit', case: 'selector', metric: 'renders', of: 'value', most: 1 },
  { workload: 'panel', case: 'timeline', metric: 'frame', of: 'value', most: 4 },
  { workload: 'panel', case: 'tasks', metric: 'frame', of: 'value', most: 4 },
  { workload: 'panel', case: 'calls', metric: 'frame', of: 'value', most: 4 },
  { workload: 'panel', case: 'traces', metric: 'frame', of: 'value', most: 4 },
  { workload: 'panel', case: 'events', metric: 'frame', of: 'value', most: 4 },
]

/**
 * The targets of one workload, each with what was measured.
 * @param {import('./stats.mjs').Summary} summary
 */
export function judged(summary) {
  return targets
    .filter(({ workload }) => workload === summary.id)
    .flatMap((target) => {
      const row = summary.cases.find(({ id }) => id === target.case)
      const measured = row?.figures[target.metric]?.[target.of]?.median
      if (row === undefined || measured === undefined) return []
      const isMet = measured <= (target.most ?? Infinity) && measured >= (target.least ?? -Infinity)
      return [{ ...target, label: row.label, measured, isMet }]
    })
}

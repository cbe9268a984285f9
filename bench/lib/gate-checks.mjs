/** What the gate measures, and the bounds that a busy machine of two cores stays within. */

/** `gate` is G and F at small sizes, and the readers of a task. */
export const workloads = ['A', 'B', 'E3', 'gate', 'commit']
export const contestants = ['raw', 'atelier-off', 'atelier-otel-api', 'atelier-default', 'queue', 'selector']

/** @typedef {readonly import('./stats.mjs').Summary[]} Summaries */

/**
 * The least of a metric over the rounds: what else the machine does makes a time longer and never shorter.
 * @param {Summaries} summaries
 * @param {string} workload
 * @param {string} id
 * @param {string} metric
 */
function least(summaries, workload, id, metric) {
  const row = summaries.find((each) => each.id === workload)?.cases.find((each) => each.id === id)
  const values = (row?.samples ?? []).flatMap((sample) => sample[metric] ?? [])
  return values.length === 0 ? undefined : Math.min(...values)
}

/**
 * @param {readonly [workload: string, id: string, metric: string]} own
 * @param {string} [rawWorkload] whose raw call it is divided by
 * @returns {(summaries: Summaries) => number | undefined}
 */
const overRaw =
  ([workload, id, metric], rawWorkload = workload) =>
  (summaries) => {
    const time = least(summaries, workload, id, metric)
    const raw = least(summaries, rawWorkload, 'raw', rawWorkload === workload ? metric : 'call')
    return time === undefined || raw === undefined ? undefined : time / raw
  }

/** @param {string} metric @returns {(summaries: Summaries) => number | undefined} */
const ofQueue = (metric) => (summaries) => least(summaries, 'gate', 'queue', metric)

/** @type {readonly { name: string, most: number, read: (summaries: Summaries) => number | undefined }[]} */
export const checks = [
  { name: 'A, telemetry off, over raw', most: 3.5, read: overRaw(['A', 'atelier-off', 'call']) },
  { name: 'A, OTel API without SDK, over raw', most: 4.5, read: overRaw(['A', 'atelier-otel-api', 'call']) },
  { name: 'A, default options, over raw', most: 4.5, read: overRaw(['A', 'atelier-default', 'call']) },
  { name: 'B, telemetry off, over raw', most: 0.4, read: overRaw(['B', 'atelier-off', 'call']) },
  { name: 'B, OTel API without SDK, over raw', most: 1.2, read: overRaw(['B', 'atelier-otel-api', 'call']) },
  { name: 'B, default options, over raw', most: 2.2, read: overRaw(['B', 'atelier-default', 'call']) },
  { name: 'E3, default options, wall over raw', most: 1.6, read: overRaw(['E3', 'atelier-default', 'wall']) },
  {
    name: 'G, one signal, a call over a raw call',
    most: 0.6,
    read: overRaw(['gate', 'queue', 'shared'], 'B'),
  },
  { name: 'G, own signals, a call over a raw call', most: 1.4, read: overRaw(['gate', 'queue', 'own'], 'B') },
  { name: 'G, one signal, ten times the calls, each', most: 3, read: ofQueue('sharedGrowth') },
  { name: 'F, ten times the queued calls, each', most: 3, read: ofQueue('queueGrowth') },
  { name: 'F, heap of a queued call, bytes', most: 500, read: ofQueue('heap') },
  {
    name: 'renders when one of 1,000 tasks changes',
    most: 1,
    read: (summaries) => least(summaries, 'commit', 'selector', 'renders'),
  },
]

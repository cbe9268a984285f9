/** What the gate measures, and how much worse than its target each figure may be. */
import { figureOf } from './stats.mjs'

/** `gate` is G and F at small sizes, and the readers of a task. */
export const workloads = ['A', 'B', 'gate', 'commit']
export const contestants = ['raw', 'atelier-off', 'atelier-otel-api', 'queue', 'selector']

/** @typedef {readonly import('./stats.mjs').Summary[]} Summaries */

/** @param {string} id @param {string} workload @returns {(summaries: Summaries) => number | undefined} */
const toRaw = (id, workload) => (summaries) => figureOf(summaries, workload, id, 'call')?.ratio?.median

/** @param {string} metric @returns {(summaries: Summaries) => number | undefined} */
const ofQueue = (metric) => (summaries) => figureOf(summaries, 'gate', 'queue', metric)?.value?.median

/**
 * A time of the queue over that of one raw call of B in the same run: how fast the machine is, and how busy, is in both.
 * @param {string} metric
 * @returns {(summaries: Summaries) => number | undefined}
 */
const overRaw = (metric) => (summaries) => {
  const own = ofQueue(metric)(summaries)
  const raw = figureOf(summaries, 'B', 'raw', 'call')?.value?.median
  return own === undefined || raw === undefined ? undefined : own / raw
}

/** @type {readonly { name: string, most: number, read: (summaries: Summaries) => number | undefined }[]} */
export const checks = [
  { name: 'A, telemetry off, over raw', most: 2.5, read: toRaw('atelier-off', 'A') },
  { name: 'A, OTel API without SDK, over raw', most: 2.8, read: toRaw('atelier-otel-api', 'A') },
  { name: 'B, telemetry off, over raw', most: 0.45, read: toRaw('atelier-off', 'B') },
  { name: 'B, OTel API without SDK, over raw', most: 0.55, read: toRaw('atelier-otel-api', 'B') },
  { name: 'G, one signal, a call over a raw call', most: 0.1, read: overRaw('shared') },
  { name: 'G, own signals, a call over a raw call', most: 1.4, read: overRaw('own') },
  { name: 'G, one signal, ten times the calls, each', most: 3, read: ofQueue('sharedGrowth') },
  { name: 'F, ten times the queued calls, each', most: 3, read: ofQueue('queueGrowth') },
  { name: 'F, heap of a queued call, bytes', most: 500, read: ofQueue('heap') },
  {
    name: 'renders when one of 1,000 tasks changes',
    most: 1,
    read: (summaries) => figureOf(summaries, 'commit', 'selector', 'renders')?.value?.median,
  },
]

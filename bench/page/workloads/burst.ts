/** B: ten thousand tiny calls at once. */
import { atOnce, casesOf } from '../tools.ts'
import type { Workload } from '../workload.ts'

const CALLS = 10_000

export const burst: Workload = {
  id: 'B',
  title: `${CALLS.toLocaleString('en')} tiny calls at once`,
  what: `${CALLS} echoes of a small number made in one turn, a pool of 2, until all have settled. Measures that one contestant has left in the page's timeline are cleared before the next one's turn.`,
  metrics: { call: { label: 'per call', unit: 'us', ratioTo: 'raw' } },
  warmups: 8,
  cases: (contestants) =>
    casesOf(contestants, { workers: 2 }, async (session) => {
      const ms = await atOnce(CALLS, session.echo)
      return { call: (ms / CALLS) * 1_000 }
    }),
}

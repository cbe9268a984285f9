/** D: objects of ten kilobytes, cloned both ways. */
import { atOnce, casesOf } from '../tools.ts'
import type { Workload } from '../workload.ts'

const CALLS = 2_000
/** So many make 10 KB of JSON. */
const ROWS = 96

export const objects: Workload = {
  id: 'D',
  title: '10 KB objects',
  what: `${CALLS} calls in one turn, a pool of 2, each with an object of some 10 KB of JSON that is cloned both ways.`,
  metrics: { call: { label: 'per call', unit: 'us', ratioTo: 'raw' } },
  cases: (contestants) => {
    // Each call its own: within one message a clone would keep them one.
    const values = Array.from({ length: CALLS }, tenKilobytes)
    return casesOf(contestants, { workers: 2 }, async (session) => {
      const ms = await atOnce(CALLS, (index) => session.echoObject(values[index]))
      return { call: (ms / CALLS) * 1_000 }
    })
  },
}

/** Rows as an API answers with: numbers, strings, a nested object and an array each. */
function tenKilobytes(_: unknown, page: number): object {
  const rows = Array.from({ length: ROWS }, (_row, id) => ({
    id,
    name: `Row number ${id}`,
    value: id * 1.5,
    place: { x: id % 17, y: id % 13, label: 'centre' },
    tags: ['a', 'b', `tag-${id % 5}`],
  }))
  return { page, rows }
}

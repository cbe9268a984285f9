/** D: objects of ten kilobytes, cloned both ways. */
import { atOnce, casesOf } from '../tools.ts'
import type { Workload } from '../workload.ts'

const CALLS = 2_000

export const objects: Workload = {
  id: 'D',
  title: '10 KB objects',
  what: `${CALLS} calls in one turn, a pool of 2, each with an object of some 10 KB of JSON that is cloned both ways.`,
  metrics: { call: { label: 'per call', unit: 'us', ratioTo: 'raw' } },
  cases: (contestants) => {
    const object = tenKilobytes()
    return casesOf(contestants, { workers: 2 }, async (session) => {
      const ms = await atOnce(CALLS, () => session.echoObject(object))
      return { call: (ms / CALLS) * 1_000 }
    })
  },
}

/** Rows as an API answers with: numbers, strings, a nested object and an array each. */
function tenKilobytes(): object {
  const rows: object[] = []
  for (let id = 0; JSON.stringify(rows).length < 10_240; id++) {
    rows.push({
      id,
      name: `Row number ${id}`,
      value: id * 1.5,
      place: { x: id % 17, y: id % 13, label: 'centre' },
      tags: ['a', 'b', `tag-${id % 5}`],
    })
  }
  return { page: 1, rows }
}

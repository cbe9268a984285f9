/** What the telemetry seam costs while it is off: the core beside a build of it that has none. */
import { createTaskRuntime } from 'atelier-react/core'
import { createTaskRuntime as createWithoutSeam } from 'atelier-react/core?no-seam'
import { openAtelier } from '../contestants/atelier.ts'
import { atOnce } from '../tools.ts'
import type { Case, Workload } from '../workload.ts'

const CALLS = 10_000
const BURSTS = 8

export const seam: Workload = {
  id: 'seam',
  title: 'telemetry off, against a build without the seam',
  what: `${BURSTS} bursts of ${CALLS} echoes, a pool of 2; the other build has \`null\` in place of the seam, so that its branches are gone. The median burst.`,
  metrics: { call: { label: 'per call', unit: 'us', ratioTo: 'no-seam' } },
  warmups: 2,
  cases: () => [
    caseOf('no-seam', 'built without the seam', createWithoutSeam),
    caseOf('off', 'telemetry off', createTaskRuntime),
  ],
}

function caseOf(id: string, label: string, create: typeof createTaskRuntime): Case {
  return {
    id,
    label,
    open: async () => {
      const config = { otel: false, performance: false } as const
      const session = openAtelier(config, { workers: 2 }, { maxQueueDepth: CALLS * 2 }, create)
      await session.echo(0)
      return {
        sample: async () => {
          const bursts: number[] = []
          for (let index = 0; index < BURSTS; index++) bursts.push(await atOnce(CALLS, session.echo))
          bursts.sort((a, b) => a - b)
          return { call: ((bursts[BURSTS / 2] as number) / CALLS) * 1_000 }
        },
        close: session.close,
      }
    },
  }
}

/** What the telemetry seam costs while it is off: the core beside a build of it that has none. */
import { createTaskRuntime } from 'atelier-react/core'
import { createTaskRuntime as createWithoutSeam } from 'atelier-react/core?no-seam'
import { openAtelier } from '../contestants/atelier.ts'
import { atOnce } from '../tools.ts'
import type { Session, Workload } from '../workload.ts'

const CALLS = 10_000
const PAIRS = 8

export const seam: Workload = {
  id: 'seam',
  title: 'telemetry off, against a build without the seam',
  what:
    `Bursts of ${CALLS} echoes, a pool of 2, by turns on both builds, ${PAIRS} pairs; the other build has \`null\` in place of the seam, so that its branches are gone. ` +
    'The median ratio of a pair.',
  metrics: {
    off: { label: 'telemetry off, per call', unit: 'us' },
    without: { label: 'without the seam, per call', unit: 'us' },
    ratio: { label: 'ratio', unit: 'share' },
  },
  warmups: 2,
  cases: () => [
    {
      id: 'off',
      label: 'both builds',
      open: async () => {
        const off = await openBuild(createTaskRuntime)
        const without = await openBuild(createWithoutSeam)
        return {
          sample: () => alternate(off, without),
          close: async () => {
            await off.close()
            await without.close()
          },
        }
      },
    },
  ],
}

async function openBuild(create: typeof createTaskRuntime): Promise<Session> {
  const config = { otel: false, performance: false } as const
  const session = openAtelier(config, { workers: 2 }, { maxQueueDepth: CALLS * 2 }, create)
  await session.echo(0)
  return session
}

async function alternate(off: Session, without: Session) {
  const times = { off: [] as number[], without: [] as number[] }
  for (let index = 0; index < PAIRS; index++) {
    // The first of a pair pays for the garbage of the one before: it is not always the same.
    const order = index % 2 === 0 ? (['off', 'without'] as const) : (['without', 'off'] as const)
    for (const name of order) times[name].push(await burst(name === 'off' ? off : without))
  }
  return {
    off: median(times.off),
    without: median(times.without),
    ratio: median(times.off.map((time, index) => time / (times.without[index] as number))),
  }
}

async function burst(session: Session): Promise<number> {
  return ((await atOnce(CALLS, session.echo)) / CALLS) * 1_000
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2
}

/** Start: the first call on what has not started anything yet. */
import { pause } from '../tools.ts'
import type { Contestant, Workload } from '../workload.ts'

/** Long enough for a worker to start in. */
const STARTED_MS = 200
const EAGER = ['raw', 'comlink', 'atelier-off', 'atelier-default']

export const start: Workload = {
  id: 'start',
  title: 'start',
  what:
    'A contestant made, one worker, one echo awaited: the ratio is to a bare new Worker and its round trip. ' +
    `And the first echo of an eager start, ${STARTED_MS} ms after it.`,
  metrics: {
    cold: { label: 'cold first call', unit: 'ms', ratioTo: 'raw' },
    eager: { label: 'first call after an eager start', unit: 'ms', ratioTo: 'raw' },
  },
  warmups: 2,
  cases: (contestants) =>
    contestants
      .filter(({ id }) => id !== 'raw-batched')
      .map((contestant) => ({
        id: contestant.id,
        label: contestant.label,
        open: async () => ({
          sample: async () => ({
            cold: await coldStart(contestant),
            ...(EAGER.includes(contestant.id) && { eager: await eagerStart(contestant) }),
          }),
          close: () => {},
        }),
      })),
}

async function coldStart(contestant: Contestant): Promise<number> {
  const begin = performance.now()
  const session = contestant.open({ workers: 1 })
  await session.echo(1)
  const ms = performance.now() - begin
  await session.close()
  return ms
}

async function eagerStart(contestant: Contestant): Promise<number> {
  const session = contestant.open({ workers: 1, eager: true })
  await pause(STARTED_MS)
  const begin = performance.now()
  await session.echo(1)
  const ms = performance.now() - begin
  await session.close()
  return ms
}

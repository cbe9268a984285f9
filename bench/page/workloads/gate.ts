/** The queue's growth, weight and aborts, small enough for a gate. */
import { atelier } from '../contestants/atelier.ts'
import type { Contestant, Workload } from '../workload.ts'
import { abortOwn, abortShared } from './aborts.ts'
import { growAndDrain, weigh } from './growth.ts'

const FEW = 5_000
const MANY = 50_000

export const gate: Workload = {
  id: 'gate',
  title: 'the queue, for the regression gate',
  what: `F and G with ${FEW} and ${MANY} calls.`,
  metrics: {
    shared: { label: 'aborted by one signal, each', unit: 'us' },
    own: { label: 'aborted by own signals, each', unit: 'us' },
    sharedGrowth: { label: 'one signal, ten times the calls, each', unit: 'share' },
    queueGrowth: { label: 'ten times the queued calls, each', unit: 'share' },
    heap: { label: 'heap per queued call', unit: 'bytes' },
  },
  isExtra: true,
  cases: () => [
    {
      id: 'queue',
      label: 'Atelier, telemetry off',
      open: async () => {
        const contestant = atelier.find(({ id }) => id === 'atelier-off') as Contestant
        const session = contestant.open({ workers: 1 })
        await session.echo(0)
        return {
          sample: async () => {
            const few = (await abortShared(session, FEW)) / FEW
            const many = (await abortShared(session, MANY)) / MANY
            const own = (await abortOwn(session, FEW)) / FEW
            const short = await growAndDrain(session, FEW)
            const long = await growAndDrain(session, MANY)
            return {
              shared: many * 1_000,
              own: own * 1_000,
              sharedGrowth: many / few,
              queueGrowth: long / short,
              heap: await weigh(session, FEW),
            }
          },
          close: session.close,
        }
      },
    },
  ],
}

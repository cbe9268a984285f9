/** F: one worker's queue grown to N and drained, and what a queued call holds of the heap. */
import { poolifierQueue } from '../contestants/poolifier.ts'
import { collectGarbage, heapInUse, holdWorker, pause } from '../tools.ts'
import type { Case, Contestant, Metric, Sample, Session, Workload } from '../workload.ts'

const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const

/** Where a queue of the next size takes minutes, or the tab. */
const LARGEST: Readonly<Record<string, number>> = {
  raw: 100_000,
  'raw-batched': 1_000_000,
  comlink: 100_000,
  workerpool: 100_000,
  threads: 1_000,
  'poolifier-queue': 10_000,
  'atelier-off': 1_000_000,
  'atelier-default': 100_000,
}

/** Where the heap is weighed: calls enough, at every contestant that reaches so far. */
const WEIGHED = 10_000

const metricOf = (size: number) => `call${size}`

export const growth: Workload = {
  id: 'F',
  title: 'queue growth',
  what:
    'N echoes queued behind a call that holds the one worker, then released: time per call to make and to settle all of them, ' +
    `and the heap of the page per queued call at ${WEIGHED.toLocaleString('en')} (what raw posts and comlink have sent already waits outside of the heap).`,
  metrics: {
    ...Object.fromEntries(
      SIZES.map((size): [string, Metric] => [
        metricOf(size),
        { label: `${size.toLocaleString('en')} queued, per call`, unit: 'us' },
      ]),
    ),
    heap: { label: 'heap per queued call', unit: 'bytes' },
  },
  mostRounds: 5,
  warmups: 1,
  cases: (contestants) => [...contestants, poolifierQueue].filter(({ id }) => id in LARGEST).map(caseOf),
}

function caseOf(contestant: Contestant): Case {
  const largest = LARGEST[contestant.id] as number
  return {
    id: contestant.id,
    label: contestant.label,
    open: async () => {
      const session = contestant.open({ workers: 1 })
      await session.echo(0)
      return {
        sample: async () => {
          const sample: Sample = {}
          for (const size of SIZES) {
            if (size > largest) break
            sample[metricOf(size)] = (await growAndDrain(session, size)) * 1_000
            collectGarbage()
            await pause(20)
          }
          sample['heap'] = await weigh(session, Math.min(WEIGHED, largest))
          return sample
        },
        close: session.close,
      }
    },
  }
}

/** The worker takes one call at a time from one queue: when the last has settled, all have. */
function queue(session: Session, size: number): PromiseLike<number> {
  for (let index = 1; index < size; index++) void session.echo(index)
  return session.echo(size)
}

export async function growAndDrain(session: Session, size: number): Promise<number> {
  const held = holdWorker(session)
  await pause(5)
  const start = performance.now()
  const last = queue(session, size)
  void held.release()
  await last
  return (performance.now() - start) / size
}

export async function weigh(session: Session, size: number): Promise<number> {
  const held = holdWorker(session)
  await pause(20)
  const before = heapInUse()
  const last = queue(session, size)
  await pause(20)
  const after = heapInUse()
  void held.release()
  await last
  return (after - before) / size
}

/** G: all calls of a long queue aborted at once. */
import { poolifierQueue } from '../contestants/poolifier.ts'
import { countdown, holdWorker, pause } from '../tools.ts'
import type { Case, Contestant, Sample, Session, Workload } from '../workload.ts'

const FEW = 10_000
const MANY = 100_000
/** Those for whom many take minutes, or stall for good. */
const ONLY_FEW = ['workerpool', 'poolifier-queue']

export const aborts: Workload = {
  id: 'G',
  title: 'queued calls aborted at once',
  what:
    'Echoes queued behind a call that holds the one worker, then aborted in one turn: by one signal that all share, or by a signal for each. ' +
    'From the first abort until all promises have rejected. workerpool has no signals: its promises are canceled.',
  metrics: {
    shared10k: { label: '10,000, one signal', unit: 'ms' },
    shared100k: { label: '100,000, one signal', unit: 'ms' },
    own10k: { label: '10,000, own signals, each', unit: 'us' },
    own100k: { label: '100,000, own signals, each', unit: 'us' },
  },
  mostRounds: 7,
  warmups: 1,
  cases: (contestants) =>
    [...contestants, poolifierQueue]
      .filter(({ id }) =>
        [...ONLY_FEW, 'atelier-off', 'atelier-default', 'atelier-all'].includes(id.replace('-against', '')),
      )
      .map(caseOf),
}

function caseOf(contestant: Contestant): Case {
  return {
    id: contestant.id,
    label: contestant.label,
    open: async () => {
      const session = contestant.open({ workers: 1 })
      await session.echo(0)
      return {
        sample: async () => {
          const sample: Sample = {
            shared10k: await abortShared(session, FEW),
            own10k: ((await abortOwn(session, FEW)) / FEW) * 1_000,
          }
          if (!ONLY_FEW.includes(contestant.id)) {
            sample['shared100k'] = await abortShared(session, MANY)
            sample['own100k'] = ((await abortOwn(session, MANY)) / MANY) * 1_000
          }
          await session.settle?.()
          return sample
        },
        close: session.close,
      }
    },
  }
}

type Abortable = NonNullable<Session['abortable']>

export async function abortShared(session: Session, count: number): Promise<number> {
  const controller = new AbortController()
  const call = (session.abortable as Abortable)(controller.signal)
  return timed(
    session,
    count,
    () => call,
    () => controller.abort(),
  )
}

export async function abortOwn(session: Session, count: number): Promise<number> {
  const controllers = Array.from({ length: count }, () => new AbortController())
  // One reason for all: a new DOMException for each would cost more than what is measured.
  const reason = new DOMException('no longer wanted', 'AbortError')
  return timed(
    session,
    count,
    (index) => (session.abortable as Abortable)((controllers[index] as AbortController).signal),
    () => {
      for (const controller of controllers) controller.abort(reason)
    },
  )
}

async function timed(
  session: Session,
  count: number,
  callOf: (index: number) => (value: number) => PromiseLike<number>,
  abort: () => void,
): Promise<number> {
  const held = holdWorker(session)
  await pause(5)
  const { done, settled } = countdown(count)
  let kept = 0
  for (let index = 0; index < count; index++) {
    callOf(index)(index).then(() => {
      kept++
      settled()
    }, settled)
  }
  await pause(20)
  const start = performance.now()
  abort()
  await done
  const ms = performance.now() - start
  await held.release()
  if (kept > 0) throw new Error(`${kept} calls were not aborted`)
  return ms
}

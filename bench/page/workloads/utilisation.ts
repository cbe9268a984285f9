/** E: how much of a pool's time is work, with an idle main thread and with one that is blocked half of the time. */
import { casesOf, countdown, pause } from '../tools.ts'
import type { Sample, Session, Workload } from '../workload.ts'

const WORKERS = 2
const TASK_MS = 5
const TASKS = 200
const TASKS_WHEN_BLOCKED = 100
/** Of every 32 ms. */
const BLOCKED_MS = 16

export const utilisation: Workload = {
  id: 'E',
  title: `${TASKS} tasks of ${TASK_MS} ms`,
  what: `${TASKS} tasks of ${TASK_MS} ms of busy work made in one turn, a pool of ${WORKERS}: the ideal time over the measured one, and the time to the first result.`,
  metrics: {
    efficiency: { label: 'efficiency', unit: 'share' },
    first: { label: 'first result', unit: 'ms', ratioTo: 'raw' },
  },
  warmups: 1,
  cases: (contestants) =>
    casesOf(contestants, { workers: WORKERS }, async (session) => {
      const { elapsed, first } = await run(session.spin, TASKS)
      return { efficiency: (TASKS * TASK_MS) / WORKERS / elapsed, first }
    }),
}

export const utilisationWhenBlocked: Workload = {
  id: 'E2',
  title: `tasks of ${TASK_MS} ms, the main thread blocked half of the time`,
  what:
    `${TASKS_WHEN_BLOCKED} tasks of ${TASK_MS} ms, a pool of ${WORKERS}, while the main thread is blocked ${BLOCKED_MS} of every ${BLOCKED_MS * 2} ms. ` +
    'How much of the time from the first start to the last end on the workers was work, and that as a fraction of the same with an idle main thread; ' +
    'with busy tasks, and with tasks that sleep on the worker, so that three busy threads on two processors do not blur it.',
  metrics: {
    busy: { label: 'busy: of its own idle figure', unit: 'share' },
    busyShare: { label: 'busy: utilisation', unit: 'share' },
    asleep: { label: 'asleep: of its own idle figure', unit: 'share' },
    asleepShare: { label: 'asleep: utilisation', unit: 'share' },
  },
  warmups: 1,
  cases: (contestants) =>
    casesOf(contestants, { workers: WORKERS }, async (session) => {
      const busy = await bothWays(session.spin)
      const asleep = await bothWays(session.sleep)
      return {
        busy: busy.blocked / busy.idle,
        busyShare: busy.blocked,
        asleep: asleep.blocked / asleep.idle,
        asleepShare: asleep.blocked,
      } satisfies Sample
    }),
}

type Work = Session['spin']

async function bothWays(work: Work): Promise<{ idle: number; blocked: number }> {
  const idle = await run(work, TASKS_WHEN_BLOCKED)
  const unblock = blockHalfOfTheTime()
  const blocked = await run(work, TASKS_WHEN_BLOCKED)
  unblock()
  await pause(0)
  return { idle: idle.utilisation, blocked: blocked.utilisation }
}

async function run(work: Work, tasks: number) {
  const { done, settled } = countdown(tasks)
  const ends = new Float64Array(tasks)
  let first = 0
  const start = performance.now()
  for (let index = 0; index < tasks; index++) {
    work(TASK_MS).then((end) => {
      if (first === 0) first = performance.now() - start
      ends[index] = end
      settled()
    })
  }
  await done
  const elapsed = performance.now() - start
  // Seen from the workers: how late the page hears of the last one is not the workers' idleness.
  const span = Math.max(...ends) - Math.min(...ends) + TASK_MS
  return { elapsed, first, utilisation: (tasks * TASK_MS) / WORKERS / span }
}

/** Busy, then free, and so on until it is called off. */
function blockHalfOfTheTime(): () => void {
  let timer: ReturnType<typeof setTimeout>
  const block = () => {
    const end = performance.now() + BLOCKED_MS
    while (performance.now() < end);
    timer = setTimeout(block, BLOCKED_MS)
  }
  timer = setTimeout(block, 0)
  return () => clearTimeout(timer)
}

/** tasks: sixteen tasks that work at once, and whether the page would be better off with a bound over all of them. */
import { createTaskRuntime } from 'atelier-react/core'
import { watchFrames } from '../app/frame-gaps.ts'
import { startWorker } from '../contestants/atelier.ts'
import { raw } from '../contestants/raw.ts'
import { countdown, pause } from '../tools.ts'
import type { AtelierApi } from '../workers/atelier.worker.ts'
import type { Case, Workload } from '../workload.ts'

const TASKS = 16
const CALLS = 10
const RUN_MS = 5
const PAGE_MS = 1

type Spin = (ms: number) => PromiseLike<unknown>

export const manyTasks: Workload = {
  id: 'tasks',
  title: `${TASKS} tasks at once`,
  what:
    `${TASKS} tasks with a worker each, ${CALLS} calls of ${RUN_MS} ms of busy work for each, made in one turn, and ${PAGE_MS} ms of the page for each result: ` +
    'the wall time, and the times between two frames. With `maxConcurrency` as many as there are cores, and one fewer.',
  metrics: {
    wall: { label: 'wall', unit: 'ms', ratioTo: 'raw' },
    p95: { label: 'frames, 95th percentile', unit: 'ms' },
    longest: { label: 'longest frame', unit: 'ms' },
  },
  mostRounds: 9,
  warmups: 1,
  cases: () => {
    const cores = navigator.hardwareConcurrency
    return [
      caseOf('raw', 'raw postMessage + id map', () => {
        const sessions = Array.from({ length: TASKS }, () => raw.open({ workers: 1 }))
        return {
          spins: sessions.map(({ spin }) => spin),
          close: () => sessions.forEach(({ close }) => void close()),
        }
      }),
      caseOf('atelier-default', 'Atelier, default options', () => openAtelier()),
      ...[cores, Math.max(1, cores - 1)].map((most) =>
        caseOf(`atelier-${most}`, `Atelier, maxConcurrency: ${most}`, () => openAtelier(most)),
      ),
    ]
  },
}

interface Tasks {
  readonly spins: readonly Spin[]
  readonly close: () => void
}

function caseOf(id: string, label: string, open: () => Tasks): Case {
  return {
    id,
    label,
    open: async () => {
      const tasks = open()
      await Promise.all(tasks.spins.map((spin) => spin(0)))
      return { sample: () => sampleOf(tasks.spins), close: tasks.close }
    },
  }
}

async function sampleOf(spins: readonly Spin[]) {
  const { done, settled } = countdown(TASKS * CALLS)
  const stopWatching = watchFrames()
  await pause(50)
  const started = performance.now()
  for (let call = 0; call < CALLS; call++) {
    for (const spin of spins) {
      void spin(RUN_MS).then(() => {
        const end = performance.now() + PAGE_MS
        while (performance.now() < end);
        settled()
      })
    }
  }
  await done
  return { wall: performance.now() - started, ...stopWatching() }
}

function openAtelier(maxConcurrency?: number): Tasks {
  const runtime = createTaskRuntime({ maxConcurrency })
  const tasks = Array.from({ length: TASKS }, (_, index) =>
    runtime.defineTask<AtelierApi>({ type: 'singleton', taskId: `task-${index}`, worker: startWorker }),
  )
  return {
    spins: tasks.map((task) => (ms: number) => task.spin(ms)),
    close: () => {
      runtime.clearMeasures()
      runtime.dispose()
    },
  }
}

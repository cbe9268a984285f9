/** How smooth a page stays under a flood of calls, with and without components that watch. */
import { createTaskRuntime, type RuntimeConfig } from 'atelier-react/core'
import { mount, TaskReader } from '../app/readers.tsx'
import { startWorker } from '../contestants/atelier.ts'
import { atOnce, pause } from '../tools.ts'
import type { AtelierApi } from '../workers/atelier.worker.ts'
import type { Case, Workload } from '../workload.ts'

const CALLS = 100_000
const READERS = 1_000
/** What the web counts as long. */
const LONG_MS = 50

const off: RuntimeConfig = { otel: false, performance: false }

export const flood: Workload = {
  id: 'flood',
  title: `long tasks under a flood of ${CALLS.toLocaleString('en')} calls`,
  what:
    `${CALLS} echoes made in one turn, a pool of 2, with ${READERS} components that read the task's state. The turn that makes them is one long task by itself; ` +
    `after it: the longest task, and the sum of what tasks lasted beyond ${LONG_MS} ms.`,
  metrics: {
    call: { label: 'per call', unit: 'us', ratioTo: 'bare' },
    made: { label: 'making them', unit: 'ms' },
    longest: { label: 'longest task after', unit: 'ms' },
    blocking: { label: 'blocking time after', unit: 'ms' },
    renders: { label: 'renders', unit: 'count' },
  },
  mostRounds: 7,
  warmups: 1,
  cases: () => [
    caseOf('bare', 'no hooks, telemetry off', off, 0),
    caseOf('hooks', 'hooks mounted, telemetry off', off, READERS),
    caseOf('hooks-default', 'hooks mounted, default telemetry', {}, READERS),
  ],
}

function caseOf(id: string, label: string, config: RuntimeConfig, readers: number): Case {
  return {
    id,
    label,
    open: async () => ({ sample: () => sampleOf(config, readers), close: () => {} }),
  }
}

async function sampleOf(config: RuntimeConfig, readers: number) {
  const runtime = createTaskRuntime(config)
  const task = runtime.defineTask<AtelierApi>({
    type: 'parallel',
    maxWorkers: 2,
    maxQueueDepth: CALLS * 2,
    worker: startWorker,
  })
  const page = await mount(TaskReader, runtime, [task], readers)
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => task.echo(index)))
  await pause(100)
  const entries: PerformanceEntry[] = []
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()))
  observer.observe({ type: 'longtask' })
  page.renders()
  let made = 0
  const start = performance.now()
  const done = atOnce(CALLS, task.echo)
  made = performance.now() - start
  const ms = await done
  const renders = page.renders()
  // Entries are delivered late.
  await pause(150)
  observer.disconnect()
  const after = entries.filter(({ startTime }) => startTime > start + made).map(({ duration }) => duration)
  page.close()
  runtime.clearMeasures()
  runtime.dispose()
  return {
    call: (ms / CALLS) * 1_000,
    made,
    longest: Math.max(0, ...after),
    blocking: after.reduce((sum, duration) => sum + duration - LONG_MS, 0),
    renders,
  }
}

/** What a page pays for an engine that it shares: the page that hosts, and a guest by each of the two ways. */
import { createTaskRuntime, type TaskConfig } from 'atelier-react/core'
import type { AtelierApi } from '../workers/atelier.worker.ts'
import { atOnce } from '../tools.ts'
import type { Sampler, Workload } from '../workload.ts'

const CALLS = 1_000
const BURST = 3_000

export const shared: Workload = {
  id: 'shared',
  title: 'a worker of all tabs',
  what: `${CALLS} echoes, each awaited before the next, and ${BURST} in one turn: a singleton of the page's own, that of a page that hosts it for others, and of guests, by a port and by BroadcastChannel.`,
  metrics: {
    call: { label: 'per call', unit: 'us', ratioTo: 'host' },
    burst: { label: 'per call, at once', unit: 'us', ratioTo: 'host' },
  },
  isExtra: true,
  cases: () => [
    { id: 'host', label: 'the page that hosts', open: () => open('host', true) },
    { id: 'own', label: 'not shared', open: () => open('own', false) },
    { id: 'guest', label: 'a guest, by a port', open: () => open('guest', true) },
    { id: 'broadcast', label: 'a guest, by BroadcastChannel', open: () => open('broadcast', false) },
  ],
}

async function open(kind: 'own' | 'host' | 'guest' | 'broadcast', hasBroker: boolean): Promise<Sampler> {
  const name = `bench-${kind}-${Date.now()}`
  const runtimes = Array.from({ length: kind === 'guest' || kind === 'broadcast' ? 2 : 1 }, () =>
    createTaskRuntime(),
  )
  const config: TaskConfig<AtelierApi> = {
    taskName: name,
    type: 'singleton',
    maxQueueDepth: BURST,
    worker: () => new Worker(new URL('../workers/atelier.worker.ts', import.meta.url), { type: 'module' }),
    ...(kind !== 'own' && {
      shared: {
        by: 'origin',
        name,
        ...(hasBroker && {
          broker: () =>
            new SharedWorker(new URL('../workers/broker.ts', import.meta.url), { type: 'module' }),
        }),
      },
    }),
  }
  const tasks = []
  for (const runtime of runtimes) {
    const task = runtime.defineTask<AtelierApi>(config)
    // The first one hosts.
    await task.echo(0)
    tasks.push(task)
  }
  const task = tasks.at(-1)
  if (task === undefined) throw new Error('no page')
  return {
    sample: async () => {
      const start = performance.now()
      for (let index = 0; index < CALLS; index++) await task.echo(index)
      const call = ((performance.now() - start) / CALLS) * 1_000
      const burst = ((await atOnce(BURST, (index) => task.echo(index))) / BURST) * 1_000
      return { call, burst }
    },
    close: () => {
      for (const runtime of runtimes) runtime.dispose()
    },
  }
}

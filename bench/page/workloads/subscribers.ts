/** What listening costs: tiny calls with nobody, one and a thousand who want to hear of snapshots or events. */
import { createTaskRuntime } from 'atelier-react/core'
import { startWorker } from '../contestants/atelier.ts'
import { atOnce } from '../tools.ts'
import type { AtelierApi } from '../workers/atelier.worker.ts'
import type { Case, Workload } from '../workload.ts'

const CALLS = 5_000

const variants = [
  { id: 'none', label: 'no subscriber', snapshots: 0, events: 0 },
  { id: 'snapshot-1', label: '1 snapshot subscriber', snapshots: 1, events: 0 },
  { id: 'snapshot-1000', label: '1,000 snapshot subscribers', snapshots: 1_000, events: 0 },
  { id: 'events-1', label: '1 event subscriber', snapshots: 0, events: 1 },
  { id: 'events-1000', label: '1,000 event subscribers', snapshots: 0, events: 1_000 },
] as const

export const subscribers: Workload = {
  id: 'subscribers',
  title: 'subscribers',
  what: `${CALLS} echoes in one turn, a pool of 2, telemetry off, with so many listeners that do nothing; and how often those were called.`,
  metrics: {
    call: { label: 'per call', unit: 'us', ratioTo: 'none' },
    told: { label: 'notifications of each', unit: 'count' },
  },
  cases: () => variants.map(caseOf),
}

function caseOf({ id, label, snapshots, events }: (typeof variants)[number]): Case {
  return {
    id,
    label,
    open: async () => {
      const runtime = createTaskRuntime({ otel: false, performance: false })
      const task = runtime.defineTask<AtelierApi>({
        type: 'parallel',
        maxWorkers: 2,
        maxQueueDepth: CALLS * 2,
        worker: startWorker,
      })
      let told = 0
      const listener = () => {
        told++
      }
      for (let index = 0; index < snapshots; index++) runtime.subscribeRuntimeSnapshot(() => listener())
      for (let index = 0; index < events; index++) runtime.subscribeEvents(() => listener())
      await task.echo(0)
      return {
        sample: async () => {
          told = 0
          const ms = await atOnce(CALLS, task.echo)
          return { call: (ms / CALLS) * 1_000, told: told / Math.max(1, snapshots + events) }
        },
        close: runtime.dispose,
      }
    },
  }
}

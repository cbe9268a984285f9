/** The page of the benchmarks: waits for the driver, which names a workload and takes its samples. */
import { contestants } from './contestants/index.ts'
import { runWorkload } from './runner.ts'
import type { RunOptions, WorkloadResult } from './workload.ts'
import { workloads } from './workloads/index.ts'

declare global {
  interface Window {
    bench: {
      readonly isolated: boolean
      readonly workloads: readonly string[]
      /** Those that are run only when they are named. */
      readonly extras: readonly string[]
      readonly contestants: readonly string[]
      readonly run: (id: string, options: RunOptions) => Promise<WorkloadResult>
    }
    /** Given by the driver. */
    benchProgress?: (line: string) => void
    benchPhase?: (name: 'measuring' | 'measured') => Promise<void>
  }
}

window.bench = {
  isolated: crossOriginIsolated,
  workloads: workloads.map(({ id }) => id),
  extras: workloads.filter(({ isExtra }) => isExtra).map(({ id }) => id),
  contestants: contestants.map(({ id }) => id),
  run: (id, options) => {
    const workload = workloads.find((each) => each.id === id)
    if (!workload) throw new Error(`no workload "${id}"`)
    return runWorkload(workload, contestants, options, {
      progress: (line) => window.benchProgress?.(line),
      phase: async (name) => window.benchPhase?.(name),
    })
  },
}

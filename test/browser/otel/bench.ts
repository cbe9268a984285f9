/** A task over the worker of these tests, an SDK that exports to a path of its own, and what arrived there. */
import {
  type RuntimeConfig,
  type RuntimeEvent,
  type Task,
  type TaskConfig,
  type TaskRuntime,
  createTaskRuntime,
} from 'atelier-react/core'
import { inject, onTestFinished } from 'vitest'
import type { OtelApi } from './otel.worker.ts'
import type { Received, ReceivedMetric } from './received.ts'
import { openSdk } from './sdk.ts'
import type { OpenSdk, SdkOptions } from './sdk-types.ts'

export interface Exporting {
  readonly sdk: OpenSdk
  readonly url: string
  /** Exports everything and gives what the receiver has decoded; fails if there was a body that it could not. */
  received(): Promise<Received>
}

export function exporting(options: Omit<SdkOptions, 'url'> = {}): Exporting {
  const url = `${inject('otlpReceiver')}/${crypto.randomUUID()}`
  const sdk = openSdk({ url, ...options })
  onTestFinished(() => sdk.close())
  return {
    sdk,
    url,
    async received() {
      await sdk.flush()
      const response = await fetch(url)
      const all = (await response.json()) as Received
      if (all.problems.length > 0) throw new Error(all.problems.join('\n'))
      return all
    },
  }
}

export interface OtelLab {
  readonly runtime: TaskRuntime
  readonly task: Task<OtelApi>
  readonly events: RuntimeEvent[]
}

export function otelLab(
  config: Partial<TaskConfig<OtelApi>> = {},
  runtimeConfig: RuntimeConfig = {},
): OtelLab {
  const runtime = createTaskRuntime(runtimeConfig)
  onTestFinished(() => runtime.dispose())
  const events: RuntimeEvent[] = []
  runtime.subscribeEvents((event) => events.push(event))
  const task = runtime.defineTask<OtelApi>({
    type: 'parallel',
    taskId: 'otel',
    maxWorkers: 2,
    worker: () => new Worker(new URL('./otel.worker.ts', import.meta.url), { type: 'module' }),
    ...config,
  })
  return { runtime, task, events }
}

/** The sum of a counter or a gauge over its points; the number of values of a histogram; 0 for what is not there. */
export function total(metrics: readonly ReceivedMetric[], name: string): number {
  const points = metrics.find((metric) => metric.name === name)?.points ?? []
  return points.reduce((sum, { value, count }) => sum + (count ?? value ?? Number.NaN), 0)
}

/**
 * Metrics and spans under the fault matrix: whatever happens to calls and workers, each call is counted once, and at rest
 * nothing is in flight.
 */
import { crashOptions } from '../setup/crash-policies.ts'
import { metrics, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'
import type { Task } from 'atelier-react/core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, endingOf, openBench } from './faults/bench.ts'
import { type CrashPolicy, faultIds, faults, phases, policies } from './faults/fault-table.ts'
import type { FaultApi } from './faults/faults.worker.ts'
import { prepareScenes, scenes } from './faults/scenes.ts'

beforeAll(prepareScenes)

afterEach(() => {
  trace.disable()
  metrics.disable()
})

/** Two tests at once would use up each other's memory, and the calls of that group end as others do. */
const ids = faultIds.filter((id) => faults[id].group !== 'memory')
/** Where a worker dies by itself the policy decides which calls are counted how. */
const policiesOf = (id: (typeof ids)[number]): readonly CrashPolicy[] =>
  faults[id].group === 'death' ? policies : ['retry']

function sdk() {
  const spans = new InMemorySpanExporter()
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
  trace.setGlobalTracerProvider(new WebTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  metrics.setGlobalMeterProvider(meters)
  return {
    calls: () => spans.getFinishedSpans().filter(({ name }) => name === 'atelier.task').length,
    retries: () =>
      spans
        .getFinishedSpans()
        .flatMap(({ events }) => events)
        .filter(({ name }) => name === 'atelier.retry').length,
    /** The sum of each counter and gauge, the number of values of each histogram; 0 for what was never written. */
    async totals() {
      await meters.forceFlush()
      const all =
        exporter
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
      const sums = Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : value.count), 0),
        ]),
      )
      return (name: string) => sums[name] ?? 0
    },
  }
}

/** The same task, counting the calls that are made of its worker's methods, through every `with()`, session and broadcast. */
function counting(task: Task<FaultApi>, count: (calls: number) => void): Task<FaultApi> {
  return new Proxy(task, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name === 'control') return countingControl(value as Task<FaultApi>['control'], count)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args)
        if (name === 'with') return counting(result as Task<FaultApi>, count)
        count(1)
        return result
      }
    },
  })
}

function countingControl(
  control: Task<FaultApi>['control'],
  count: (calls: number) => void,
): Task<FaultApi>['control'] {
  return {
    ...control,
    session: (options) => counting(control.session(options), count) as ReturnType<typeof control.session>,
    broadcast(...call) {
      // One call for each worker that there is.
      count(control.getSnapshot().workers.list.length)
      return control.broadcast(...call)
    },
  }
}

async function rest({ task }: Bench): Promise<void> {
  if (task.control.getSnapshot().status === 'failed') task.control.start()
  expect(await task.echo('next')).toBe('next')
  await expect
    .poll(() => task.control.getSnapshot().queue)
    .toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
}

describe.each(ids.map((id) => ({ id, title: faults[id].title })))('$title', ({ id }) => {
  const cells = phases.flatMap((phase) => policiesOf(id).map((crashPolicy) => ({ phase, crashPolicy })))
  it.each(cells)(
    '$phase, $crashPolicy: each call is counted once, and at rest nothing is in flight',
    async ({ phase, crashPolicy }) => {
      const { totals, calls, retries } = sdk()
      let made = 0
      const opened = openBench(
        { ...scenes[id].config?.(phase), ...crashOptions(crashPolicy) },
        scenes[id].make?.(phase),
      )
      const task = counting(opened.task, (count) => (made += count))
      // A proxy: a scene may set what the bench lets through.
      const bench = new Proxy(opened, {
        get: (target, key) => (key === 'task' ? task : Reflect.get(target, key)),
      })
      const { result } = await scenes[id].play(bench, phase)
      await endingOf(result)
      await rest(bench)

      await expect.poll(calls).toBe(made)
      const total = await totals()
      const outcomes = ['success', 'failure', 'canceled', 'rejected'].map((one) => total(`task.${one}.total`))
      expect(outcomes.reduce((sum, count) => sum + count)).toBe(made)
      expect(total('task.duration_ms')).toBe(made)
      // Each dispatch is a call's first, or follows its return to the queue: from a worker that is gone, or to be tried again.
      const again = total('task.dispatch.total') - total('queue.wait_ms')
      expect(again).toBeGreaterThanOrEqual(0)
      expect(again).toBeLessThanOrEqual(total('task.requeue.total') + retries())
      expect(total('task.run_ms')).toBeLessThanOrEqual(total('queue.wait_ms'))
      expect(['in_flight', 'pending', 'blocked'].map((one) => total(`queue.${one}`))).toEqual([0, 0, 0])
      const gone = total('worker.crash.total') + total('worker.terminate.total')
      expect(total('worker.spawn.total') - gone).toBe(total('workers.active'))
    },
  )
})

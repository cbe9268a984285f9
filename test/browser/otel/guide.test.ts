/** The set-ups of the guide, as they are pasted, against the receiver; each generation of the SDK runs its own. */
import { context, metrics, trace } from '@opentelemetry/api'
import type { TaskRuntime } from 'atelier-react/core'
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import guide from '../../../docs/guides/observability.md?raw'
import { type Examples, writeExamples } from '../docs/example-files.ts'
import { lacks } from '../fixtures/lacks.ts'
import { total } from './bench.ts'
import type { Received } from './received.ts'
import { generation } from './sdk.ts'

type ResizeModule = {
  readonly runtime: TaskRuntime
  readonly resize: { process(bytes: Uint8Array, width?: number): PromiseLike<Uint8Array> }
}

afterEach(() => {
  trace.disable()
  metrics.disable()
  context.disable()
  performance.clearMeasures()
})

/** Below the packages of the generation under test, so that the examples import those. */
const folder =
  generation === 2 ? 'node_modules/.doc-examples' : 'test/browser/otel/next/node_modules/.doc-examples'
const bytes = () => new Uint8Array(1_024)

/** Writes the examples afresh, with the receiver for a collector: what a module does when it is loaded happens once. */
async function paste() {
  const run = crypto.randomUUID()
  const url = `${inject('otlpReceiver')}/${run}`
  const examples = await writeExamples(
    `observability-${run}`,
    guide.replaceAll('http://localhost:4318', url),
    folder,
  )
  const received = async () => (await (await fetch(url)).json()) as Received
  return { examples, received }
}

async function loadResize({ load }: Examples): Promise<ResizeModule> {
  const module = (await load('resize.ts')) as unknown as ResizeModule
  onTestFinished(() => module.runtime.dispose())
  return module
}

describe('the guide', async () => {
  it('nothing but DevTools: a measure for each call, of the name and the detail that it states', async () => {
    const { examples } = await paste()
    const { resize } = await loadResize(examples)
    await resize.process(bytes())
    const [measure] = performance.getEntriesByType('measure') as PerformanceMeasure[]
    expect(measure?.name).toBe(`atelier:span:${measure?.detail.spanId}`)
    const stated = /Its `detail` contains\s+`([^`]+)`/.exec(guide)?.[1]?.split(/,\s+/) ?? []
    // Where the panel has no tracks.
    stated.push(...(/\balso contains `([^`]+)`/.exec(guide)?.slice(1) ?? []))
    expect(stated).toContain('queueWaitMs')
    const unstated = Object.keys(measure?.detail ?? {}).filter((name) => !stated.includes(name))
    expect(unstated).toEqual([])
  })

  it('OTLP/HTTP: spans and metrics arrive, though the runtime came first', async () => {
    const { examples, received } = await paste()
    const { resize } = await loadResize(examples)
    await resize.process(bytes())
    const telemetry = await examples.load(generation === 2 ? 'telemetry.ts' : 'telemetry-3.ts')
    await resize.process(bytes())
    await resize.process(bytes())
    await (telemetry['flushTelemetry'] as () => Promise<void>)()
    const { spans, metrics: arrived, problems } = await received()
    expect(problems).toEqual([])
    expect(spans.map(({ name, scope }) => [name, scope.service])).toEqual([
      ['atelier.task', 'editor'],
      ['atelier.task', 'editor'],
    ])
    expect(total(arrived, 'task.success.total')).toBe(2)
  })

  it('metrics only: metrics arrive, nothing else is made', async () => {
    const { examples, received } = await paste()
    const module = await examples.load('metrics-only.ts')
    const { runtime } = module as unknown as ResizeModule
    onTestFinished(() => runtime.dispose())
    const task = runtime.defineTask<{ process(bytes: Uint8Array): Uint8Array }>({
      type: 'parallel',
      worker: () => new Worker(`/${folder}/${examples.page}/resize.worker.ts`, { type: 'module' }),
    })
    await task.process(bytes())
    expect((module['pendingCalls'] as () => number)()).toBe(0)
    await (module['meterProvider'] as { forceFlush(): Promise<void> }).forceFlush()
    const { spans, metrics: arrived } = await received()
    expect(spans).toEqual([])
    expect(total(arrived, 'task.success.total')).toBe(1)
    expect(performance.getEntriesByType('measure')).toEqual([])
  })

  it.skipIf(await lacks('using'))(
    'batches: a trace for each document, all with the id of the batch, and no metric has it',
    async () => {
      const { examples, received } = await paste()
      const telemetry = await examples.load(generation === 2 ? 'telemetry.ts' : 'telemetry-3.ts')
      await loadResize(examples)
      const { importBatch } = (await examples.load('batch.ts')) as {
        importBatch(id: string, documents: Uint8Array[]): Promise<void>
      }
      await importBatch('import-7', [bytes(), bytes(), bytes()])
      await (telemetry['flushTelemetry'] as () => Promise<void>)()
      const { spans, metrics: arrived } = await received()
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3)
      expect(spans.map(({ attributes }) => attributes['atelier.batch.id'])).toEqual(Array(6).fill('import-7'))
      expect(JSON.stringify(arrived)).not.toContain('import-7')
    },
  )

  it('sampling: 5 % of the traces have measures', async () => {
    const { examples } = await paste()
    const { runtime } = (await examples.load('sampled.ts')) as unknown as ResizeModule
    onTestFinished(() => runtime.dispose())
    const traces = Array.from({ length: 2_000 }, () => runtime.createTrace())
    const sampled = traces.filter((one) => one.sampled).length
    for (const one of traces) one.end()
    // Five standard deviations around a hundred.
    expect(Math.abs(sampled - 100)).toBeLessThan(50)
    expect(performance.getEntriesByType('measure')).toHaveLength(sampled)
  })

  it('migration: what a store added up is a listener', async () => {
    const { examples } = await paste()
    const { runtime, resize } = await loadResize(examples)
    const { countFailures } = (await examples.load('failures.ts')) as {
      countFailures(of: typeof runtime): ReadonlyMap<string, number>
    }
    const failures = countFailures(runtime)
    await expect(resize.process(undefined as unknown as Uint8Array)).rejects.toThrow(TypeError)
    await resize.process(bytes())
    expect([...failures]).toEqual([['resize', 1]])
  })

  it('zone: the manager is the global one, and carries a context through promises', async () => {
    const { examples } = await paste()
    await examples.load('zone.ts')
    const { runtime, resize } = await loadResize(examples)
    const seen: string[] = []
    runtime.subscribeEvents((event) => event.kind === 'span' && seen.push(event.traceName ?? 'none'))
    const work = (name: string) =>
      runtime.trace(name, () => Promise.resolve().then(() => resize.process(bytes())))
    await Promise.all([work('a'), work('b')])
    expect(seen.sort()).toEqual(['a', 'b'])
  })
})

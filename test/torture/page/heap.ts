/** What a call leaves in memory: a steady mixture of calls, and the slope of what is held after each collection. */
import { createTaskRuntime, type Task, type TaskRuntime } from 'atelier-react/core'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { TortureApi } from '../worker/torture.worker.ts'
import { onPurpose } from './purpose.ts'

export interface HeapReport {
  readonly calls: number
  /** Bytes for each call: of the page's own heap, and of the page with its workers. */
  readonly page: number
  readonly all: number
}

interface Sample {
  readonly calls: number
  readonly page: number
  readonly all: number
}

const measured = performance as unknown as {
  readonly memory: { readonly usedJSHeapSize: number }
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>
}
const { gc } = globalThis as unknown as {
  gc: (options: { type: 'major'; execution: 'async' }) => Promise<void>
}

const SAMPLES = 12
const BURST = 100

/** Makes so many calls, of every kind; tables and code grow to their size in the first third, which does not count. */
export async function measureHeap(
  calls: number,
  progress: (line: string) => Promise<unknown>,
): Promise<HeapReport> {
  const runtime = createTaskRuntime({
    name: 'heap',
    otel: {
      tracer: new BasicTracerProvider().getTracer('heap'),
      meter: new MeterProvider().getMeter('heap'),
    },
    performance: { keepMeasures: 100 },
  })
  const worker = () => new Worker(new URL('../worker/torture.worker.ts', import.meta.url), { type: 'module' })
  const pool = runtime.defineTask<TortureApi>({ type: 'parallel', maxWorkers: 2, taskId: 'pool', worker })
  const single = runtime.defineTask<TortureApi>({ type: 'singleton', taskId: 'single', worker })
  runtime.subscribeEvents(() => {})
  runtime.subscribeRuntimeSnapshot(() => {})
  const longLived = new AbortController()
  const samples: Sample[] = []
  let made = 0
  for (let sample = 0; sample <= SAMPLES; sample++) {
    while (made < (calls * sample) / SAMPLES) {
      await burst(runtime, made % 3 === 0 ? single : pool, longLived.signal, made)
      made += BURST
    }
    samples.push({ calls: made, ...(await held()) })
    await progress(`${made} calls`)
  }
  runtime.dispose()
  const settled = samples.slice(SAMPLES / 3)
  return { calls: made, page: slopeOf(settled, 'page'), all: slopeOf(settled, 'all') }
}

/** Calls of each kind, each with keys and signals that nobody has used before. */
async function burst(
  runtime: TaskRuntime,
  task: Task<TortureApi>,
  signal: AbortSignal,
  first: number,
): Promise<void> {
  const open: PromiseLike<unknown>[] = []
  const trace = runtime.createTrace(`burst:${first}`)
  for (let n = first; n < first + BURST; n++) {
    const key = `key-${n}`
    switch (n % 20) {
      case 0:
        open.push(task.with({ key, keyMode: 'serial', signal }).pack(0, { n, text: 'x'.repeat(n % 100) }))
        break
      case 1:
        open.push(
          task.with({ key, keyMode: 'dedupe' }).echo(0, n),
          task.with({ key, keyMode: 'dedupe' }).echo(0, n),
        )
        break
      case 2:
        open.push(
          task.with({ key, keyMode: 'latest' }).tick(0),
          task.with({ key, keyMode: 'latest' }).tick(0),
        )
        break
      case 3: {
        const call = task.with({ timeoutMs: { queue: 60_000, run: 60_000, total: 90_000 } }).wait(0, 5_000)
        open.push(call)
        call.abort(onPurpose('heap'))
        break
      }
      case 4: {
        const controller = new AbortController()
        open.push(task.with({ signal: controller.signal }).echo(0, n))
        controller.abort(onPurpose('heap'))
        break
      }
      case 5:
        open.push(task.with({ trace, attributes: { n } }).fail(0, 'error'))
        break
      case 6:
        open.push(readSome(task, n % 3))
        break
      case 7:
        open.push(task.with({ onProgress: () => {}, onStart: () => {} }).report(0, 2))
        break
      case 8:
        open.push(task.with({ key }).echo(0, n))
        runtime.abort({ key })
        break
      case 9:
        open.push(task.with({ transfer: 'auto', transferResult: 'auto' }).buffer(0, new ArrayBuffer(64)))
        break
      default:
        open.push(task.echo(0, n))
    }
  }
  await Promise.allSettled(open)
  trace.end()
}

async function readSome(task: Task<TortureApi>, most: number): Promise<void> {
  let read = 0
  for await (const _ of task.items(0, 3, -1)) if (++read > most) return
}

/** What is held after collections: the least of a few measurements, since others work on the page's process as well. */
async function held(): Promise<{ page: number; all: number }> {
  let page = Number.POSITIVE_INFINITY
  let all = Number.POSITIVE_INFINITY
  for (let n = 0; n < 3; n++) {
    await gc({ type: 'major', execution: 'async' })
    page = Math.min(page, measured.memory.usedJSHeapSize)
    all = Math.min(all, (await measured.measureUserAgentSpecificMemory()).bytes)
  }
  return { page, all }
}

/** Bytes for each call: the slope of the line through the samples that is least wrong (Theil-Sen: the median of all slopes). */
function slopeOf(samples: readonly Sample[], what: 'page' | 'all'): number {
  const slopes = samples
    .flatMap((a, index) => samples.slice(index + 1).map((b) => (b[what] - a[what]) / (b.calls - a.calls)))
    .sort((a, b) => a - b)
  return slopes[slopes.length >> 1] ?? 0
}

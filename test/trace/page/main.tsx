/** The demo on some of its documents, then a program with each outcome; the test starts both when it records. */
import { collectTrace, createTaskRuntime, toChromeTrace } from 'atelier-react/core'
import { startRecorder } from 'atelier-react/devtools'
import { createRoot } from 'react-dom/client'
import { loadCorpus } from '../../../stories/documents/corpus/load-corpus.ts'
import type { DemoHandle } from '../../../stories/documents/demo-summary.ts'
import { DocumentsDemo } from '../../../stories/documents/documents-demo.tsx'
import { chromeTraceOf } from '../../../devtools/model/exports.ts'
import type { OtelApi } from '../../browser/otel/otel.worker.ts'

const DOCUMENTS = 40

/** What the test reads from the page; plain data. */
export interface Recorded {
  readonly demo: ReturnType<DemoHandle['summary']>
  readonly program: {
    readonly chromeTrace: ReturnType<typeof toChromeTrace>
    /** As the panel exports it. */
    readonly panelTrace: ReturnType<typeof toChromeTrace>
    readonly traceId: string
  }
}

declare global {
  /** Runs everything to its end. */
  var run: () => Promise<Recorded>
}

function demo(): Promise<ReturnType<DemoHandle['summary']>> {
  return new Promise((resolve) => {
    const onReady = (handle: DemoHandle) => {
      const look = () => {
        if (handle.phase() === 'settled') resolve(handle.summary())
        else requestAnimationFrame(look)
      }
      look()
    }
    const loadSources: typeof loadCorpus = async (options) => (await loadCorpus(options)).slice(0, DOCUMENTS)
    const root = document.querySelector('#root') as Element
    createRoot(root).render(<DocumentsDemo loadSources={loadSources} onReady={onReady} />)
  })
}

function lab(name: string) {
  const runtime = createTaskRuntime({ name })
  const task = runtime.defineTask<OtelApi>({
    type: 'parallel',
    taskId: name,
    maxWorkers: 2,
    worker: () =>
      new Worker(new URL('../../browser/otel/otel.worker.ts', import.meta.url), { type: 'module' }),
  })
  return { runtime, task }
}

async function program(): Promise<Recorded['program']> {
  const { runtime, task } = lab('lab')
  const recorder = startRecorder()
  const collection = collectTrace(runtime)
  const traceId = await runtime.trace('document', async (trace) => {
    const inTrace = task.with({ trace })
    await Promise.all(Array.from({ length: 20 }, (_, index) => inTrace.add(index, 1)))
    await inTrace.spans('html')
    await inTrace.fail('no such page').catch(() => {})
    const canceled = inTrace.with({ timeoutMs: 20 }).wait()
    await canceled.catch(() => {})
    return trace.traceId
  })
  const neverRun = task.with({ signal: AbortSignal.abort() }).wait()
  await neverRun.catch(() => {})
  const chromeTrace = toChromeTrace(collection.stop())
  const panelTrace = chromeTraceOf(recorder.session)
  recorder.stop()
  runtime.dispose()
  return { chromeTrace, panelTrace, traceId }
}

/** As in a browser whose time stamps know no tracks. */
async function withoutTimeStamps(): Promise<void> {
  const brands = [{ brand: 'Chromium', version: '120' }]
  Object.defineProperty(navigator, 'userAgentData', { configurable: true, value: { brands } })
  const { runtime, task } = lab('older')
  await runtime.trace('page', async (trace) => {
    await task.with({ trace }).spans('html')
    await task
      .with({ trace })
      .fail('no such page')
      .catch(() => {})
  })
  runtime.dispose()
  Reflect.deleteProperty(navigator, 'userAgentData')
}

globalThis.run = async () => {
  const recorded = { demo: await demo(), program: await program() }
  await withoutTimeStamps()
  return recorded
}

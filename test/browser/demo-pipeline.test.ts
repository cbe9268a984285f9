/** The demo's pipeline without its page: real files, real workers, and what goes wrong on the way. */
import type { Task, TaskRuntime } from 'atelier-react'
import { createTaskRuntime, taskOptions } from 'atelier-react'
import { createElement } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, describe, expect, it } from 'vitest'
import { difficultFiles } from '../../stories/documents/corpus/difficult-files.ts'
import { loadCorpus } from '../../stories/documents/corpus/load-corpus.ts'
import { ownFiles } from '../../stories/documents/corpus/own-files.ts'
import type { DocumentSource, PipelineTasks } from '../../stories/documents/pipeline.ts'
import { DocumentRuns } from '../../stories/documents/document-runs.ts'
import { DocumentSession } from '../../stories/documents/session.ts'
import { analyzeTask, createIndexTask, parseTask } from '../../stories/documents/tasks.ts'
import { observeSpans } from '../../stories/documents/telemetry/span-record.ts'
import type { AnalyzeApi } from '../../stories/documents/workers/analyze.worker.ts'
import { lacks } from './fixtures/lacks.ts'

const runtimes: TaskRuntime[] = []
const roots: Root[] = []

afterEach(() => {
  for (const root of roots.splice(0)) root.unmount()
  for (const runtime of runtimes.splice(0)) runtime.dispose()
})

describe('a run', { timeout: 60_000 }, () => {
  it('loses no document when a worker of the analyze pool is killed while it works', async () => {
    const workers = new Map<number, Worker>()
    const analyze = taskOptions<AnalyzeApi>({
      ...analyzeTask,
      worker: (info) => {
        const worker = analyzeTask.worker(info) as Worker
        workers.set(info.index, worker)
        return worker
      },
    })
    const { runtime, session, tasks } = createSession(analyze)
    // Not by documents that are done: the index may start after the last analysis.
    const killed = onceSent(runtime, 'analyze', (workerIndex) => {
      if (tasks.analyze.control.getSnapshot().counts.succeeded < 10) return false
      workers.get(workerIndex)?.terminate()
      return true
    })

    const sources = await addresses(60)
    session.add(sources)
    await killed
    await session.settled()

    expect(session.store.getTotals()).toMatchObject({ all: 60, done: 60 })
    expect(await tasks.index.size()).toBe(60)
    const { counts, workers: pool } = tasks.analyze.control.getSnapshot()
    expect(counts).toMatchObject({ succeeded: 60, failed: 0 })
    expect(counts.requeued).toBeGreaterThan(0)
    expect(pool.list.reduce((sum, worker) => sum + worker.crashes, 0)).toBe(1)
  })

  it('loses no document when the worker of the index is killed while it works, and once more when all are in', async () => {
    const task = createIndexTask()
    let current: Worker | undefined
    const index: typeof task = {
      ...task,
      worker: (info) => {
        current = task.worker(info) as Worker
        return current
      },
    }
    const { runtime, session, tasks } = createSession(analyzeTask, { made: 0 }, index)
    const killed = onceSent(runtime, 'index', () => {
      if (tasks.index.control.getSnapshot().counts.succeeded < 10) return false
      current?.terminate()
      return true
    })
    const sources = await addresses(60)
    session.add(sources)
    await killed
    await session.settled()

    expect(session.store.getTotals()).toMatchObject({ all: 60, done: 60 })
    expect(await tasks.index.size()).toBe(60)
    const lastCrash = () => tasks.index.control.getSnapshot().lastCrash
    const first = lastCrash()
    expect(first).toBeDefined()

    current?.terminate()
    await expect.poll(lastCrash).not.toBe(first)
    expect(await tasks.index.size()).toBe(60)
    expect((await tasks.index.search('congress')).documents).toBe(60)
  })

  it('keeps the indexes of two runs apart', async () => {
    const [one, other] = [createSession(), createSession()]
    one.session.add(await addresses(3))
    await one.session.settled()
    expect(await other.tasks.index.size()).toBe(0)
  })

  it('leaves no call open when all are canceled, and what was canceled is not found', async () => {
    const { runtime, session, tasks } = createSession()
    session.add(await addresses(80))
    await onceTrue(runtime, () => session.store.getTotals().done >= 10)
    session.cancelAll()
    await session.settled()

    const { done, canceled, failed } = session.store.getTotals()
    expect(done + canceled).toBe(80)
    expect(canceled).toBeGreaterThan(0)
    expect(failed).toBe(0)
    await expect.poll(() => openCalls(runtime)).toBe(0)
    expect(await tasks.index.size()).toBe(done)
  })

  it('cancels one document and leaves the others', async () => {
    const { session, tasks } = createSession()
    const sources = await addresses(12)
    session.add(sources)
    const last = sources.at(-1)
    session.cancel(last?.id ?? '')
    await session.settled()
    expect(session.store.getTotals()).toMatchObject({ done: 11, canceled: 1 })
    session.retry(last?.id ?? '')
    await session.settled()
    expect(session.store.getTotals()).toMatchObject({ done: 12, canceled: 0 })
    expect(await tasks.index.size()).toBe(12)
  })

  it('takes a file that a person waits for before the corpus', async () => {
    const { runtime, session } = createSession()
    session.add(await addresses(60))
    session.add(ownFiles([new File(['A note of my own. It is short.'], 'note.txt')]))
    const [note] = session.store.rows()
    await onceTrue(runtime, () => session.store.getRow(note?.id ?? '')?.state === 'done')
    expect(session.store.getTotals().done).toBeLessThan(30)
    await session.settled()
    expect(session.store.getTotals()).toMatchObject({ done: 61 })
  })

  it('starts again from an empty index', async () => {
    const { session, tasks } = createSession()
    session.add(await addresses(6))
    await session.settled()
    await session.restart()
    await session.settled()
    expect(session.store.getTotals()).toMatchObject({ all: 6, done: 6 })
    expect(await tasks.index.size()).toBe(6)
  })

  it('gives each bad file its own clear reason, and the others finish', async () => {
    const { session } = createSession()
    session.add([...ownFiles(await difficultFiles()), ...(await addresses(10))])
    await session.settled()

    const isWithVanished = !(await lacks('vanishingFiles'))
    const bad = isWithVanished ? 4 : 3
    expect(session.store.getTotals()).toMatchObject({ all: 10 + bad, done: 10, failed: bad })
    const reasons = session.store.rows().filter((row) => row.state === 'failed')
    expect(reasons.map(({ title, reason }) => [title, reason])).toEqual([
      ['empty.txt', 'The file is empty: it has 0 bytes.'],
      ['photograph.jpg', 'The file is binary, not text: its bytes are no text in any encoding.'],
      ['fifty-megabytes.txt', 'The file is too large: 50 MB, and the limit is 20 MB.'],
      ...(isWithVanished
        ? [['vanished.txt', expect.stringMatching(/^The file (is gone|cannot be read)/)]]
        : []),
    ])
  })

  it('adds up: calls made = success + failure + canceled + rejected = spans = measures', async () => {
    const since = performance.now()
    let measures = 0
    // The observer is also told of what is in the timeline already, of the tests before.
    const stopMeasures = observeSpans((ended) => {
      measures += ended.filter((span) => span.start >= since).length
    })
    const calls = { made: 0 }
    // One worker behind a short queue that rejects, so that every outcome occurs.
    const analyze = taskOptions<AnalyzeApi>({
      ...analyzeTask,
      maxWorkers: 1,
      queuePolicy: 'reject',
      maxQueueDepth: 1,
    })
    const { runtime, session } = createSession(analyze, calls)
    let spans = 0
    runtime.subscribeEvents((event) => {
      if (event.kind === 'span') spans += 1
    })

    const [first, ...sources] = await addresses(80)
    const bad = ownFiles(await difficultFiles())
    // The first is canceled when it has made a call, the last ten before they make one.
    session.add(first ? [first] : [])
    await onceTrue(runtime, () => calls.made > 0)
    session.cancel(first?.id ?? '')
    session.add([...bad, ...sources])
    for (const { id } of sources.slice(-10)) session.cancel(id)
    await session.settled()
    await expect.poll(() => openCalls(runtime)).toBe(0)
    runtime.flush()

    const sum = { succeeded: 0, failed: 0, canceled: 0, rejected: 0 }
    for (const { counts } of runtime.getRuntimeSnapshot().tasks) {
      for (const outcome of Object.keys(sum) as (keyof typeof sum)[]) sum[outcome] += counts[outcome]
    }
    for (const outcome of Object.values(sum)) expect(outcome).toBeGreaterThan(0)
    expect(sum.succeeded + sum.failed + sum.canceled + sum.rejected).toBe(calls.made)
    expect(spans).toBe(calls.made)
    await expect.poll(() => measures).toBe(calls.made)
    stopMeasures()
  })
})

function createSession(analyze = analyzeTask, calls = { made: 0 }, index = createIndexTask()) {
  const runtime = createTaskRuntime()
  runtimes.push(runtime)
  const tasks: PipelineTasks = {
    parse: counting(runtime.defineTask(parseTask), calls),
    analyze: counting(runtime.defineTask(analyze), calls),
    index: counting(runtime.defineTask(index), calls),
  }
  const session = new DocumentSession(tasks)
  const root = createRoot(document.createElement('div'))
  root.render(createElement(DocumentRuns, { runtime, tasks, session }))
  roots.push(root)
  return { runtime, tasks, session }
}

const notCalls = new Set<PropertyKey>(['control'])

/** The same task, counting the calls that are made of its worker's methods, through every `with()`. */
function counting<Api>(task: Task<Api>, calls: { made: number }): Task<Api> {
  return new Proxy(task, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function' || notCalls.has(name)) return value
      return (...args: unknown[]) => {
        if (name === 'with') return counting((value as (...args: unknown[]) => Task<Api>)(...args), calls)
        calls.made += 1
        return (value as (...args: unknown[]) => unknown)(...args)
      }
    },
  })
}

let corpus: Promise<DocumentSource[]> | undefined

async function addresses(count: number): Promise<DocumentSource[]> {
  corpus ??= loadCorpus()
  return (await corpus).slice(0, count)
}

/** Resolves at the first change of the runtime's state at which the condition holds. */
function onceTrue(runtime: TaskRuntime, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = runtime.subscribeRuntimeSnapshot(() => {
      if (!condition()) return
      stop()
      resolve()
    })
  })
}

/** Calls back with the worker of each call in the turn in which it is sent there: it cannot have run yet. */
function onceSent(
  runtime: TaskRuntime,
  taskName: string,
  isIt: (workerIndex: number) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = runtime.subscribeEvents(
      (event) => {
        if (event.kind !== 'call' || event.phase !== 'sent' || event.taskName !== taskName) return
        if (event.workerIndex === undefined || !isIt(event.workerIndex)) return
        stop()
        resolve()
      },
      { kinds: ['call'] },
    )
  })
}

function openCalls(runtime: TaskRuntime): number {
  return runtime
    .getRuntimeSnapshot()
    .tasks.reduce((sum, { queue }) => sum + queue.inFlight + queue.pending + queue.blocked, 0)
}

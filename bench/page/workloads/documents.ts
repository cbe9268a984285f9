/** E3: the pipeline of the Documents demo on its real files, against the same by hand with all work posted at once. */
import { createTaskRuntime } from 'atelier-react/core'
import { loadCorpus } from '../../../stories/documents/corpus/load-corpus.ts'
import { watchFrames } from '../app/frame-gaps.ts'
import { pause } from '../tools.ts'
import type { DocumentHandlers, Timed } from '../workers/documents-handlers.ts'
import type { Case, Sample, Workload } from '../workload.ts'
import { idleWhileWaiting, type Job } from './idle-share.ts'

const WORKERS = 2
/** Every third of the 233 addresses. */
const EVERY = 3

/** The jobs, each on separate workers. */
type Pipeline = {
  readonly [Name in keyof DocumentHandlers]: (
    ...args: Parameters<DocumentHandlers[Name]>
  ) => PromiseLike<Awaited<ReturnType<DocumentHandlers[Name]>>>
} & { readonly close: () => void }

export const documents: Workload = {
  id: 'E3',
  title: 'the Documents pipeline',
  what:
    `Every third of 233 addresses: parse and analyze in a pool of ${WORKERS} each, add to an index in a singleton, and a row of the page for each, ` +
    'written as its stages end. All documents are started in one turn. ' +
    'The wall time; the longest time between two frames; and the share of their span for which workers stood idle while calls of theirs waited.',
  metrics: {
    wall: { label: 'wall', unit: 'ms', ratioTo: 'raw' },
    frame: { label: 'longest frame', unit: 'ms' },
    parse: { label: 'parse: idle', unit: 'share' },
    analyze: { label: 'analyze: idle', unit: 'share' },
    add: { label: 'index: idle', unit: 'share' },
  },
  mostRounds: 9,
  warmups: 2,
  cases: () => [
    caseOf('raw', 'by hand, everything posted at once', openByHand),
    caseOf('atelier-default', 'Atelier, default options', () => openAtelier()),
    caseOf('atelier-in-flight', 'Atelier, parse with maxInFlight: 8', () => openAtelier(8)),
  ],
}

function caseOf(id: string, label: string, open: () => Pipeline): Case {
  return {
    id,
    label,
    open: async () => {
      const sources = (await loadCorpus()).filter((_, at) => at % EVERY === 0)
      const pipeline = open()
      return { sample: () => sampleOf(pipeline, sources), close: pipeline.close }
    },
  }
}

interface Source {
  readonly id: string
  readonly title: string
  readonly file: File
}

async function sampleOf({ parse, analyze, add }: Pipeline, sources: readonly Source[]): Promise<Sample> {
  const jobs = { parse: [] as Job[], analyze: [] as Job[], add: [] as Job[] }
  const timed = async <T>(into: Job[], call: PromiseLike<Timed<T>>): Promise<T> => {
    const made = performance.timeOrigin + performance.now()
    const { value, start, end } = await call
    into.push({ made, start, end })
    return value
  }
  const list = document.body.appendChild(document.createElement('ol'))
  const stopWatching = watchFrames()
  await pause(50)
  const began = performance.now()
  await Promise.all(
    sources.map(async ({ id, title, file }) => {
      const row = list.appendChild(document.createElement('li'))
      row.textContent = `${title}: parsing`
      const text = await timed(jobs.parse, parse(file))
      row.textContent = `${title}: ${text.length} characters, analyzing`
      const { stats, frequencies, candidates } = await timed(jobs.analyze, analyze(text))
      row.textContent = `${title}: ${stats.words} words, ${stats.sentences} sentences, indexing`
      const phrases = await timed(jobs.add, add({ id, title, text, ...frequencies, candidates }))
      row.textContent = `${title}: ${phrases.map(({ phrase }) => phrase).join(', ')}`
    }),
  )
  const wall = performance.now() - began
  const { longest: frame } = stopWatching()
  list.remove()
  return {
    wall,
    frame,
    parse: idleWhileWaiting(jobs.parse, WORKERS),
    analyze: idleWhileWaiting(jobs.analyze, WORKERS),
    add: idleWhileWaiting(jobs.add, 1),
  }
}

function openAtelier(maxInFlight?: number): Pipeline {
  const runtime = createTaskRuntime()
  const worker = () =>
    new Worker(new URL('../workers/documents.atelier.worker.ts', import.meta.url), { type: 'module' })
  const pool = { type: 'parallel', maxWorkers: WORKERS, worker } as const
  const parser = runtime.defineTask<DocumentHandlers>({ ...pool, taskId: 'parse', maxInFlight })
  const analyzer = runtime.defineTask<DocumentHandlers>({ ...pool, taskId: 'analyze' })
  const index = runtime.defineTask<DocumentHandlers>({ type: 'singleton', taskId: 'index', worker })
  return {
    parse: (file) => parser.parse(file),
    analyze: (text) => analyzer.analyze(text),
    add: (document) => index.add(document),
    close: () => {
      runtime.clearMeasures()
      runtime.dispose()
    },
  }
}

function openByHand(): Pipeline {
  const parser = openPool(WORKERS)
  const analyzer = openPool(WORKERS)
  const index = openPool(1)
  return {
    parse: (file) => parser.post('parse', file),
    analyze: (text) => analyzer.post('analyze', text),
    add: (document) => index.post('add', document),
    close: () => [parser, analyzer, index].forEach(({ close }) => close()),
  }
}

function openPool(size: number) {
  const open = new Map<number, (value: unknown) => void>()
  let lastId = 0
  const workers = Array.from({ length: size }, () => {
    const worker = new Worker(new URL('../workers/documents.raw.worker.ts', import.meta.url), {
      type: 'module',
    })
    worker.onmessage = ({ data: [id, value] }: MessageEvent<[id: number, value: unknown]>) => {
      open.get(id)?.(value)
      open.delete(id)
    }
    return worker
  })
  return {
    post: <T>(name: keyof DocumentHandlers, argument: unknown) =>
      new Promise<T>((resolve) => {
        const id = ++lastId
        open.set(id, resolve as (value: unknown) => void)
        workers[id % size]?.postMessage([id, name, argument])
      }),
    close: () => workers.forEach((worker) => worker.terminate()),
  }
}

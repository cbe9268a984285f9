/** One document's way through the three tasks, under one trace: parse, analyze, index. No React in here. */
import type { Task, TaskMapContext, TaskRuntime } from 'atelier-react'
import type { DocumentRow } from './document-store.ts'
import { isCancel } from './failure-reason.ts'
import type { AnalyzeApi } from './workers/analyze.worker.ts'
import type { IndexApi } from './workers/index.worker.ts'
import type { ParseApi } from './workers/parse.worker.ts'

export interface DocumentSource {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly file: File
  /** Whether a person waits for it: then it goes before the rest. */
  readonly urgent?: boolean | undefined
}

export interface PipelineTasks {
  readonly parse: Task<ParseApi>
  readonly analyze: Task<AnalyzeApi>
  readonly index: Task<IndexApi>
}

/** What is known of a document on its way, and at its end. */
export type DocumentProgress = Partial<Omit<DocumentRow, 'id'>>

/** Gives what was found in the document; rejects with why it was not indexed. */
export async function runDocument(
  runtime: TaskRuntime,
  tasks: PipelineTasks,
  source: DocumentSource,
  { signal, progress }: TaskMapContext<DocumentProgress>,
): Promise<DocumentProgress> {
  let known: DocumentProgress = {}
  // The newest value is what a row shows: each holds all that is known.
  const onChange = (change: DocumentProgress) => {
    known = { ...known, ...change }
    progress(known)
  }
  let indexing = false
  try {
    return await runtime.trace(source.title, async (trace) => {
      // The trace travels by hand: after the first `await` a browser has no other way to know it.
      const priority = source.urgent ? ('high' as const) : ('normal' as const)
      const options = { trace, signal, priority, key: source.id }

      const parse = tasks.parse.with(options).parse(source.file)
      parse.admitted.then(
        () => onChange({ state: 'parsing' }),
        () => undefined,
      )
      const { text, bytes } = await parse

      onChange({ state: 'analyzing', bytes })
      const onProgress = (part: unknown) => onChange({ progress: Number(part) })
      const { stats, frequencies, candidates } = await tasks.analyze
        .with({ ...options, onProgress })
        .analyze(text)

      onChange({ state: 'indexing', stats, progress: undefined })
      indexing = true
      const { id, title } = source
      const phrases = await tasks.index.with(options).add({ id, title, text, ...frequencies, candidates })
      return { ...known, state: 'done' as const, phrases: phrases.map(({ phrase }) => phrase) }
    })
  } catch (error) {
    // An `add` that had begun cannot be called back: what was canceled must not be found by a search.
    if (indexing && isCancel(error))
      await tasks.index
        .with({ trace: null })
        .remove(source.id)
        .catch(() => undefined)
    throw error
  }
}

/** A run over many documents, as the page sees it: what is asked of it, and what has become of each. Knows no React. */
import type { TaskMapItem } from 'atelier-react'
import { type DocumentRow, DocumentStore, isOpen } from './document-store.ts'
import { failureReason, isCancel } from './failure-reason.ts'
import type { DocumentProgress, DocumentSource, PipelineTasks } from './pipeline.ts'

export type SessionPhase = 'idle' | 'running' | 'settled'

/** A document with how far it has come, as `useTaskMap` gives it. */
export type DocumentItem = TaskMapItem<DocumentSource, DocumentProgress, DocumentProgress>

/** What carries out what a session is asked. */
export interface DocumentRuns {
  /** Takes documents, which are in the list from then on; those that a person waits for are the next to start. */
  readonly add: (sources: readonly DocumentSource[]) => void
  readonly runNext: (...ids: readonly string[]) => void
  readonly abort: (id: string | undefined, reason: unknown) => void
}

const isOver = ({ status }: DocumentItem) => status !== 'idle' && status !== 'queued' && status !== 'running'

export class DocumentSession {
  readonly store = new DocumentStore()
  readonly #index: PipelineTasks['index']
  readonly #sources = new Map<string, DocumentSource>()
  /** As they were shown last. */
  readonly #items = new Map<unknown, DocumentItem>()
  /** Added, and not yet run: a cancel finds nothing to abort. */
  readonly #unstarted = new Set<string>()
  /** What was asked and is not over, with the item as it was then: what is over must be another one. */
  readonly #asked = new Map<string, DocumentItem | undefined>()
  readonly #listeners = new Set<() => void>()
  #runs: DocumentRuns | undefined
  #phase: SessionPhase = 'idle'

  constructor({ index }: Pick<PipelineTasks, 'index'>) {
    this.#index = index
  }

  readonly getPhase = (): SessionPhase => this.#phase

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Who carries out what is asked from now on. */
  connect(runs: DocumentRuns): void {
    const isFirst = this.#runs === undefined
    this.#runs = runs
    if (isFirst) runs.add([...this.#sources.values()])
  }

  /** They start as the workers have room: all of them in one turn would hold up the page. */
  readonly add = (sources: readonly DocumentSource[]): void => {
    const unknown = sources.filter(({ id }) => !this.#sources.has(id))
    if (unknown.length === 0) return
    for (const source of unknown) this.#sources.set(source.id, source)
    this.store.prepend(
      unknown.map(({ id, title, detail, file }) => ({
        id,
        title,
        detail,
        bytes: file.size,
        state: 'waiting',
      })),
    )
    const ids = unknown.map(({ id }) => id)
    for (const id of ids) this.#unstarted.add(id)
    this.#ask(ids)
    this.#runs?.add(unknown)
  }

  /** Those of them that are to be run: nobody has canceled them meanwhile. A person's own come first. */
  readonly starting = (sources: readonly DocumentSource[]): string[] =>
    [...sources]
      .sort((a, b) => Number(b.urgent ?? false) - Number(a.urgent ?? false))
      .flatMap(({ id }) => (this.#unstarted.delete(id) ? id : []))

  cancel(id: string): void {
    this.#giveUp([id])
    this.#runs?.abort(id, canceledByReader())
  }

  cancelAll(): void {
    this.#giveUp([...this.#unstarted])
    this.#runs?.abort(undefined, canceledByReader())
  }

  /** Runs a document once more that has settled; somebody asked for it, so it is the next to start. */
  retry(id: string): void {
    if (!this.#sources.has(id) || isOpen(this.store.getRow(id)?.state)) return
    this.#ask([id])
    this.#runs?.runNext(id)
  }

  /** Everything from the beginning, on an empty index; `onEmpty` is called in between. */
  async restart(onEmpty?: () => void): Promise<void> {
    this.cancelAll()
    await this.settled()
    onEmpty?.()
    await this.#index.with({ trace: null }).clear()
    const ids = [...this.#sources.keys()]
    this.#ask(ids)
    this.#runs?.runNext(...ids)
  }

  /** Resolves when nothing is open any more. */
  async settled(): Promise<void> {
    while (this.#phase === 'running') await new Promise<void>((resolve) => this.#onceChanged(resolve))
  }

  /** Takes what `useTaskMap` shows: an item that has not changed is the same object. */
  readonly show = (items: readonly DocumentItem[]): void => {
    for (const item of items) {
      const id = item.item.id
      if (this.#items.get(id) === item) continue
      this.#items.set(id, item)
      if (item.status !== 'idle') this.store.update(id, rowOf(item))
      if (isOver(item) && this.#asked.has(id) && this.#asked.get(id) !== item) this.#asked.delete(id)
    }
    this.#endIfOver()
  }

  #giveUp(ids: readonly string[]): void {
    for (const id of ids.filter((each) => this.#unstarted.delete(each))) {
      this.#asked.delete(id)
      this.store.update(id, { state: 'canceled' })
    }
    this.#endIfOver()
  }

  #endIfOver(): void {
    if (this.#phase === 'running' && this.#asked.size === 0) void this.#finish()
  }

  #ask(ids: readonly string[]): void {
    for (const id of ids) {
      this.#asked.set(id, this.#items.get(id))
      this.store.update(id, { state: 'waiting', reason: undefined, progress: undefined })
    }
    this.#setPhase('running')
  }

  async #finish(): Promise<void> {
    await this.#rescore()
    if (this.#asked.size === 0) this.#setPhase('settled')
  }

  /** The first documents were scored against an almost empty index: once all are there, every one is scored again. */
  async #rescore(): Promise<void> {
    const done = this.store.rows().filter((row) => row.state === 'done')
    if (done.length === 0) return
    try {
      const scored = await this.#index.with({ trace: null }).keyPhrases(done.map((row) => row.id))
      for (const [id, phrases] of scored) {
        this.store.update(id, { phrases: phrases.map(({ phrase }) => phrase) })
      }
    } catch {
      // The provisional phrases stay: a page that is going away needs no better ones.
    }
  }

  #setPhase(phase: SessionPhase): void {
    if (phase === this.#phase) return
    this.#phase = phase
    for (const listener of this.#listeners) listener()
  }

  #onceChanged(callback: () => void): void {
    const stop = this.subscribe(() => {
      stop()
      callback()
    })
  }
}

function canceledByReader(): DOMException {
  return new DOMException('Canceled by the reader.', 'AbortError')
}

/** What a row shows of an item. */
function rowOf(item: DocumentItem): Partial<Omit<DocumentRow, 'id'>> {
  switch (item.status) {
    case 'success':
      return { ...item.data, progress: undefined }
    case 'error':
      return isCancel(item.error)
        ? { state: 'canceled', progress: undefined }
        : { state: 'failed', reason: failureReason(item.error), progress: undefined }
    case 'canceled':
      return { state: 'canceled', progress: undefined }
    case 'running':
      return { state: 'waiting', ...item.progress }
    default:
      return { state: 'waiting', progress: undefined }
  }
}

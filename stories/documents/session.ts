/** A run over many documents: start, add, cancel one or all, run again. Knows the runtime and the store, no React. */
import type { TaskRuntime } from 'atelier-react'
import { DocumentStore, isOpen } from './document-store.ts'
import { Feed } from './feed.ts'
import type { DocumentSource, PipelineTasks } from './pipeline.ts'
import { runDocument } from './pipeline.ts'
import { documentsAtOnce } from './tasks.ts'

export type SessionPhase = 'idle' | 'running' | 'settled'

export class DocumentSession {
  readonly store = new DocumentStore()
  readonly #runtime: TaskRuntime
  readonly #tasks: PipelineTasks
  readonly #sources = new Map<string, DocumentSource>()
  readonly #open = new Map<string, AbortController>()
  readonly #listeners = new Set<() => void>()
  readonly #feed = new Feed({ width: documentsAtOnce, start: (id) => this.#run(id) })
  #phase: SessionPhase = 'idle'

  constructor(runtime: TaskRuntime, tasks: PipelineTasks) {
    this.#runtime = runtime
    this.#tasks = tasks
  }

  readonly getPhase = (): SessionPhase => this.#phase

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
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
    this.#begin(unknown)
  }

  cancel(id: string): void {
    if (this.#feed.remove(id)) {
      this.store.update(id, { state: 'canceled' })
      this.#ended()
    }
    this.#open.get(id)?.abort(new DOMException('Canceled by the reader.', 'AbortError'))
  }

  cancelAll(): void {
    // Those that wait come first: one that ends makes room for the next.
    for (const { id, state } of this.store.rows()) if (state === 'waiting') this.cancel(id)
    for (const id of [...this.#open.keys()]) this.cancel(id)
  }

  /** Runs a document once more that has settled; somebody asked for it, so it is the next to start. */
  retry(id: string): void {
    const source = this.#sources.get(id)
    if (source && !this.#open.has(id) && !isOpen(this.store.getRow(id)?.state)) this.#begin([source], true)
  }

  /** Everything from the beginning, on an empty index; `onEmpty` is called in between. */
  async restart(onEmpty?: () => void): Promise<void> {
    this.cancelAll()
    await this.settled()
    onEmpty?.()
    await this.#tasks.index.with({ trace: null }).clear()
    this.#begin([...this.#sources.values()])
  }

  /** Resolves when nothing is open any more. */
  async settled(): Promise<void> {
    while (this.#phase === 'running') await new Promise<void>((resolve) => this.#onceChanged(resolve))
  }

  #begin(sources: readonly DocumentSource[], isUrgent = false): void {
    for (const { id } of sources) {
      this.store.update(id, { state: 'waiting', reason: undefined, progress: undefined })
    }
    this.#setPhase('running')
    const ids = (urgent: boolean) =>
      sources.filter((source) => (isUrgent || source.urgent === true) === urgent).map(({ id }) => id)
    this.#feed.add(ids(true), true)
    this.#feed.add(ids(false))
  }

  #run(id: string): void {
    const source = this.#sources.get(id)
    if (!source) return
    const controller = new AbortController()
    this.#open.set(id, controller)
    void runDocument(this.#runtime, this.#tasks, source, {
      signal: controller.signal,
      onChange: (change) => this.store.update(id, change),
    }).then(() => {
      this.#open.delete(id)
      this.#feed.ended()
      this.#ended()
    })
  }

  #ended(): void {
    if (this.#open.size === 0 && this.#feed.isEmpty) void this.#finish()
  }

  async #finish(): Promise<void> {
    await this.#rescore()
    if (this.#open.size === 0 && this.#feed.isEmpty) this.#setPhase('settled')
  }

  /** The first documents were scored against an almost empty index: once all are there, every one is scored again. */
  async #rescore(): Promise<void> {
    const done = this.store.rows().filter((row) => row.state === 'done')
    if (done.length === 0) return
    try {
      const scored = await this.#tasks.index.with({ trace: null }).keyPhrases(done.map((row) => row.id))
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

/** What the gauges of a runtime read: one reader per task, and a last zero for tasks that are gone. */
import { type GaugeName, QUEUE_POLICY, taskAttributes } from '../names.ts'
import type { TaskGauges } from '../instrumentation.ts'
import type { Attributes } from '../../types/telemetry.ts'

/** Receives one value of one gauge. */
export type GaugeObserver = (name: GaugeName, value: number, attributes: Attributes) => void

interface GaugeSource {
  /** Null once the task is gone. */
  read: (() => TaskGauges) | null
  readonly queueAttributes: Attributes
  readonly workerAttributes: Attributes
  /** The next collection has to see the zeros of a task that is gone. */
  owesZeros: boolean
  /** The values that listeners saw last, by the order of {@link NAMES}; empty where they saw none. */
  seen: number[]
}

const NAMES: readonly GaugeName[] = [
  'queue.in_flight',
  'queue.pending',
  'queue.ahead',
  'queue.blocked',
  'workers.active',
  'workers.limit',
]
const FIRST_OF_WORKERS = 4
const ZEROS: readonly number[] = [0, 0, 0, 0, 0, 0]
/** Tasks that are gone and wait for a collection; past it the oldest are forgotten. */
const MOST_GONE = 1_000

export class TaskGaugeRegistry {
  /** By what their series have in common. */
  private readonly sources = new Map<string, GaugeSource>()
  /** A meter collects from here. */
  hasCollector = false
  private readonly runtimeName: string
  private gone = 0
  private isObserving = false
  private hasChanged = false

  constructor(runtimeName: string) {
    this.runtimeName = runtimeName
  }

  /**
   * A later task of the same series replaces the earlier one. After its end a task reports 0 to the next collection, and to
   * listeners that have seen another value; a meter that accumulates goes on reporting it, and nothing is kept here.
   */
  register(read: () => TaskGauges): () => void {
    const task = read()
    const workerAttributes = taskAttributes(task, this.runtimeName)
    const queueAttributes = { ...workerAttributes, [QUEUE_POLICY]: task.policy }
    const id = JSON.stringify(queueAttributes)
    const earlier = this.sources.get(id)
    if (earlier?.read === null) this.gone--
    const seen = earlier?.seen ?? []
    const source: GaugeSource = { read, queueAttributes, workerAttributes, owesZeros: false, seen }
    this.sources.set(id, source)
    return () => {
      if (this.sources.get(id) === source) this.end(id, source)
    }
  }

  /** All tasks are gone. */
  zeroAll(): void {
    for (const [id, source] of this.sources) this.end(id, source)
  }

  get isEmpty(): boolean {
    return this.sources.size === 0
  }

  /** For a collection. */
  observeAll(observe: GaugeObserver): void {
    for (const [id, source] of this.sources) {
      const values = valuesOf(source)
      source.owesZeros = false
      for (const [index, name] of NAMES.entries())
        observe(name, values[index] ?? 0, attributesOf(source, index))
      this.release(id, source)
    }
  }

  /** For listeners: the values that have changed since the last time. Listeners may change more, which is reported next. */
  observeChanged(observe: GaugeObserver): void {
    this.hasChanged = true
    if (this.isObserving) return
    this.isObserving = true
    try {
      while (this.hasChanged) {
        this.hasChanged = false
        for (const [id, source] of this.sources) {
          this.observeSource(source, observe)
          this.release(id, source)
        }
      }
    } finally {
      this.isObserving = false
    }
  }

  /** The last listener left. The next one begins with the values of its time. */
  forgetListeners(): void {
    for (const [id, source] of this.sources) {
      source.seen = []
      this.release(id, source)
    }
  }

  private observeSource(source: GaugeSource, observe: GaugeObserver): void {
    const { seen, read } = source
    // It was never seen, or its zeros have been.
    if (read === null && seen.length === 0) return
    const values = valuesOf(source)
    for (const [index, name] of NAMES.entries()) {
      const value = values[index] ?? 0
      if (seen[index] === value) continue
      seen[index] = value
      observe(name, value, attributesOf(source, index))
    }
    if (read === null) source.seen = []
  }

  private end(id: string, source: GaugeSource): void {
    if (source.read === null) return
    // The reader holds the whole task.
    source.read = null
    source.owesZeros = this.hasCollector
    this.gone++
    this.release(id, source)
    if (this.gone > MOST_GONE) this.forgetOldest()
  }

  private forgetOldest(): void {
    for (const [id, source] of this.sources) {
      if (source.read === null) return this.remove(id)
    }
  }

  /** Forgets a task that is gone, once everybody has seen its zeros. */
  private release(id: string, source: GaugeSource): void {
    if (source.read !== null || source.owesZeros || source.seen.length > 0) return
    if (this.sources.get(id) === source) this.remove(id)
  }

  private remove(id: string): void {
    this.sources.delete(id)
    this.gone--
  }
}

function attributesOf(source: GaugeSource, index: number): Attributes {
  return index < FIRST_OF_WORKERS ? source.queueAttributes : source.workerAttributes
}

function valuesOf({ read }: GaugeSource): readonly number[] {
  if (read === null) return ZEROS
  const task = read()
  return [task.inFlight, task.pending, task.ahead, task.blocked, task.activeWorkers, task.workerLimit]
}

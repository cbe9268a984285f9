/** What the gauges of a runtime read: one reader per task, and zeros for tasks that are gone. */
import { type GaugeName, QUEUE_POLICY, taskAttributes } from '../names.ts'
import type { TaskGauges } from '../instrumentation.ts'
import type { Attributes } from '../../types/telemetry.ts'

/** Receives one value of one gauge. */
export type GaugeObserver = (name: GaugeName, value: number, attributes: Attributes) => void

interface GaugeSource {
  readonly read: () => TaskGauges
  readonly queueAttributes: Attributes
  readonly workerAttributes: Attributes
  /** The values that were told last to listeners, by the order of {@link NAMES}. */
  readonly told: number[]
}

const NAMES: readonly GaugeName[] = [
  'queue.in_flight',
  'queue.pending',
  'queue.blocked',
  'workers.active',
  'workers.limit',
]
const FIRST_OF_WORKERS = 3

export class TaskGaugeRegistry {
  private readonly sources = new Map<string, GaugeSource>()
  private readonly runtimeName: string

  constructor(runtimeName: string) {
    this.runtimeName = runtimeName
  }

  /** A later task of the same id replaces the earlier one. After its end a task goes on to report 0. */
  register(read: () => TaskGauges): () => void {
    const task = read()
    const workerAttributes = taskAttributes(task, this.runtimeName)
    const queueAttributes = { ...workerAttributes, [QUEUE_POLICY]: task.policy }
    const source: GaugeSource = { read, queueAttributes, workerAttributes, told: [] }
    this.sources.set(task.taskId, source)
    return () => {
      if (this.sources.get(task.taskId) === source) this.zero(task.taskId, source)
    }
  }

  /** All tasks are gone. */
  zeroAll(): void {
    for (const [taskId, source] of this.sources) this.zero(taskId, source)
  }

  observeAll(observe: GaugeObserver): void {
    for (const source of this.sources.values()) {
      const values = valuesOf(source.read())
      for (const [index, name] of NAMES.entries())
        observe(name, values[index] ?? 0, attributesOf(source, index))
    }
  }

  /** Those values that have changed since the last time. */
  observeChanged(observe: GaugeObserver): void {
    for (const source of this.sources.values()) {
      const values = valuesOf(source.read())
      for (const [index, name] of NAMES.entries()) {
        const value = values[index] ?? 0
        if (source.told[index] === value) continue
        source.told[index] = value
        observe(name, value, attributesOf(source, index))
      }
    }
  }

  private zero(taskId: string, source: GaugeSource): void {
    const { taskName, type, policy } = source.read()
    // Its own object: the reader holds the whole task.
    const gone: TaskGauges = {
      taskId,
      taskName,
      type,
      policy,
      inFlight: 0,
      pending: 0,
      blocked: 0,
      activeWorkers: 0,
      workerLimit: 0,
    }
    this.sources.set(taskId, { ...source, read: () => gone })
  }
}

function attributesOf(source: GaugeSource, index: number): Attributes {
  return index < FIRST_OF_WORKERS ? source.queueAttributes : source.workerAttributes
}

function valuesOf(task: TaskGauges): readonly number[] {
  return [task.inFlight, task.pending, task.blocked, task.activeWorkers, task.workerLimit]
}

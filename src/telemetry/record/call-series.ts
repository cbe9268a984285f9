/**
 * What the calls of one method of one task have in common: labels, and the attribute objects of their metrics.
 * Made once, so that a call allocates none of them, and so that the cardinality of a metric is bounded: nothing in
 * here knows a call, a trace, a key or an attempt, and names that no worker has share one series.
 */
import type { CallTask } from '../../call/call.ts'
import type { TaskIdentity } from '../instrumentation.ts'
import { OTHER } from '../names.ts'
import { MethodMetrics } from './method-metrics.ts'

/** Names of a task that are taken at their word before its first worker has announced its methods. */
const MOST_UNVERIFIED = 100

export class CallSeries {
  readonly task: TaskIdentity
  readonly method: string
  /** `resize.process`, the label of the call in DevTools. */
  readonly label: string
  private readonly owner: TaskSeries
  /** Null for a name that is known to be no method, or is one of too many. */
  private readonly own: MethodMetrics | null
  private isVerified = false

  constructor(owner: TaskSeries, method: string, own: MethodMetrics | null) {
    const { task } = owner
    this.owner = owner
    this.task = task
    this.method = method
    this.own = own
    this.label = `${task.taskName ?? task.taskId}.${method}`
  }

  /** Where the method counts: under its name, or with all that are none. */
  get metrics(): MethodMetrics {
    const { own } = this
    if (own === null) return this.unknown
    if (this.isVerified) return own
    const { methods } = this.task
    if (methods === undefined) return own
    this.isVerified = methods.includes(this.method)
    return this.isVerified ? own : this.unknown
  }

  /** The metrics of names that are no methods. */
  get unknown(): MethodMetrics {
    return this.owner.unknown
  }
}

class TaskSeries {
  readonly task: CallTask & TaskIdentity
  private readonly runtimeName: string
  private readonly methods = new Map<string, CallSeries>()
  private others: MethodMetrics | null = null

  constructor(task: CallTask, runtimeName: string) {
    this.task = task
    this.runtimeName = runtimeName
  }

  get unknown(): MethodMetrics {
    return (this.others ??= new MethodMetrics(this.task, OTHER, this.runtimeName))
  }

  of(method: string): CallSeries {
    const known = this.methods.get(method)
    if (known !== undefined) return known
    const announced = this.task.methods
    const isKept = announced === undefined ? this.methods.size < MOST_UNVERIFIED : announced.includes(method)
    const own = isKept ? new MethodMetrics(this.task, method, this.runtimeName) : null
    const series = new CallSeries(this, method, own)
    if (isKept) this.methods.set(method, series)
    return series
  }
}

/** The series of one runtime. They go with their task. */
export class CallSeriesIndex {
  private readonly tasks = new WeakMap<CallTask, TaskSeries>()
  private readonly runtimeName: string
  private last: CallSeries | undefined

  constructor(runtimeName: string) {
    this.runtimeName = runtimeName
  }

  of(task: CallTask, method: string): CallSeries {
    // Calls come in runs of one method.
    const { last } = this
    if (last !== undefined && last.task === task && last.method === method) return last
    let ofTask = this.tasks.get(task)
    if (ofTask === undefined) {
      ofTask = new TaskSeries(task, this.runtimeName)
      this.tasks.set(task, ofTask)
    }
    return (this.last = ofTask.of(method))
  }
}

/** Series of no task: see kept-shapes. */
export function sampleSeries(): CallSeries {
  const control = { abort: () => {}, awaited: () => {}, grant: () => {}, prioritize: () => {} }
  const task = {
    taskId: '',
    taskName: undefined,
    type: 'parallel',
    policy: 'block',
    control,
  } as const
  return new TaskSeries(task, '').of('')
}

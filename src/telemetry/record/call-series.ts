/**
 * What the calls of one method of one task have in common: labels, and the attribute objects of their metrics.
 * Made once, so that a call allocates none of them, and so that the cardinality of a metric is bounded: nothing in
 * here knows a call, a trace, a key or an attempt.
 */
import type { CallTask } from '../../call/call.ts'
import {
  CANCEL_REASON,
  type CounterName,
  ERROR_TYPE,
  ERROR_TYPE_OTHER,
  OUTCOME,
  QUEUE_POLICY,
  TASK_ID,
  TASK_METHOD,
  TASK_NAME,
  TASK_TYPE,
  taskAttributes,
} from '../names.ts'
import type { Attributes, CallOutcome } from '../../types/telemetry.ts'

/** Increments of one counter under one set of attributes, added up until the next flush. */
export interface Tally {
  readonly counter: CounterName
  readonly attributes: Attributes
  pending: number
}

const OUTCOME_COUNTER: Readonly<Record<CallOutcome, CounterName>> = {
  success: 'task.success.total',
  failure: 'task.failure.total',
  canceled: 'task.canceled.total',
  rejected: 'task.rejected.total',
}

/** Ways of ending that a method is counted under: far more than there are kinds of errors in one handler. */
const MOST_ENDINGS = 100

/** The tally and the histogram attributes of calls that ended the same way. */
export interface OutcomeSeries {
  readonly tally: Tally
  readonly histogram: Attributes
}

export class CallSeries {
  readonly task: CallTask
  readonly method: string
  /** `resize.process`, the label of the call in DevTools. */
  readonly label: string
  /** What spans are started with, so that a sampler can decide by it. */
  readonly spanAttributes: Attributes
  readonly waitHistogram: Attributes
  readonly dispatched: Tally
  readonly requeued: Tally
  private readonly base: Record<string, string>
  private readonly success: OutcomeSeries
  private readonly others = new Map<string, OutcomeSeries>()

  constructor(task: CallTask, method: string, runtimeName: string) {
    this.task = task
    this.method = method
    this.label = `${task.taskName ?? task.taskId}.${method}`
    this.spanAttributes = {
      [TASK_ID]: task.taskId,
      ...(task.taskName !== undefined && { [TASK_NAME]: task.taskName }),
      [TASK_TYPE]: task.type,
      [TASK_METHOD]: method,
    }
    this.base = { ...taskAttributes(task, runtimeName), [TASK_METHOD]: method }
    this.waitHistogram = this.base
    const counter = { ...this.base, [QUEUE_POLICY]: task.policy }
    this.dispatched = { counter: 'task.dispatch.total', attributes: counter, pending: 0 }
    this.requeued = { counter: 'task.requeue.total', attributes: counter, pending: 0 }
    this.success = this.seriesOf('success', undefined, undefined)
  }

  /** `reason` is one of a few words; names of errors past the bound become `_OTHER`. */
  outcome(outcome: CallOutcome, errorType: string | undefined, reason: string | undefined): OutcomeSeries {
    if (outcome === 'success') return this.success
    const id = `${outcome} ${errorType ?? ''} ${reason ?? ''}`
    const known = this.others.get(id)
    if (known !== undefined) return known
    // Somebody who makes up names of errors would make up metrics.
    const isOneTooMany =
      this.others.size >= MOST_ENDINGS && errorType !== undefined && errorType !== ERROR_TYPE_OTHER
    if (isOneTooMany) return this.outcome(outcome, ERROR_TYPE_OTHER, reason)
    const series = this.seriesOf(outcome, errorType, reason)
    this.others.set(id, series)
    return series
  }

  private seriesOf(
    outcome: CallOutcome,
    errorType: string | undefined,
    reason: string | undefined,
  ): OutcomeSeries {
    const type = errorType === undefined ? undefined : { [ERROR_TYPE]: errorType }
    return {
      tally: {
        counter: OUTCOME_COUNTER[outcome],
        attributes: {
          ...this.base,
          [QUEUE_POLICY]: this.task.policy,
          ...type,
          ...(reason !== undefined && { [CANCEL_REASON]: reason }),
        },
        pending: 0,
      },
      histogram: { ...this.base, [OUTCOME]: outcome, ...type },
    }
  }
}

/** The series of one runtime. They go with their task. */
export class CallSeriesIndex {
  private readonly tasks = new WeakMap<CallTask, Map<string, CallSeries>>()
  private readonly runtimeName: string
  private last: CallSeries | undefined

  constructor(runtimeName: string) {
    this.runtimeName = runtimeName
  }

  of(task: CallTask, method: string): CallSeries {
    // Calls come in runs of one method.
    const { last } = this
    if (last !== undefined && last.task === task && last.method === method) return last
    let methods = this.tasks.get(task)
    if (methods === undefined) {
      methods = new Map()
      this.tasks.set(task, methods)
    }
    let series = methods.get(method)
    if (series === undefined) {
      series = new CallSeries(task, method, this.runtimeName)
      methods.set(method, series)
    }
    this.last = series
    return series
  }
}

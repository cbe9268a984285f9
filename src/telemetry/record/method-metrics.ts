/** The metrics of one method of one task: their attributes, and what was counted since the last flush. */
import {
  CANCEL_REASON,
  type CounterName,
  ERROR_TYPE,
  OTHER,
  OUTCOME,
  QUEUE_POLICY,
  TASK_METHOD,
  taskAttributes,
} from '../names.ts'
import type { TaskIdentity } from '../instrumentation.ts'
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

export class MethodMetrics {
  readonly waitHistogram: Attributes
  readonly dispatched: Tally
  readonly requeued: Tally
  private readonly base: Record<string, string>
  private readonly policy: string
  private readonly success: OutcomeSeries
  private readonly others = new Map<string, OutcomeSeries>()

  constructor(task: TaskIdentity, method: string, runtimeName: string) {
    this.policy = task.policy
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
    // Invented error names would create endless metrics.
    const isOneTooMany = this.others.size >= MOST_ENDINGS && errorType !== undefined && errorType !== OTHER
    if (isOneTooMany) return this.outcome(outcome, OTHER, reason)
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
          [QUEUE_POLICY]: this.policy,
          ...type,
          ...(reason !== undefined && { [CANCEL_REASON]: reason }),
        },
        pending: 0,
      },
      histogram: { ...this.base, [OUTCOME]: outcome, ...type },
    }
  }
}

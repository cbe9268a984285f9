/** The metrics of what workers emit: one pair of counters for each event of a task, and a bounded number of them. */
import type { TaskIdentity } from '../instrumentation.ts'
import { EVENT_NAME, OTHER, taskAttributes } from '../names.ts'
import type { Tally } from './method-metrics.ts'

/** How many event names of one task are distinguished: an application with invented names would create endless metrics. */
const MOST_NAMES = 100

interface EventTallies {
  readonly emitted: Tally
  readonly lost: Tally
}

export class EventMetrics {
  private readonly byTask = new WeakMap<TaskIdentity, Map<string, EventTallies>>()
  private readonly runtimeName: string

  constructor(runtimeName: string) {
    this.runtimeName = runtimeName
  }

  of(task: TaskIdentity, event: string): EventTallies {
    const byName = this.byTask.get(task) ?? new Map<string, EventTallies>()
    this.byTask.set(task, byName)
    const known = byName.get(event)
    if (known !== undefined) return known
    if (byName.size >= MOST_NAMES && event !== OTHER) return this.of(task, OTHER)
    const attributes = { ...taskAttributes(task, this.runtimeName), [EVENT_NAME]: event }
    const tallies: EventTallies = {
      emitted: { counter: 'worker.event.total', attributes, pending: 0 },
      lost: { counter: 'worker.event.dropped.total', attributes, pending: 0 },
    }
    byName.set(event, tallies)
    return tallies
  }
}

/** The options of a task as text, and which of them are defaults. */
import type { InspectedTask } from '../../src/index.ts'
import type { TaskOptionRow } from './types.ts'

type Options = InspectedTask['options']

/** The documented defaults of `taskOptions`. The number of workers depends on the machine. */
const DEFAULTS: Options = {
  init: 'lazy',
  queuePolicy: 'block',
  maxBlocked: Number.POSITIVE_INFINITY,
  startTimeoutMs: 10_000,
  heartbeatMs: undefined,
  onCrash: 'restart',
  maxCrashes: 3,
  'retry.crash': 0,
  idleTimeoutMs: undefined,
  ahead: 'auto',
}

export function optionRows(options: Options): readonly TaskOptionRow[] {
  const { maxWorkers, maxInFlight, type } = options
  const defaults: Options = {
    ...DEFAULTS,
    maxInFlight: maxWorkers,
    maxQueueDepth: 2 * Number(maxInFlight),
    abortGraceMs: type === 'singleton' ? Number.POSITIVE_INFINITY : 2_000,
    ...(type === 'singleton' && { maxWorkers: 1 }),
  }
  return Object.entries(options).map(([name, value]) => ({
    name,
    value: textOf(value),
    isDefault: Object.hasOwn(defaults, name) && Object.is(defaults[name], value),
  }))
}

function textOf(value: Options[string]): string {
  if (value === undefined) return 'off'
  return typeof value === 'number' ? value.toLocaleString('en') : String(value)
}

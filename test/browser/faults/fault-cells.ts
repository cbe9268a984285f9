/** The cells of the fault matrix: what a caller gets from a fault, in a phase of a call, under each crash policy. */
import { CRASH_POLICIES, type CrashPolicy } from '../../setup/crash-policies.ts'

export type { CrashPolicy }
export type Phase = 'queued' | 'running' | 'streaming'

export const policies = CRASH_POLICIES
export const phases: readonly Phase[] = ['queued', 'running', 'streaming']

/** What the caller gets: `value` (its result, or all items of its stream), or the name and code of an error. */
export interface Outcome {
  readonly gets: string
  /** The path that a TaskCloneError names. */
  readonly path?: string
  /** The task takes no calls until `start()`. */
  readonly outOfService?: true
}

export interface Cell {
  /** `other`: the fault cannot be the call's own in this phase, so it is that of a call or worker beside it. */
  readonly whose: 'own' | 'other'
  readonly outcomes: Readonly<Record<CrashPolicy, Outcome>>
}

/** Each group has a test file of its own. */
export type Group =
  | 'start'
  | 'handler'
  | 'death'
  | 'loop'
  | 'conversation'
  | 'data'
  | 'memory'
  | 'wire'
  | 'pool'

export interface Fault {
  readonly title: string
  readonly group: Group
  /** How the fault is made, and what the browser does. */
  readonly how: string
  readonly cells: Readonly<Record<Phase, Cell>>
}

export const gets = (error: string, path?: string): Outcome =>
  path ? { gets: error, path } : { gets: error }
export const cell = (whose: Cell['whose'], fail: Outcome, requeue = fail, failTask = fail): Cell => ({
  whose,
  outcomes: {
    restart: fail,
    retry: requeue,
    'fail-task': failTask,
  },
})

export const value = gets('value')
export const crashed = gets('WorkerCrashedError crashed')
export const spent = gets('WorkerCrashedError not-replayable')
export const outOfService: Outcome = { gets: 'WorkerCrashedError crashed', outOfService: true }
export const hurtsNobody = cell('other', value)

/** A fault of one handler: the call that runs it gets `error`, and nobody else does. */
export const inHandler = (error: Outcome, inStream = error): Fault['cells'] => ({
  queued: hurtsNobody,
  running: cell('own', error),
  streaming: cell('own', inStream),
})
/** A fault that is found before the handler starts. */
export const beforeHandler = (error: Outcome): Fault['cells'] => ({
  queued: cell('own', error),
  running: hurtsNobody,
  streaming: hurtsNobody,
})
/** The fault is the handler's, and harms nobody. */
export const harmless: Fault['cells'] = inHandler(value)
export const death: Fault['cells'] = {
  queued: cell('other', value, value, outOfService),
  running: cell('own', crashed, value, outOfService),
  streaming: cell('own', crashed, spent, outOfService),
}
/** The call under test goes on, whatever is done to its worker. */
export const unharmed: Fault['cells'] = {
  queued: cell('own', value),
  running: cell('own', value),
  streaming: cell('own', value),
}

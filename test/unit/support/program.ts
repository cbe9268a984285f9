/** Random programs for a runtime: how its task is set up, and what happens to it, step by step. */
import { CRASH_POLICIES, type CrashPolicy } from '../../setup/crash-policies.ts'
import fc from 'fast-check'
import type { TaskRetry } from '../../../src/types/retry.ts'
import type { KeyMode, QueuePolicy, TaskPriority, TaskTimeouts } from '../../../src/types/task.ts'

export interface Setup {
  readonly type: 'parallel' | 'singleton'
  readonly maxWorkers: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly queuePolicy: QueuePolicy
  readonly maxBlocked: number
  readonly crashPolicy: CrashPolicy
  readonly crashMaxRetries: number
  readonly abortGraceMs: number
  readonly heartbeatMs: number | undefined
  readonly idleTimeoutMs: number | undefined
  readonly minWorkers?: number
  readonly maxCallsPerWorker?: number | undefined
  /** Beside what a crash means. */
  readonly retry?: TaskRetry
}

/**
 * What a call's handler does: `echo` answers at once, `busy` after some milliseconds of work, `gate` when it is told to or
 * aborted, `deaf` only when it is told to, `fail` throws, `die` closes its worker; the rest cannot be called as they are.
 */
export type MethodName =
  | 'echo'
  | 'busy'
  | 'gate'
  | 'deaf'
  | 'fail'
  | 'die'
  | 'giveFunction'
  | 'takeFunction'
  | 'nope'

export interface CallStep {
  readonly do: 'call'
  readonly method: MethodName
  readonly priority: TaskPriority
  readonly key: string | undefined
  readonly keyMode: KeyMode
  /** Which of the program's signals. */
  readonly signal: number | undefined
  readonly timeouts: TaskTimeouts
  /** Which of the program's sessions. */
  readonly session?: number
}

export type Step = (
  | CallStep
  | {
      readonly do: 'abort' | 'abortSignal' | 'open' | 'refuse' | 'toWorker' | 'toPage'
      readonly which: number
    }
  | { readonly do: 'abortKey'; readonly key: string }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'end'; readonly which: number; readonly how: 'terminate' | 'close' | 'error' }
  | { readonly do: 'nextWorker'; readonly how: 'throws' | 'fails' | 'setupThrows' }
  | { readonly do: 'prioritize'; readonly which: number; readonly priority: TaskPriority }
  | { readonly do: 'resize'; readonly maxInFlight: number }
  | { readonly do: 'release'; readonly which: number }
  | { readonly do: 'stop' | 'start' | 'park' | 'dispose' | 'messages' | 'clearQueue' | 'close' }
) & {
  /** The next step happens in the same turn of the page. */
  readonly sameTurn: boolean
}

const whole = (least: number, most: number) => fc.integer({ min: least, max: most })

export const setups: fc.Arbitrary<Setup> = fc
  .record<Setup>({
    type: fc.constantFrom('parallel', 'parallel', 'singleton'),
    maxWorkers: whole(1, 3),
    maxInFlight: whole(1, 4),
    maxQueueDepth: fc.constantFrom(4, 0, 1, 2, 8),
    queuePolicy: fc.constantFrom('block', 'block', 'reject', 'drop-latest', 'drop-oldest'),
    maxBlocked: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 2),
    crashPolicy: fc.constantFrom(...CRASH_POLICIES),
    crashMaxRetries: whole(0, 3),
    abortGraceMs: fc.constantFrom(Number.POSITIVE_INFINITY, 0, 20),
    heartbeatMs: fc.constantFrom(undefined, undefined, 100),
    idleTimeoutMs: fc.constantFrom(undefined, undefined, 25),
  })
  .map((setup) => (setup.type === 'singleton' ? { ...setup, maxWorkers: 1 } : setup))

/** The same, of tasks whose calls run again when they throw. */
export const retrying: fc.Arbitrary<Setup> = fc
  .tuple(setups, whole(0, 2), fc.constantFrom(0, 0, 3, 40))
  .map(([setup, error, delayMs]) => ({ ...setup, retry: { error, delayMs } }))

/** Of pools that breathe, whose calls may belong to sessions. */
export const breathing: fc.Arbitrary<Setup> = fc
  .tuple(retrying, whole(0, 3), fc.constantFrom(undefined, 1, 2, 5))
  .map(([setup, minWorkers, maxCallsPerWorker]) => ({
    ...setup,
    minWorkers: Math.min(minWorkers, setup.maxWorkers),
    maxCallsPerWorker,
  }))

const keys = fc.constantFrom('a', 'b')
const which = fc.nat({ max: 9 })

function callSteps(keyModes: readonly KeyMode[], isKeyed: boolean): fc.Arbitrary<Omit<CallStep, 'sameTurn'>> {
  const timeouts: fc.Arbitrary<TaskTimeouts> = fc.constantFrom<TaskTimeouts[]>(
    ...Array.from({ length: 6 }, () => ({})),
    { queue: 5 },
    { run: 5 },
    { total: 20 },
  )
  return fc.record({
    do: fc.constant('call' as const),
    method: fc.oneof(
      { weight: 6, arbitrary: fc.constant<MethodName>('echo') },
      { weight: 4, arbitrary: fc.constant<MethodName>('gate') },
      {
        weight: 5,
        arbitrary: fc.constantFrom<MethodName[]>(
          ...(['busy', 'deaf', 'fail', 'die', 'giveFunction', 'takeFunction', 'nope'] as const),
        ),
      },
    ),
    priority: fc.constantFrom<TaskPriority[]>('normal', 'normal', 'high', 'low'),
    key: isKeyed ? keys : fc.option(keys, { nil: undefined }),
    keyMode: fc.constantFrom(...keyModes),
    signal: fc.option(whole(0, 1), { nil: undefined, freq: 4 }),
    timeouts,
  })
}

const one = <Do extends Step['do']>(...kinds: Do[]) => ({ do: fc.constantFrom(...kinds) })

/** What the page's own code does, apart from calls. */
const acts = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ...one('abort', 'abortSignal'), which }) },
  { weight: 2, arbitrary: fc.record({ ...one('abortKey'), key: keys }) },
  { weight: 5, arbitrary: fc.record(one('stop', 'start')) },
  { weight: 1, arbitrary: fc.record(one('dispose')) },
  { weight: 1, arbitrary: fc.record({ ...one('end'), which, how: fc.constantFrom('terminate' as const) }) },
)

/** The same, and what else a task can be asked for. */
export const moreActs = fc.oneof(
  { weight: 8, arbitrary: acts },
  { weight: 1, arbitrary: fc.record(one('clearQueue', 'close')) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...one('prioritize'),
      which,
      priority: fc.constantFrom<TaskPriority[]>('normal', 'high', 'low'),
    }),
  },
)

/** Two sessions, which are opened with their first calls, and other sizes. */
export const poolActs = fc.oneof(
  { weight: 6, arbitrary: moreActs },
  {
    weight: 6,
    arbitrary: fc
      .tuple(callSteps(['parallel'], false), whole(0, 1))
      .map(([call, session]) => ({ ...call, session })),
  },
  { weight: 1, arbitrary: fc.record({ ...one('release'), which: whole(0, 1) }) },
  { weight: 2, arbitrary: fc.record({ ...one('resize'), maxInFlight: whole(1, 4) }) },
)

/** What happens around it. */
const events = fc.oneof(
  { weight: 24, arbitrary: fc.record(one('messages')) },
  { weight: 12, arbitrary: fc.record({ ...one('toWorker', 'toPage'), which }) },
  { weight: 6, arbitrary: fc.record({ ...one('open', 'open', 'refuse'), which }) },
  { weight: 4, arbitrary: fc.record({ ...one('pass'), ms: fc.constantFrom(1, 6, 30, 150, 2_500) }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...one('end'), which, how: fc.constantFrom('close' as const, 'error' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...one('nextWorker'),
      how: fc.constantFrom('throws' as const, 'fails' as const, 'setupThrows' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record(one('park')) },
)

const FIRST_CALL = {
  do: 'call',
  method: 'echo',
  priority: 'normal',
  key: undefined,
  keyMode: 'parallel',
  signal: undefined,
  timeouts: {},
} as const

/** Turns of the page and what happens between them; `keyModes`: how the calls of a key may relate. */
export function programs(
  keyModes: readonly KeyMode[],
  isKeyed = false,
  maxTurns = 16,
  act: typeof acts | typeof moreActs | typeof poolActs = acts,
): fc.Arbitrary<Step[]> {
  const calls = fc.array(callSteps(keyModes, isKeyed), { minLength: 1, maxLength: 4 })
  const turn = fc.oneof(
    { weight: 3, arbitrary: calls },
    { weight: 2, arbitrary: fc.tuple(calls, act).map(([made, then]) => [...made, then]) },
    { weight: 1, arbitrary: fc.tuple(act, calls).map(([first, made]) => [first, ...made]) },
    { weight: 1, arbitrary: act.map((alone) => [alone]) },
    { weight: 8, arbitrary: events.map((event) => [event]) },
  )
  // Workers that have answered are handed calls ahead: half of the programs begin with that.
  const start = fc.constantFrom([], [[FIRST_CALL], [{ do: 'messages' as const }]])
  return fc
    .tuple(start, fc.array(turn, { minLength: 1, maxLength: maxTurns, size: 'max' }))
    .map((parts) =>
      parts
        .flat()
        .flatMap((steps) =>
          steps.map((step, index): Step => ({ ...step, sameTurn: index < steps.length - 1 })),
        ),
    )
}

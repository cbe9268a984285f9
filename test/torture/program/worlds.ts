/** Makes tasks and telemetry for a program. */
import type { Profile } from './profiles.ts'
import type { Hook, Op, SetupKind, TaskSpec, WorkerKind, World } from './program.ts'
import type { Random } from './random.ts'
import { broken } from './telemetry-functions.ts'
import { makeReentry, OF_HOOKS } from './operations.ts'

const MODES = ['parallel', 'serial', 'latest', 'dedupe', 'keep-last'] as const
const CRASH_POLICIES = ['restart', 'retry', 'fail-task'] as const
const SETUPS: readonly SetupKind[] = ['value', 'late', 'late', 'throws', 'rejects', 'unclonable']
const TALKERS: ReadonlySet<Profile['tasks']> = new Set(['talk', 'retry', 'setups', 'saves'])
const BAD_STARTS: readonly WorkerKind[] = [
  'late',
  'missing',
  'unreachable',
  'throwsOnLoad',
  'silent',
  'setupThrows',
  'same',
  'dead',
  'garbage',
  'factoryThrows',
  'factoryThrowsSymbol',
  'factoryThrowsBare',
]

export function makeWorld(random: Random, about: Profile): World {
  const count = about.tasks === 'warm' ? 1 : random.int(1, 2)
  const tasks = Array.from({ length: count }, (_, n) => makeTask(random, about, 'abc'.charAt(n)))
  if (about.tasks === 'hooks') tasks.push({ ...makeTask(random, about, 'ui'), id: 'ui' })
  const mixed = random.pick(['real', 'off', 'broken', 'broken'] as const)
  const otel = about.otel === 'mixed' ? mixed : (about.otel ?? (random.chance(0.8) ? 'real' : 'off'))
  const world = {
    otel,
    ...(otel === 'broken' && { broken: random.pick(broken) }),
    events: random.chance(0.85) || about.hooks !== undefined,
    performance: random.chance(0.85),
    ...(random.chance(0.3) && { retain: random.pick([0, 10, 1_000]) }),
    ...(random.chance(0.1) && { marks: true }),
    ...(random.chance(0.1) && { sampleRate: random.pick([0, 0.5]) }),
    ...(TALKERS.has(about.tasks) && random.chance(0.7) && { steps: true }),
    ...(about.tasks === 'breathes' && random.chance(0.4) && { maxConcurrency: random.int(1, 3) }),
    tasks,
  }
  return { ...world, hooks: makeHooks(random, about, { ...world, hooks: [] }) }
}

function makeHooks(random: Random, { hooks }: Profile, world: World): Hook[] {
  if (!hooks) return []
  return Array.from({ length: random.int(1, 3) }, (_, n): Hook => {
    const run: Op = makeReentry(random, world, OF_HOOKS + n)
    return { on: random.pick(hooks), nth: random.int(1, 8), run }
  })
}

function makeTask(random: Random, about: Profile, id: string): TaskSpec {
  const isSingleton =
    about.tasks === 'singleton' ||
    (about.tasks !== 'pool' &&
      about.tasks !== 'breathes' &&
      random.chance(about.tasks === 'policies' ? 0.2 : 0.35))
  const maxWorkers = isSingleton ? 1 : random.int(1, 3)
  const base: TaskSpec = {
    id,
    type: isSingleton ? 'singleton' : 'parallel',
    ...(!isSingleton && { maxWorkers }),
    ...(random.chance(0.3) && { maxInFlight: random.int(1, 4) }),
    ...(random.chance(0.3) && { maxQueueDepth: random.pick([0, 1, 4, 100]) }),
    ...(random.chance(0.3) && { eager: true }),
    ...(random.chance(0.2) && { derives: true }),
    ...(random.chance(0.15) && { idleTimeoutMs: random.pick([5, 50]) }),
    ...(about.heartbeat && random.chance(0.6) && { heartbeatMs: 400 }),
    // Long enough that only a handler that is deaf exceeds it, also on a busy machine.
    abortGraceMs: random.pick([300, 600]),
  }
  return { ...base, ...ofKind(random, about, base) }
}

function ofKind(random: Random, about: Profile, base: TaskSpec): Partial<TaskSpec> {
  switch (about.tasks) {
    case 'warm':
      return {
        ...(random.chance(0.2) && { workers: [random.pick(['setupPromise', 'setupThenable'] as const)] }),
        ...(random.chance(0.6) && { maxQueueDepth: 200 }),
        eager: true,
        warmUps: random.pick([3, 10, 30]),
        idleTimeoutMs: 0,
        derives: false,
      }
    case 'keys':
      return {
        keyMode: random.pick(MODES),
        ...(random.chance(0.6) && { maxQueueDepth: 200 }),
        eager: true,
        warmUps: 4,
        idleTimeoutMs: 0,
        derives: random.chance(0.3),
      }
    case 'policies':
      return {
        queuePolicy: random.pick(['block', 'reject', 'drop-latest', 'drop-oldest'] as const),
        maxQueueDepth: random.pick([0, 1, 3]),
        ...(random.chance(0.3) && { maxBlocked: random.int(0, 3) }),
        keyMode: random.pick(MODES),
      }
    case 'deaths':
      return {
        crashPolicy: random.pick(CRASH_POLICIES),
        crashMaxRetries: random.int(0, 4),
        ...(random.chance(0.3) && { heartbeatMs: 300 }),
        warmUps: random.pick([0, 10]),
      }
    case 'network':
      return {
        idleTimeoutMs: random.pick([5, 50]),
        crashMaxRetries: random.int(0, 4),
        crashPolicy: random.pick(CRASH_POLICIES),
        startTimeoutMs: 1_000,
      }
    case 'breathes':
      return {
        ...(random.chance(0.4) && { minWorkers: 1 }),
        ...(random.chance(0.4) && { maxCallsPerWorker: random.pick([1, 3, 10]) }),
        ...(random.chance(0.3) && { retry: { error: 0, crash: random.int(0, 3) } }),
        crashMaxRetries: 20,
        ...(random.chance(0.5) && { keyMode: random.pick(MODES) }),
        ...(random.chance(0.3) && { queuePolicy: random.pick(['block', 'drop-oldest'] as const) }),
        ...(random.chance(0.5) && { warmUps: 4 }),
      }
    case 'talk':
      return random.chance(0.2) ? { retry: { error: 1 } } : {}
    case 'retry':
      return {
        retry: {
          error: random.int(0, 3),
          ...(random.chance(0.5) && { delayMs: random.pick([1, 5, 40, 200]) }),
          ...(random.chance(0.3) && { asks: true }),
        },
        ...(random.chance(0.4) && { maxQueueDepth: random.pick([0, 1]) }),
        ...(random.chance(0.3) && { keyMode: random.pick(MODES) }),
      }
    case 'setups':
      return {
        setups: Array.from({ length: random.int(1, 4) }, () => random.pick(SETUPS)),
        startTimeoutMs: random.pick([400, 1_000]),
      }
    case 'saves':
      return {
        workers: Array.from({ length: 12 }, () => random.pick(['saves', 'saves', 'savesBadly'] as const)),
        queuePolicy: random.pick(['block', 'block', 'reject', 'drop-oldest'] as const),
      }
    case 'starts':
      return {
        workers: Array.from({ length: random.int(1, 3) }, () => random.pick(BAD_STARTS)),
        startTimeoutMs: random.pick([400, 1_000]),
        crashMaxRetries: random.int(0, 4),
        crashPolicy: random.pick(CRASH_POLICIES),
      }
    default:
      return base.type === 'parallel' && random.chance(0.3) ? { warmUps: 10 } : {}
  }
}

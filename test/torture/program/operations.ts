/** Makes the operations of a program. */
import { hostileNames, hostilePlaces, reactHooks } from './words.ts'
import { evilKinds, failKinds, spanKinds } from '../worker/evil.ts'
import type { TortureMethod } from '../worker/methods.ts'
import type { Profile } from './profiles.ts'
import type { CallOp, CallSpec, Op, ReactAct, Request, Wait, World } from './program.ts'
import type { Random } from './random.ts'

const KEYS = ['k1', 'k2', 'k3'] as const
const SIGNALS = ['s1', 's2'] as const
const TRACES = ['t1', 't2'] as const
const PRIORITIES = ['high', 'normal', 'normal', 'low'] as const
const MODES = ['parallel', 'serial', 'latest', 'dedupe', 'keep-last'] as const
const AFFINITIES = ['here', 'there'] as const
const SESSIONS = ['one', 'two'] as const
const REQUESTS: Readonly<Record<Request, number>> = {
  whenIdle: 4,
  runtimeIdle: 2,
  close: 0.5,
  runtimeClose: 0.3,
  clearQueue: 3,
  checkpoint: 4,
  restartWorker: 1,
  inspect: 2,
}
const REASONS = [
  'symbol',
  'bare',
  'messageGetter',
  'revoked',
  'symbolMessage',
  'toStringNumber',
  'null',
  'deep',
  'function',
] as const
const ACTS: Readonly<Record<ReactAct, number>> = {
  mount: 4,
  run: 6,
  update: 3,
  inline: 2,
  suspend: 3,
  reveal: 3,
  hide: 2,
  show: 2,
  refetch: 2,
  strict: 1,
  reset: 1,
  unmount: 1,
}

/** Ids of operations in callbacks: of a call, and of the runtime. */
const OF_CALLBACKS = 1_000
export const OF_HOOKS = 9_000

const WAITS: readonly Wait[] = ['micro', 'task', 'task', 1, 5, 20, 60, 150]

export function makeOps(random: Random, about: Profile, world: World): Op[] {
  const count = random.int(...about.length)
  const ops: Op[] = []
  for (let id = 1; id <= count; id++) {
    const wait: Wait | undefined =
      id === 1 || random.chance(about.sameTurn) ? undefined : random.pick(about.waits ?? WAITS)
    const kind = random.weighted<Op['op']>(about.ops)
    ops.push({ ...makeOp(random, about, world, kind, id), ...(wait !== undefined && { wait }) })
  }
  return ops
}

/** Something that a callback may do, whatever callback it is. */
export function makeReentry(random: Random, world: World, id: number): Op {
  const about: Profile = {
    ops: {
      call: 6,
      abort: 4,
      abortKey: 3,
      abortSignal: 2,
      stop: 2,
      start: 2,
      disposeTask: 1,
      disposeRuntime: 0.5,
      state: 1,
      snapshot: 1,
      flush: 2,
      clearMeasures: 1,
      subscribe: 1,
      unsubscribe: 1,
      trace: 1,
      endTrace: 1,
      throw: 3,
      release: 1,
    },
    methods: { echo: 4, tick: 2, wait: 1 },
    length: [1, 1],
    sameTurn: 1,
    tasks: 'any',
    keyed: 0.3,
  }
  return makeOp(random, about, world, random.weighted<Op['op']>(about.ops), id)
}

function makeOp(random: Random, about: Profile, world: World, op: Op['op'], id: number): Op {
  const task = random.pick(world.tasks.filter((each) => each.id !== 'ui')).id
  const reason = random.chance(0.15) ? { reason: random.pick(REASONS) } : {}
  switch (op) {
    case 'call':
      return makeCall(random, about, world, task, id)
    case 'flood':
      return { op, id, task, count: random.pick([20, 80, 150]), with: makeSpec(random, about, world, id) }
    case 'stream':
      return {
        op,
        id,
        task,
        count: random.pick([0, 1, 5, 30, 100]),
        gap: random.pick([-1, -1, 0, 0, 3]),
        ...(random.chance(0.5) && { read: random.pick([0, 1, 3, 20]) }),
        ...(random.chance(0.3) && { pause: random.pick([1, 10, 600]) }),
        with: makeSpec(random, { ...about, timeouts: 0 }, world, id),
      }
    case 'map':
      return {
        op,
        id,
        task,
        count: random.int(0, 30),
        ordered: random.chance(0.5),
        onError: random.pick(['throw', 'skip', 'settle'] as const),
        ...(random.chance(0.3) && { leave: random.int(1, 5) }),
        ...(random.chance(about.signals ?? 0) && { signal: random.pick(SIGNALS) }),
        ...(random.chance(0.1) && { failAt: random.int(0, 5) }),
      }
    case 'limit':
      return {
        op,
        id,
        task,
        count: random.int(0, 20),
        concurrency: random.int(1, 4),
        ...(random.chance(0.3) && { leave: random.int(1, 5) }),
        ...(random.chance(about.signals ?? 0) && { signal: random.pick(SIGNALS) }),
      }
    case 'session':
      return {
        op,
        id,
        task,
        name: random.pick(SESSIONS),
        ...(random.chance(0.2) && { timeoutMs: random.pick([20, 100]) }),
      }
    case 'endSession':
      return { op, id, name: random.pick(SESSIONS) }
    case 'prioritize':
      return { op, id, target: targetOf(random, id), priority: random.pick(PRIORITIES) }
    case 'ask':
      return { op, id, task, what: random.weighted<Request>(REQUESTS) }
    case 'abort':
      return { op, id, target: targetOf(random, id), ...reason }
    case 'abortSignal':
      return { op, id, signal: random.pick(SIGNALS), ...reason }
    case 'abortKey':
      return {
        op,
        id,
        keys: random.chance(0.7) ? [random.pick(KEYS)] : [...KEYS],
        ...(random.chance(0.2) && { sticky: true }),
        ...reason,
      }
    case 'resize':
      return {
        op,
        id,
        task,
        maxWorkers: random.int(1, 4),
        ...(random.chance(0.3) && { maxInFlight: random.int(1, 6) }),
      }
    case 'crash':
    case 'kill':
      return { op, id, task, nth: random.int(0, 3) }
    case 'retain':
      return { op, id, ms: random.pick([0, 20, 1_000]) }
    case 'trace':
    case 'endTrace':
      return { op, id, name: random.pick(TRACES) }
    case 'block':
      return { op, id, ms: random.pick([30, 100, 550]) }
    case 'dateJump':
      return { op, id, ms: random.pick([-3_600_000, -100, 100, 3_600_000]) }
    case 'freeze':
      return { op, id, ms: random.pick([50, 300]) }
    case 'offline':
      return { op, id, ms: random.pick([20, 300, 1_200]) }
    case 'leave':
      return { op, id, ms: random.pick([1, 100, 700]) }
    case 'hostile':
      return { op, id, task, where: random.pick(hostilePlaces), value: random.pick(hostileNames) }
    case 'react':
      return { op, id, act: id < 3 ? 'mount' : random.weighted(ACTS), hook: random.pick(reactHooks) }
    case 'stop':
    case 'start':
    case 'disposeTask':
    case 'listen':
    case 'state':
    case 'junk':
    case 'broadcast':
      return { op, id, task }
    default:
      return { op, id }
  }
}

/** A recent call; from a callback of a call mostly that call itself. */
function targetOf(random: Random, id: number): number {
  if (id >= OF_HOOKS) return random.int(1, 12)
  const owner = id % OF_CALLBACKS
  if (id >= OF_CALLBACKS && random.chance(0.6)) return owner
  return Math.max(1, owner - random.int(0, 6))
}

function makeCall(random: Random, about: Profile, world: World, task: string, id: number): CallOp {
  const method = random.weighted<TortureMethod>(about.methods)
  return {
    op: 'call',
    id,
    task,
    method,
    args: argsOf(random, method),
    with: makeSpec(random, about, world, id),
  }
}

function argsOf(random: Random, method: TortureMethod): (number | string)[] {
  switch (method) {
    case 'pack':
      return [
        random.pick(['list', 'records', 'map', 'bytes', 'shared', 'wasm', 'text']),
        random.pick([1, 10, 300, 5_000]),
      ]
    case 'buffer':
      return [random.pick([1, 100, 70_000])]
    case 'wait':
    case 'breathe':
      return [random.pick([1, 5, 20, 60, 150])]
    case 'poll':
    case 'spin':
      return [random.pick([1, 5, 20, 60, 150, 150, 900])]
    case 'deaf':
      return [random.pick([20, 100, 1_200])]
    case 'report':
      return [random.int(1, 12)]
    case 'emits':
      return [random.pick([1, 3, 10, 40, 400])]
    case 'asks':
      return [random.pick([0, 1, 3, 20])]
    case 'flaky':
      return [random.int(0, 4)]
    case 'fail':
      return [random.pick(failKinds)]
    case 'evil':
      return [random.pick(evilKinds)]
    case 'span':
      return [random.pick(spanKinds)]
    default:
      return [random.int(0, 50)]
  }
}

function makeSpec(random: Random, about: Profile, world: World, id: number): CallSpec {
  const callback = () =>
    about.callbacks && random.chance(about.callbacks / 3)
      ? [makeReentry(random, world, id + OF_CALLBACKS)]
      : undefined
  const [onStart, onProgress, onAdmitted, onSettled] = [callback(), callback(), callback(), callback()]
  return {
    ...(random.chance(about.keyed ?? 0.05) && { key: random.pick(KEYS) }),
    ...(random.chance(0.1) && { keyMode: random.pick(MODES) }),
    ...(random.chance(0.3) && { priority: random.pick(PRIORITIES) }),
    ...(random.chance(about.timeouts ?? 0) && { timeoutMs: makeTimeout(random) }),
    ...(random.chance(about.signals ?? 0) && { signal: random.pick(SIGNALS) }),
    ...(about.sessions !== undefined && random.chance(about.sessions) && { session: random.pick(SESSIONS) }),
    ...(about.affinity !== undefined &&
      random.chance(about.affinity) && { affinity: random.pick(AFFINITIES) }),
    ...(random.chance(about.traces ?? 0) && {
      trace: random.pick([...TRACES, 'traceState', 'traceStateThrows', 'traceStateNumber', null]),
    }),
    ...(random.chance(0.2) && { transfer: random.pick(['auto', 'list'] as const) }),
    ...(random.chance(0.1) && { transferResult: true }),
    ...(onStart && { onStart }),
    ...(onProgress && { onProgress }),
    ...(onAdmitted && { onAdmitted }),
    ...(onSettled && { onSettled }),
  }
}

function makeTimeout(random: Random): NonNullable<CallSpec['timeoutMs']> {
  const ms = () => random.pick([5, 50, 400, 500])
  const kind = random.weighted({ total: 1, run: 4, queue: 2, all: 1 })
  if (kind === 'total') return ms()
  if (kind === 'all') return { queue: ms(), run: 500, total: 1_500 }
  // A run is measured from what the worker says: short limits would measure the machine.
  return kind === 'run' ? { run: random.pick([400, 500]) } : { queue: ms() }
}

/** A task's options with every default filled in, checked once, at definition. */
import { type CallOptions, HIGH, LOW, NORMAL, type PriorityIndex } from '../call/call.ts'
import type { Attributes } from '../types/telemetry.ts'
import type {
  CrashPolicy,
  QueuePolicy,
  TaskConfig,
  TaskDispatchOptions,
  TaskPriority,
  TaskTimeouts,
  TaskType,
} from '../types/task.ts'
import { abortSignal, joinSignals, ownSignal } from '../lib/foreign-signals.ts'
import {
  among,
  bound,
  callable,
  type Check,
  checkOptions,
  fail,
  flag,
  milliseconds,
  object,
  reading,
  someMilliseconds,
  text,
  wholeNumber,
} from '../lib/validate.ts'

/** Defaults of a task by its type; a pool's depend on the machine. */
export interface TypeDefaults {
  readonly poolSize: number
  readonly abortGraceMs: number
}

export interface ResolvedTaskConfig {
  readonly type: TaskType
  readonly worker: (info: { index: number; name: string }) => Worker
  readonly taskId: string | undefined
  readonly taskName: string | undefined
  readonly init: 'lazy' | 'eager'
  readonly poolSize: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly maxBlocked: number
  readonly keyOf: ((...args: never[]) => string | undefined) | undefined
  readonly startTimeoutMs: number
  readonly abortGraceMs: number
  readonly heartbeatMs: number | undefined
  readonly crashPolicy: CrashPolicy
  readonly crashMaxRetries: number
  readonly idleTimeoutMs: number | undefined
  readonly ahead: 'auto' | 'off' | 'always'
  readonly payloadAttributes: ((...args: never[]) => Attributes) | undefined
  /** What a call has that says nothing itself. */
  readonly callDefaults: CallOptions
}

const PRIORITIES: Record<TaskPriority, PriorityIndex> = { high: HIGH, normal: NORMAL, low: LOW }

const keyModes = among('parallel', 'serial', 'latest', 'dedupe', 'keep-last')
const workers: Check = (option, value) => wholeNumber(option, value, 1)

const TASK: { readonly [Name in keyof TaskConfig<unknown>]-?: Check } = {
  type: among('parallel', 'singleton'),
  worker: (option, value) => callable(option, value, 'a function that returns a new Worker'),
  taskId: text,
  taskName: text,
  init: among('lazy', 'eager'),
  poolSize: workers,
  maxInFlight: workers,
  maxQueueDepth: bound(0),
  queuePolicy: among('block', 'reject', 'drop-latest', 'drop-oldest'),
  maxBlocked: bound(0),
  keyOf: callable,
  keyMode: keyModes,
  timeoutMs: resolveTimeouts,
  startTimeoutMs: someMilliseconds,
  abortGraceMs: milliseconds,
  transfer: among('auto'),
  ahead: among('auto', 'off', 'always'),
  transferResult: flag,
  heartbeatMs: someMilliseconds,
  crashPolicy: among('restart-fail-in-flight', 'restart-requeue-in-flight', 'fail-task'),
  crashMaxRetries: bound(0),
  idleTimeoutMs: milliseconds,
  payloadAttributes: callable,
}

const CALL: { readonly [Name in keyof TaskDispatchOptions]-?: Check } = {
  key: (option, value) => text(option, value, true),
  keyMode: keyModes,
  signal: abortSignal,
  trace: (option, value) => value === null || object(option, value, 'a trace, { spanContext } or null'),
  inheritedTrace: object,
  attributes: object,
  timeoutMs: resolveTimeouts,
  priority: among('high', 'normal', 'low'),
  transfer: transferList,
  transferResult: flag,
  onProgress: callable,
  onStart: callable,
}

const TIMEOUTS: { readonly [Name in keyof TaskTimeouts]-?: Check } = {
  queue: milliseconds,
  run: milliseconds,
  total: milliseconds,
}

/** Checks a config and fills in its defaults. Throws TypeError or RangeError: option, value received, what is allowed. */
export function resolveTaskConfig<Api>(
  given: TaskConfig<Api>,
  typeDefaults: (type: TaskType) => TypeDefaults,
): ResolvedTaskConfig {
  if (Object.hasOwn(object('defineTask(config)', given, 'an object of options'), 'telemetry')) {
    throw new TypeError(
      'The option "telemetry" no longer exists: Atelier has no telemetry store. See docs/guides/observability.md, "Migration"',
    )
  }
  const config: TaskConfig<Api> = checkOptions<object>('defineTask(config)', given, TASK) as TaskConfig<Api>
  const { type, worker } = config
  if (type === undefined) TASK.type('type', type)
  if (worker === undefined) TASK.worker('worker', worker)
  if (type === 'singleton' && (config.poolSize ?? 1) !== 1)
    fail('poolSize', config.poolSize, '1 for a singleton')
  const defaults = typeDefaults(type)
  const poolSize = config.poolSize ?? defaults.poolSize
  const maxInFlight = config.maxInFlight ?? poolSize
  return {
    type,
    worker,
    taskId: config.taskId,
    taskName: config.taskName,
    init: config.init ?? 'lazy',
    poolSize,
    maxInFlight,
    maxQueueDepth: config.maxQueueDepth ?? maxInFlight * 2,
    policy: config.queuePolicy ?? 'block',
    maxBlocked: config.maxBlocked ?? Number.POSITIVE_INFINITY,
    keyOf: config.keyOf?.bind(given),
    startTimeoutMs: config.startTimeoutMs ?? 10_000,
    abortGraceMs: config.abortGraceMs ?? defaults.abortGraceMs,
    heartbeatMs: config.heartbeatMs,
    crashPolicy: config.crashPolicy ?? 'restart-fail-in-flight',
    crashMaxRetries: config.crashMaxRetries ?? 3,
    idleTimeoutMs: config.idleTimeoutMs,
    ahead: config.ahead ?? 'auto',
    payloadAttributes: config.payloadAttributes?.bind(given),
    callDefaults: {
      key: undefined,
      keyMode: config.keyMode ?? 'parallel',
      signal: undefined,
      trace: undefined,
      inheritedTrace: undefined,
      attributes: undefined,
      timeouts: config.timeoutMs === undefined ? undefined : resolveTimeouts('timeoutMs', config.timeoutMs),
      priority: NORMAL,
      transfer: config.transfer,
      transferResult: config.transferResult ?? false,
      onProgress: undefined,
      onStart: undefined,
    },
  }
}

/** Merges dispatch options over earlier ones; what is `undefined` or left out stays as it was. */
export function mergeCallOptions(base: CallOptions, given: TaskDispatchOptions): CallOptions {
  const options: TaskDispatchOptions = checkOptions<object>(
    'with(options)',
    given,
    CALL,
    'an object of dispatch options',
  )
  const { key, signal, trace, inheritedTrace, attributes, timeoutMs, priority, transfer } = options
  // Named by the caller, now or before: what the component tree says does not replace it.
  const isNamed = trace !== undefined || base.trace !== base.inheritedTrace
  const inherited = inheritedTrace ?? base.inheritedTrace
  const own = signal && ownSignal('signal', signal)
  return {
    key: key === undefined ? base.key : key || undefined,
    keyMode: options.keyMode ?? base.keyMode,
    signal: base.signal && own ? joinSignals(base.signal, 'signal', own) : (own ?? base.signal),
    trace: trace !== undefined ? trace : isNamed ? base.trace : inherited,
    inheritedTrace: inherited,
    attributes: attributes
      ? reading('attributes', () => ({ ...base.attributes, ...attributes }))
      : base.attributes,
    timeouts: timeoutMs === undefined ? base.timeouts : resolveTimeouts('timeoutMs', timeoutMs),
    priority: priority === undefined ? base.priority : PRIORITIES[priority],
    // A copy: the caller's list may change before a call is sent.
    transfer: Array.isArray(transfer) ? [...transfer] : (transfer ?? base.transfer),
    transferResult: options.transferResult ?? base.transferResult,
    onProgress: both(base.onProgress, options.onProgress),
    onStart: both(base.onStart, options.onStart),
  }
}

/** Listeners are added: who binds a task once more does not know who listens already. */
function both<Args extends readonly unknown[]>(
  first: ((...args: Args) => void) | undefined,
  second: ((...args: Args) => void) | undefined,
): ((...args: Args) => void) | undefined {
  if (!first || !second) return second ?? first
  return (...args) => {
    try {
      first(...args)
    } finally {
      second(...args)
    }
  }
}

/** A number is the total. */
function resolveTimeouts(option: string, value: number | TaskTimeouts): TaskTimeouts {
  if (typeof value === 'number') return { total: milliseconds(option, value) }
  const allowed = 'milliseconds, or { queue?, run?, total? } in milliseconds'
  return checkOptions<TaskTimeouts>(option, value, TIMEOUTS, allowed, `${option}.`)
}

function transferList(option: string, transfer: unknown): void {
  const isList =
    Array.isArray(transfer) && transfer.every((item) => typeof item === 'object' && item !== null)
  if (transfer !== 'auto' && !isList) fail(option, transfer, "an array of transferable objects, or 'auto'")
}

/** A key, or what `keyOf` threw. */
export interface DerivedKey {
  readonly key: string | undefined
  readonly failure?: { readonly error: unknown }
}

/** `''` is no key: given with `with()` it leaves the choice to `keyOf`. What is no text fails the call, as a `keyOf` that throws does. */
export function deriveKey(
  { keyOf }: Pick<ResolvedTaskConfig, 'keyOf'>,
  args: readonly unknown[],
  options: CallOptions,
): DerivedKey {
  if (options.key !== undefined || keyOf === undefined) return options
  try {
    const key = Reflect.apply(keyOf, undefined, args as never[])
    return { key: key ? text('keyOf(…)', key, true) : undefined }
  } catch (error) {
    return { key: undefined, failure: { error } }
  }
}
